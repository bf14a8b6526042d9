"""Definitions with mistakes, as data: which messages come out, and on which line.

A case file holds `name`, `documents` (path -> text) and `expect`: a list of `CODE line` or `CODE path:line`, in the
order of the report; `only: true` where nothing else may be said besides. Without `expect` nothing is said at all.
`with: base` puts the documents of `base.yaml` beside those of the case.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from shuyuan.engine.definition import load
from shuyuan.engine.diagnostics import Diagnostic, words
from shuyuan.engine.diagnostics.definition import ENTRIES

#: Messages that other tests of this folder cause: about bytes, sizes, and what was published before.
ELSEWHERE = {"DEF_001", "DEF_002", "DEF_004", "DEF_041", "DEF_043", "DEF_044", "ENT_038"}
UNFILLED = re.compile(r"\{[a-z_]+\}")
FOLDER = Path(__file__).parent / "cases"
BASE = yaml.safe_load((FOLDER / "base.yaml").read_text(encoding="utf-8"))["documents"]


def cases() -> list[Any]:
    found = []
    for file in sorted(FOLDER.glob("*.yaml")):
        if file.name == "base.yaml":
            continue
        for case in yaml.safe_load_all(file.read_text(encoding="utf-8")):
            found.append(pytest.param(case, id=f"{file.stem}: {case['name']}"))
    return found


def said(found: Diagnostic, alone: bool) -> str:
    where = str(found.place.line) if alone else f"{found.place.file}:{found.place.line}"
    return f"{found.code} {where}"


@pytest.mark.parametrize("case", cases())
def test_the_messages_are_those_expected(case: dict[str, Any]) -> None:
    documents = dict(case["documents"])
    if case.get("with") == "base":
        documents = {**BASE, **documents}
    expected = case.get("expect", [])
    alone = all(":" not in e for e in expected)
    found = load(documents).diagnostics
    own = [d for d in found if d.place.file in case["documents"]] if alone else list(found)
    assert [said(d, alone) for d in own] == expected, [words(d, "en").what for d in found]
    if alone:
        assert len(own) == len(found), [said(d, False) for d in found]


def test_the_base_of_the_cases_has_no_messages() -> None:
    found = load(BASE)
    assert found.diagnostics == ()
    assert found.model is not None


@pytest.mark.parametrize("case", cases())
def test_every_message_is_in_words_of_both_languages(case: dict[str, Any]) -> None:
    for found in load({**BASE, **case["documents"]}).diagnostics:
        for lang in ("zh", "en"):
            shown = words(found, lang)
            assert shown.what and shown.remedy
            assert not UNFILLED.search(shown.what + shown.remedy)


def test_every_message_of_the_layer_is_caused_by_a_case() -> None:
    seen = {d.code for param in cases() for d in load({**BASE, **param.values[0]["documents"]}).diagnostics}
    assert set(ENTRIES) - seen == ELSEWHERE
