"""The pages about the API: tables that are up to date, and commands that do what the page says."""

from __future__ import annotations

import asyncio
import re
import shutil
from pathlib import Path

import pytest
from shuyuan.engine.compile.api_reference import tables

from .conftest import Site
from .port import serving

DOCS = Path(__file__).resolve().parents[2] / "docs"
REFERENCE = DOCS / "reference" / "api.md"
STEPS = DOCS / "how-to" / "api-first-steps.md"


@pytest.mark.parametrize("name", sorted(tables()))
def test_the_tables_of_the_reference_are_up_to_date(name: str) -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    found = re.search(rf"<!-- {name} -->\n(.*?)\n<!-- /{name} -->", text, re.DOTALL)
    assert found and found[1] == tables()[name], "print it anew: shuyuan.engine.compile.api_reference.tables()"


@pytest.mark.skipif(not all(map(shutil.which, ("bash", "curl", "jq"))), reason="needs bash, curl and jq")
async def test_the_first_steps_can_be_pasted(site: Site) -> None:
    blocks = re.findall(r"```bash\n(.*?)```", STEPS.read_text(encoding="utf-8"), re.DOTALL)
    scopes = re.findall(r"--scope '?([a-z_:*]+)", STEPS.read_text(encoding="utf-8"))
    program = await site.program("registrar.east", *scopes)
    async with serving(site) as address:
        commands = "\n".join(f"{block}\necho '----'" for block in blocks)
        commands = commands.replace("http://127.0.0.1:8000", address)
        run = await asyncio.create_subprocess_exec(
            "bash", "-euo", "pipefail", "-c", commands,
            env={"TOKEN": program.token, "PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"},
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        said, wrong = await run.communicate()
    assert run.returncode == 0, wrong.decode() + said.decode()
    answers = [one.strip() for one in said.decode().split("----\n")]
    assert '"roles"' in answers[0] and '"after"' in answers[1]
    assert len(answers[2].splitlines()) == 2
    assert int(answers[3]) > 5
    assert '"name"' in answers[4]
    assert '"student_no"' in answers[5] and '"warnings"' in answers[5]
    assert all(path in answers[6] for path in ('"name"', '"class"', '"enrolled_on"'))
    assert int(answers[7]) > 0
    assert answers[8] == '"3-412"'
    assert re.sub(r"\s", "", answers[9]) == '[412,"3-412"]'
    assert '"dorm"' in answers[10]
    assert '"open"' in answers[11]
    assert int(answers[12]) == 0
    assert int(answers[13]) > 10
