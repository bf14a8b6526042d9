"""Mistakes in a copy of the school pack, as data: each is named, with the file and the line it stands in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from shuyuan.engine.definition import Identity, shipped
from shuyuan.engine.diagnostics import words
from shuyuan.engine.ops.planning import checked

MISTAKES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "mistakes.yaml").read_text(encoding="utf-8"))
DOCUMENTS, _ = shipped("school")


def test_there_are_at_least_two_dozen_and_no_two_alike() -> None:
    assert len(MISTAKES) >= 24
    assert len({m["name"] for m in MISTAKES}) == len(MISTAKES)
    assert len({m["code"] for m in MISTAKES}) >= 20


def test_without_a_mistake_nothing_is_said() -> None:
    assert checked(DOCUMENTS, Identity()).diagnostics == ()


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: m["name"])
def test_the_mistake_is_named_with_file_and_line(mistake: dict[str, Any]) -> None:
    path = f"school/{mistake['file']}"
    assert DOCUMENTS[path].count(mistake["old"]) >= 1
    text = DOCUMENTS[path].replace(mistake["old"], mistake["new"], 1)
    found = checked({**DOCUMENTS, path: text}, Identity()).diagnostics
    named = [d for d in found if (d.code, d.place.file) == (mistake["code"], path)]
    assert named, [(d.code, str(d.place)) for d in found]
    assert text.splitlines()[named[0].place.line - 1].strip() == mistake["line"]
    for lang in ("zh", "en"):
        said = words(named[0], lang)
        assert said.what and said.remedy, named[0].code
        assert "{code}" not in said.what + said.remedy
