"""Submissions against the small school of the compile tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from shuyuan.engine.changeset import Changeset, cast
from shuyuan.engine.compile.entry import compile_entry
from shuyuan.engine.compile.expressions import Compiler
from shuyuan.engine.compile.record import CompiledRecord, compile_record
from shuyuan.engine.fieldtypes import Given
from shuyuan.engine.model import Entity, Expr, Field, FileRef, Model, Option, Record, Ref, Rule, Text
from shuyuan.engine.model.values import ActorValue

from ..compile.cases import INTAKE, MODEL, STUDENT

ZONE = ZoneInfo("Asia/Shanghai")
EAST = Ref(1, "东校区", {"name": "东校区"})
OPEN = Ref(5, "高一(3)班", {"campus": EAST, "status": "open"})
CLOSED = Ref(6, "高一(4)班", {"campus": EAST, "status": "closed"})
PHOTO = FileRef(8, "a.jpg", 1000, "image/jpeg")

GIVEN = Given(
    now=datetime(2026, 11, 24, 9, 30, tzinfo=ZONE),
    zone=ZONE,
    source="api",
    refs={"class": {5: OPEN, 6: CLOSED}},
    files={8: PHOTO},
    actor=ActorValue(3, "王老师", Ref(40, "王老师")),
)

COMPILED = compile_record(MODEL, STUDENT)
ENTRY = compile_entry(Compiler(MODEL), COMPILED, INTAKE)

#: What a valid new student is sent as.
NEW: dict[str, Any] = {
    "name": "张三",
    "id_number": "110101200003074632",
    "class": 5,
    "guardians": [{"name": "张父", "phone": "13812345678", "relation": "51"}],
}

#: A stored student. The id number's birth date is 2000-03-07.
STORED = Record(
    "student",
    9,
    4,
    {
        "student_no": "202600001",
        "name": "张三",
        "id_number": "110101200003074632",
        "birth_date": date(2000, 3, 7),
        "class": OPEN,
        "boarding": "day",
        "tags": ("art",),
        "photo": PHOTO,
        "status": "enrolled",
        "guardians": (
            {"id": 71, "name": "张父", "phone": "13812345678", "relation": "51", "called": "张父 (13812345678)"},
            {"id": 72, "name": "李母", "phone": None, "relation": "52", "called": None},
        ),
        "campus_name": "东校区",
    },
)


def submit(raw: Any, current: Record | None = None, compiled: CompiledRecord = COMPILED, **more: Any) -> Changeset:
    """Cast with the usual surroundings; `source` and the like may be given."""
    given = {k: more.pop(k) for k in ("source", "refs", "files", "actor", "now", "lang") if k in more}
    return cast(compiled, raw, current, given=replace(GIVEN, **given), **more)


def told(changeset: Changeset) -> dict[str, list[str]]:
    """Codes by path."""
    found: dict[str, list[str]] = {}
    for diagnostic in changeset.diagnostics:
        found.setdefault(diagnostic.place.path, []).append(diagnostic.code)
    return found


def stored(**values: Any) -> Record:
    """The stored student with other values."""
    return replace(STORED, values={**STORED.values, **values})


def entity(*fields: Field, rules: tuple[Rule, ...] = (), **more: Any) -> CompiledRecord:
    """An entity of these fields, compiled."""
    made = Entity("e9", "thing", Text("东西", "Thing"), fields, Expr('"x"'), rules=rules, **more)
    return compile_record(Model(entities={"thing": made, **MODEL.entities}, codelists=MODEL.codelists), made)


def a(name: str, kind: str = "text", options: Mapping[str, Any] | None = None, **more: Any) -> Field:
    """A field whose title is its name."""
    return Field(f"f{name}", name, kind, Text(name, name), options or {}, **more)


def option(*names: str) -> tuple[Option, ...]:
    return tuple(Option(n, n, Text(n)) for n in names)
