"""The audit in words: every act and everything its detail says has a name in both languages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import shuyuan.engine.ops as ops
from shuyuan.engine import AuditLine
from shuyuan.web.render.audit_words import ACTS, details
from shuyuan.web.render.words import LANGS

from tests.school import School

#: What acts say of themselves, as they are written.
SAID: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("record.edit", "student", {"version": 3, "fields": ["name", "class"], "origin": "undo:12"}),
    ("record.create", "student", {"version": 1, "origin": "import:3"}),
    ("import", "student", {"batch": 4, "rows": 20}),
    ("bulk", "student", {"batch": 4, "changed": 2, "unchanged": 1, "refused": 1, "removed": 1}),
    ("undo", "student", {"batch": 4, "changed": 2, "restored": 1, "created": 1}),
    ("export", "student", {"count": 3, "columns": ["name", "class", "class.grade"], "filters": ["sex.eq", "class.in"],
                           "view": "students"}),
    ("reveal", "student", {"field": "name", "purpose": "核对"}),
    ("proxy.begin", "", {"account": 1, "proxy": 2, "from": 1_000_000, "until": 2_000_000}),
    ("rollback", "", {"version": 3, "hash": "x", "risk": "low", "restores": 1}),
    ("purge", "", {"version": 3, "names": ["一"]}),
    ("view.delete", "", {"view": 5}),
    ("token_created", "", {"token": 5, "scopes": ["*:read", "student:write"]}),
    ("account_changed", "", {"account": 1, "keys": ["email", "lang", "name"]}),
    ("role_given", "", {"account": 1, "role": "registrar", "unit": 1}),
    ("seeded", "", {"records": {"student": 9}, "accounts": 2}),
    ("account_linked", "", {"account": 1, "records": [1, 2]}),
)  # fmt: skip


@pytest.mark.parametrize(("op", "entity", "detail"), SAID, ids=[op for op, _, _ in SAID])
async def test_what_an_act_says_is_in_words(
    school_sqlite: School, op: str, entity: str, detail: dict[str, Any]
) -> None:
    version = school_sqlite.engine.version
    people = {1: "甲", 2: "乙"}
    line = AuditLine(1, 1, 1, "甲", op, version.model.entities.get(entity), None, "", detail, people, "", {1: "东校区"})
    for lang in LANGS:
        said = list(details(line, version, lang, str, lambda at: "1970"))
        assert said
        if lang == "zh":
            assert not re.search("[A-Za-z]", " ".join((ACTS[op][0], *said)))
        else:
            assert not re.search("[_:][a-z]", " ".join((ACTS[op][1], *said)))


def test_every_act_has_a_name() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in Path(ops.__file__).parent.glob("*.py"))
    written = re.findall(r"\baudit\(\s*(?:entrance|next\(ids\)|\w+),\s*(?:[\w.]+, )?\"([\w.]+)\"", source)
    written += re.findall(r"ended\([^)]*audit, \"(\w+)\"", source)
    assert len(set(written)) > 20
    assert set(written) <= set(ACTS)
