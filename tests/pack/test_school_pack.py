"""The school pack as people read it: two languages everywhere, standard code lists complete."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

FOLDER = Path(__file__).resolve().parents[2] / "definitions" / "school"
FILES = sorted(FOLDER.rglob("*.yaml"))
TABLES = sorted(FOLDER.rglob("*.csv"))


def _documents(path: Path) -> list[dict[str, Any]]:
    return [d for d in yaml.safe_load_all(path.read_text(encoding="utf-8")) if d]


def _all(kind: str) -> dict[str, dict[str, Any]]:
    return {d[kind]: d for path in FILES for d in _documents(path) if next(iter(d)) == kind}


def _texts(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if "zh" in node or "en" in node:
            yield node
        else:
            for child in node.values():
                yield from _texts(child)
    elif isinstance(node, list):
        for child in node:
            yield from _texts(child)


def _has_chinese(text: str) -> bool:
    return any("\u4e00" <= c <= "\u9fff" for c in text)


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_every_text_is_there_in_chinese_and_in_english(path: Path) -> None:
    found = [text for document in _documents(path) for text in _texts(document)]
    assert found
    for text in found:
        assert set(text) == {"zh", "en"}, text
        assert _has_chinese(text["zh"]) or text["zh"].isascii(), text
        assert text["en"] and not _has_chinese(text["en"]), text


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_no_message_scolds_or_begs(path: Path) -> None:
    words = [w for d in _documents(path) for text in _texts(d) for w in (text["zh"], text["en"].lower())]
    assert not [w for w in words if "非法" in w or "请您" in w or "invalid" in w or "please" in w]


@pytest.mark.parametrize("path", TABLES, ids=lambda p: p.name)
def test_code_tables_have_unique_codes_known_parents_and_both_languages(path: Path) -> None:
    with path.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    codes = [row["code"] for row in rows]
    assert len(codes) == len(set(codes)) > 10
    for row in rows:
        assert _has_chinese(row["zh"]) and row["en"]
        assert not row["parent"] or row["parent"] in codes
        first, last = (date.fromisoformat(row[k]) if row[k] else None for k in ("from", "to"))
        assert first is None or last is None or first < last


def test_all_ethnic_groups_and_provinces_are_listed() -> None:
    ethnic = (FOLDER / "codelists" / "ethnic_group.csv").read_text(encoding="utf-8").splitlines()
    assert [line[:2] for line in ethnic[1:]] == [f"{n:02}" for n in range(1, 57)] + ["97", "98"]
    area = (FOLDER / "codelists" / "area.csv").read_text(encoding="utf-8").splitlines()
    assert sum(line[2:6] == "0000" for line in area[1:]) == 34


def test_every_code_list_is_used() -> None:
    text = "\n".join(p.read_text(encoding="utf-8") for p in FILES if p.parent.name == "entities")
    for name in _all("codelist"):
        assert f"list: {name}" in text or f"is: {name}" in text, name


def test_every_role_has_a_policy_a_view_and_a_dashboard() -> None:
    roles = {p["role"] for p in _all("policy").values()}
    assert roles == {
        *("admin", "registrar", "principal", "grade_head", "head_teacher", "teacher", "staff", "student", "guardian"),
    }
    seen = {role for v in _all("view").values() for role in v.get("roles", ())}
    home = {role for d in _all("dashboard").values() for role in d["roles"]}
    assert seen == home == roles
    assert all(d["cards"] and d["hints"] for d in _all("dashboard").values())


def test_what_dashboards_lead_to_exists() -> None:
    views, forms = _all("view"), _all("form")
    for board in _all("dashboard").values():
        for card in board["cards"]:
            assert views[card["view"]]["of"] == card["of"]
        for hint in board["hints"]:
            kind, name = hint["to"].split(" ", 1)
            assert kind == "page" or name in {"form": forms, "view": views}[kind]


def test_every_entity_has_a_form_and_a_view() -> None:
    entities = set(_all("entity"))
    assert {f["of"] for f in _all("form").values()} == entities
    assert {v["of"] for v in _all("view").values()} == entities


def test_only_the_three_requests_have_an_approval_and_each_has_examples_of_both_ends() -> None:
    for flow in _all("workflow").values():
        ends = {name: step["end"] for name, step in flow["steps"].items() if "end" in step}
        assert {ends.get(e["ends"]) for e in flow["examples"]} >= {"ok", "failed"}
        assert flow["withdraw"] and flow["cancel"]
        for name, step in flow["steps"].items():
            if "by" in step and step["by"] != "owner":
                assert "return" in step["go"] and "reject" in step["go"] and step["due"] and step["after"], name


def test_the_status_of_a_student_is_changed_by_requests_only() -> None:
    student = _all("entity")["student"]["schema"]["properties"]
    assert student["status"]["is"] == "state"
    setters = {
        path
        for flow in _all("workflow").values()
        for step in flow["steps"].values()
        for go in step.get("go", {}).values()
        if isinstance(go, dict)
        for path in go.get("set", {})
    }
    assert {"student.status", "student.class", "student.left_on", "student.suspended_until"} <= setters
