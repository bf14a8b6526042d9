"""Every route of the API for every role: nothing in any answer that the record page would not show to the same person.

Marks are planted in every sensitive field and in every name, straight into the database. What `detail` shows in full is
allowed to come back; any other mark in any answer, whatever its status, is a leak.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from shuyuan.engine import Ask, Engine, Masked, Refused, detail, listing_json
from shuyuan.engine.compile.table import child_name
from shuyuan.engine.fieldtypes import column_name, type_of
from shuyuan.engine.model import Entity, Field, Sql, Storage
from shuyuan.engine.store import Query

from tests.school import School

from .conftest import Program, Site

#: A login for each kind of right in the pack; SHUYUAN_DEEP=1 walks for the others too.
ROLES = ("admin", "registrar.east", "head.east", "teacher", "student", "guardian")
if os.environ.get("SHUYUAN_DEEP"):
    ROLES += ("principal.east", "registrar.west", "grade.east", "head.west", "emma")
#: Values that somebody sees masked on the pages of the marked records, at least.
MASKED = dict.fromkeys(ROLES, 2) | {"teacher": 0, "emma": 0}
#: Records of one entity that are marked, from both ends of the school.
EACH = 2
#: Texts long enough to stand out; the digits at their end tell them apart.
SHAPES = {
    "phone": "139{:08d}",
    "resident_id": "1101052012{:08d}",
    "student_code": "L1101052012{:07d}",
    "bank_card": "62220212{:08d}",
    "email": "mark{:06d}@school.example",
}
#: Types whose text is one of a few.
CHOSEN = ("code", "choice", "state", "ethnic_group", "sex")


@dataclass
class Marks:
    """What was planted: mark -> entity, record, name of the field or column."""

    planted: dict[str, tuple[str, int, str]] = field(default_factory=dict)

    def new(self, entity: str, record: int, spec: Field, name: str) -> str:
        number = 76_000_000 + len(self.planted)
        mark = SHAPES.get(spec.type, "秘{:08d}").format(number % 10**8)
        self.planted[mark] = (entity, record, name)
        return mark


def marked_fields(entity: Entity) -> Iterator[tuple[Field | None, Field]]:
    """The fields, and the columns of sub-tables, whose text can be told apart."""
    for spec in entity.fields:
        for one in spec.rows or (spec,):
            column = type_of(one).column(one)
            told = one.sensitive or spec.sensitive or one.type in ("person_name", "long_text", "text")
            text = column is not None and column.storage.kind == "text" and type_of(one).shape == "value"
            if told and text and one.type not in CHOSEN:
                yield (spec if spec.rows else None), one


async def plant(school: School) -> Marks:
    """Marks in some records of every entity, one that each role sees among them."""
    marks = Marks()
    engine = school.engine
    chosen = {entity: await records_of(school, entity) for entity in engine.version.model.entities}
    async with engine.store.transaction() as connection:
        for entity in engine.version.model.entities.values():
            for record in chosen[entity.name]:
                for rows, spec in marked_fields(entity):
                    table = child_name(entity, rows) if rows else engine.version.tables(entity.name)[0].name
                    name = f"{rows.name}.{spec.name}" if rows else spec.name
                    mark = marks.new(entity.name, record, spec, name)
                    where = "parent = ?" if rows else "id = ?"
                    await connection.run(
                        Sql(f"UPDATE {table} SET {column_name(spec)} = ? WHERE {where}", (mark, record))
                    )
    return marks


async def shown_to(engine: Engine, school: School, login: str, marks: Marks) -> tuple[frozenset[str], int]:
    """The marks that the pages of records show to that login in full, and how many they show masked."""
    work = engine.work(await school.actor(login))
    seen: set[str] = set()
    masked = 0
    for entity, record in {(e, r) for e, r, _ in marks.planted.values()}:
        try:
            found = await detail(work, entity, record)
        except Refused:
            continue
        text = repr(dict(found.record.values)) + found.record.label
        masked += len(found.masked)
        own = {mark: name for mark, (e, r, name) in marks.planted.items() if (e, r) == (entity, record)}
        full = {name for name, value in found.record.values.items() if value.__class__ is not Masked}
        seen |= {mark for mark, name in own.items() if mark in text or name in full}
    return frozenset(seen), masked


async def grow(site: Site, marks: Marks) -> None:
    """Marks that only the history holds, and others in their place: the office changes what it sees of students."""
    program, spec = await site.program("registrar.east"), site.school.engine.version.entity("student")
    changed = 0
    for record in await records_of(site.school, "student"):
        fields = [f for f in spec.fields if f.name in ("phone", "email", "health_note", "remark", "bank_card")]
        values = {f.name: marks.new("student", record, f, f.name) for f in fields}
        values["bank_card"] = "6222021234567890128"  # has to fit its check digit
        seen = await program.get(f"/records/student/{record}?fields=phone")
        if seen.status_code == 200:
            answer = await program.patch(f"/records/student/{record}", values, seen.headers["etag"])
            assert answer.status_code == 200, answer.text
            changed += 1
    assert changed > 1


async def records_of(school: School, entity: str) -> list[int]:
    """Some records of an entity: from both ends of the school, and the first one of each role's list."""
    ids = await school.ids(entity)
    found = [*ids[:EACH], *ids[-EACH:]]
    for login in ROLES:
        try:
            page = await listing_json(await school.work(login), Ask(entity, limit=1))
        except Refused:
            continue
        found += [one["id"] for one in page["items"]]
    return list(dict.fromkeys(found))


async def asked(site: Site, program: Program, marks: Marks) -> list[tuple[str, str]]:
    """Every answer that the routes give, with what was asked."""
    found: list[tuple[str, str]] = []

    async def ask(method: str, path: str, **more: Any) -> Any:
        answer = await program.send(method, path, **more)
        assert answer.status_code < 500, (method, path, answer.text[:500])
        found.append((f"{method} {path} {more.get('json', '')}", answer.text + str(dict(answer.headers))))
        return answer

    for path in ("/me", "/openapi.json", "/tasks", "/codelists/kinship"):
        await ask("GET", path)
    for entity in site.school.engine.version.model.entities.values():
        base = f"/records/{entity.name}"
        await ask("GET", f"/schemas/{entity.name}")
        for query in ("?limit=200", "?count=true&limit=1", "?sort=-id&limit=200", "?q=7600&limit=200"):
            await ask("GET", base + query)
        for spec in (f for f in entity.fields if f.sensitive or f.rows):
            for query in (f"?fields={spec.name}&limit=200", f"?sort={spec.name}&limit=50", f"?{spec.name}.empty=false"):
                await ask("GET", base + query)
        for record in await records_of(site.school, entity.name):
            await ask("GET", f"{base}/{record}")
            await ask("GET", f"{base}/{record}/history")
            await ask("PATCH", f"{base}/{record}", json={"nothing": 1}, headers={"if-match": '"1"'})
            await ask("PATCH", f"{base}/{record}", json={}, headers={"if-match": '"999"'})
            await ask("DELETE", f"{base}/{record}", headers={"if-match": '"999"'})
            await ask("POST", f"{base}/bulk", json={"changes": [{"id": record, "version": 999, "values": {}}]})
        await ask("POST", base, json={spec.name: "x" for spec in entity.fields})
        for mark, (name, _, field_name) in list(marks.planted.items()):
            if name == entity.name and "." not in field_name:
                await ask("POST", base, json={field_name: mark})
    return found


async def cases_of(site: Site) -> list[int]:
    rows = await site.school.engine.store.rows(
        Query(Sql("SELECT id FROM sy_case ORDER BY id"), (Storage("bigint"),)), {}
    )
    return [row[0] for row in rows]


@pytest.mark.parametrize("login", ROLES)
async def test_no_answer_tells_more_than_the_record_page(site: Site, login: str) -> None:
    school = site.school
    await school.play()
    marks = await plant(school)
    await grow(site, marks)
    assert len(marks.planted) > 150
    program = await site.program(login)
    allowed, masked = await shown_to(school.engine, school, login, marks)
    assert allowed and masked >= MASKED[login]
    answers = await asked(site, program, marks)
    for case in await cases_of(site):
        answer = await program.get(f"/cases/{case}")
        answers.append((f"GET /cases/{case}", answer.text))
    leaks = []
    for what, text in answers:
        plain = json.dumps(json.loads(text.partition("{'")[0]), ensure_ascii=False) if text.startswith("[") else text
        for mark in marks.planted:
            if mark in plain and mark not in allowed and mark not in what:
                leaks.append((what[:120], mark, marks.planted[mark]))
    assert leaks == []
    assert any(mark in text for mark in allowed for _, text in answers), "the marks do come back"


@pytest.mark.parametrize("login", ROLES)
async def test_lists_hold_the_records_that_have_a_page_and_no_others(site: Site, login: str) -> None:
    school = site.school
    program = await site.program(login)
    work = school.engine.work(await school.actor(login))
    for entity in school.engine.version.model.entities:
        ids = await records_of(school, entity)
        open_pages = set()
        for record in ids:
            try:
                await detail(work, entity, record)
                open_pages.add(record)
            except Refused:
                pass
        for record in ids:
            one = (await program.get(f"/records/{entity}/{record}")).status_code == 200
            changes = (await program.get(f"/records/{entity}/{record}/history")).status_code == 200
            assert one == changes == (record in open_pages), (entity, record)
        listed: set[int] = set()
        path: str | None = f"/records/{entity}?limit=200&fields=label"
        while path:
            answer = await program.get(path)
            if answer.status_code != 200:
                break
            listed |= {one["id"] for one in answer.json()["items"]}
            link = answer.links.get("next", {}).get("url")
            path = link.removeprefix("/api/v1") if link else None
        assert listed & set(ids) == open_pages, entity
