"""The documentation holds together: every page is listed, every link leads somewhere, every page is of one kind."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def heading(page: Path) -> str:
    return next(line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("# "))[2:]


def links(page: Path) -> list[str]:
    return LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "page", [*PAGES, ROOT / "README.md", ROOT / "CHANGELOG.md"], ids=lambda p: str(p.relative_to(ROOT))
)
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = []
    for link in links(page):
        path, _, _ = link.partition("#")
        if path and not re.match(r"[a-z]+:", path) and not (page.parent / path).resolve().exists():
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(DOCS)))
def test_every_page_has_one_title(page: Path) -> None:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    assert len(re.findall(r"^# ", text, re.MULTILINE)) == 1


@pytest.mark.parametrize("folder", ["tutorials", "how-to", "reference", "explanation", "adr"])
def test_every_page_is_listed_in_the_index_of_its_folder(folder: str) -> None:
    index = DOCS / folder / "index.md"
    listed = {(index.parent / link.partition("#")[0]).resolve() for link in links(index)}
    missing = [p.name for p in sorted((DOCS / folder).glob("*.md")) if p != index and p.resolve() not in listed]
    assert missing == []
