"""The pages about definitions say what the tables say, and their examples are good definitions."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from shuyuan.engine.definition import KINDS, load
from shuyuan.engine.definition.reference import below, page, pages
from shuyuan.engine.definition.tables import TABLES

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize("name", sorted(pages()))
def test_the_page_is_up_to_date(name: str) -> None:
    found = (DOCS / "reference" / "definitions" / name).read_text(encoding="utf-8")
    assert found == pages()[name], "write it anew: docs/how-to/definitions-change-the-language.md"


def test_every_key_of_every_table_is_on_a_page() -> None:
    shown = {kind: page(kind) for kind in KINDS}
    reached = {name for kind in KINDS for name in (kind, *below(kind))}
    assert reached == set(TABLES)
    for kind in KINDS:
        for name in (kind, *below(kind)):
            assert all(f"`{key.name}`" in shown[kind] for key in TABLES[name])


def test_every_key_is_explained_in_both_languages_and_has_its_name_once() -> None:
    for name, keys in TABLES.items():
        assert len({k.name for k in keys}) == len(keys), name
        assert all(k.doc.zh and k.doc.en for k in keys), name


@pytest.mark.parametrize("path", sorted((DOCS / "how-to").glob("definitions*.md")), ids=lambda p: p.stem)
def test_the_examples_of_the_pages_are_good_definitions(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    documents = {f"{i}.yaml": block for i, block in enumerate(re.findall(r"```yaml\n(.*?)```", text, re.DOTALL))}
    found = load(documents)
    assert [(d.code, str(d.place)) for d in found.diagnostics] == []
