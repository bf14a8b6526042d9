"""The rules of the house: layers, sizes, types, the list of packages."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).resolve().parents[2]
CODE = ("engine", "web", "plugins", "definitions")

#: Files and functions over the cap, each with its reason. An entry that is no longer needed fails the test.
EXCEPTIONS: dict[str, str] = {}


def _python_files() -> list[Path]:
    return sorted(p for part in CODE for p in (ROOT / part).rglob("*.py"))


def _functions(path: Path) -> list[tuple[str, int, ast.FunctionDef | ast.AsyncFunctionDef]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        (f"{path.relative_to(ROOT)}:{node.name}", (node.end_lineno or 0) - node.lineno + 1, node)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def _run(*command: str, **env: str) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env={**os.environ, **env}, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def test_no_file_and_no_function_is_over_its_size() -> None:
    lines = {str(p.relative_to(ROOT)): len(p.read_text(encoding="utf-8").splitlines()) for p in _python_files()}
    functions = [(name, size) for p in _python_files() for name, size, _ in _functions(p)]
    over = {name for name, count in lines.items() if count > 600} | {name for name, size in functions if size > 80}
    assert over == set(EXCEPTIONS), f"over the cap: {sorted(over ^ set(EXCEPTIONS))}"
    counted = [count for name, count in lines.items() if not name.endswith("__init__.py")]
    assert median(counted) <= 170, f"median file has {median(counted)} lines"
    assert quantiles(counted, n=20)[18] <= 480, f"95th percentile of files is {quantiles(counted, n=20)[18]} lines"
    assert quantiles([s for _, s in functions], n=20)[18] <= 40


def test_every_function_says_what_it_returns() -> None:
    bare = [name for p in _python_files() for name, _, node in _functions(p) if node.returns is None]
    assert bare == []


def test_every_module_begins_with_the_idea_it_owns() -> None:
    bare = [
        str(p.relative_to(ROOT))
        for p in _python_files()
        if p.read_text(encoding="utf-8").strip() and not ast.get_docstring(ast.parse(p.read_text(encoding="utf-8")))
    ]
    assert bare == []


def test_the_packages_listed_are_the_packages_there() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    found = {
        "shuyuan." + ".".join(p.parent.relative_to(ROOT).parts)
        for part in CODE
        for p in (ROOT / part).rglob("__init__.py")
    }
    assert set(listed) == found


def test_the_version_in_the_changelog_is_the_version_of_the_package() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    headings = [
        line for line in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines() if line.startswith("## ")
    ]
    assert headings and version in headings[0]


def test_layers_are_kept() -> None:
    _run(str(Path(sys.executable).parent / "lint-imports"), "--no-cache")


def test_format_and_lint_are_clean() -> None:
    _run(sys.executable, "-m", "ruff", "format", "--check", ".")
    _run(sys.executable, "-m", "ruff", "check", ".")


def test_types_are_strict_and_hold() -> None:
    links = ROOT / "build" / "typing" / "shuyuan"
    links.mkdir(parents=True, exist_ok=True)
    for part in CODE:
        link = links / part
        if not link.exists():
            link.symlink_to(Path("../../..") / part)
    packages = [arg for part in CODE for arg in ("-p", f"shuyuan.{part}")]
    _run(sys.executable, "-m", "mypy", *packages, MYPYPATH="build/typing")
