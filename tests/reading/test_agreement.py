"""Every way of reading says the same: who sees which record and how much of each field, for all roles of the school."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import orjson
import pytest
from shuyuan.engine.compile.table import table_name
from shuyuan.engine.diagnostics import Refused
from shuyuan.engine.fieldtypes import target_of, type_of
from shuyuan.engine.model import Entity, Field, Operation, Ref, Sql
from shuyuan.engine.ops.asking import Ask, Filter
from shuyuan.engine.ops.counting import counted
from shuyuan.engine.ops.detail import detail, detail_json
from shuyuan.engine.ops.handed_out import export
from shuyuan.engine.ops.history import history
from shuyuan.engine.ops.listing import listing, listing_json
from shuyuan.engine.ops.lookup import lookup
from shuyuan.engine.ops.reading import Asked, tree_of, values_reader
from shuyuan.engine.ops.related import related
from shuyuan.engine.ops.search import search
from shuyuan.engine.ops.shown import Detail, Masked
from shuyuan.engine.ops.work import Work
from shuyuan.engine.policy import Facts, Single
from shuyuan.engine.store.protocol import Query

from ..school import School

LOGINS = (
    "admin", "registrar.east", "principal.east", "grade.east", "head.east", "teacher",
    "emma", "student", "guardian",
)  # fmt: skip
#: Records of each entity that are looked at one by one.
LOOKED_AT = 6


@dataclass
class Truth:
    """What one person may see by the claims alone, asked of each record at hand."""

    work: Work
    facts: Mapping[str, Mapping[int, Facts]]

    def of(self, entity: str, record: int, operation: Operation = "see") -> Single:
        return self.work.access.single(self.work.actor, entity, operation, self.facts[entity][record])

    def seen(self, entity: str, operation: Operation = "see") -> set[int]:
        return {record for record in self.facts[entity] if self.of(entity, record, operation).allowed}


async def _facts(school: School, work: Work, entity: Entity) -> dict[int, Facts]:
    """Everything rules read of the records of an entity."""
    operations: tuple[Operation, ...] = ("see", "export", "edit", "delete", "reveal", "create", "import")
    paths = frozenset().union(*(work.access.reads(work.actor, entity.name, o) for o in operations))
    asked = Asked(work.version.dialect)
    at, unit = asked.column("r.id", _BIG), asked.column("r.unit", _BIG)
    tree = tree_of(p[1:] if p[0] == "self" and len(p) > 1 else p for p in paths if p != ("self",))
    read = values_reader(work.version, entity, tree, "r", asked)
    columns = Sql(
        "SELECT " + ", ".join(c.text for c in asked.columns), tuple(p for c in asked.columns for p in c.params)
    )
    text = columns + f" FROM {table_name(entity)} r" + "".join(asked.joins)
    above: dict[int, list[tuple[int, int]]] = {}
    for low, high, depth in await school.rows(
        "SELECT descendant, ancestor, depth FROM sy_unit_tree ORDER BY depth", "bigint", "bigint", "bigint"
    ):
        above.setdefault(low, []).append((high, depth))
    rows = await school.engine.store.rows(Query(text, tuple(asked.returns)))
    return {row[at]: Facts(row[at], read(row), tuple(above.get(row[unit], ())), work.now.at, work.zone) for row in rows}


_BIG = type_of(Field("x", "x", "link", None)).column(Field("x", "x", "link", None)).storage  # type: ignore[union-attr, arg-type]


async def truth_of(school: School, login: str) -> Truth:
    work = await school.work(login)
    return Truth(work, {e.name: await _facts(school, work, e) for e in work.version.model.entities.values()})


async def every(work: Work, entity: str, columns: tuple[tuple[str, ...], ...] = ()) -> dict[int, tuple[Any, ...]]:
    """All records of a list with their cells."""
    found, ask = {}, Ask(entity, columns=columns, limit=200)
    while True:
        page = await listing(work, ask)
        found |= {line.id: line.cells for line in page.lines}
        if not page.after:
            return found
        ask = ask.with_place(after=page.after)


def shown_as(spec: Field, cell: Any, verdict: str) -> bool:
    """Whether a cell is what the verdict lets through."""
    if cell is None:
        return True
    return isinstance(cell, Masked) if verdict == "mask" else verdict == "show" and not isinstance(cell, Masked)


def rows_as(spec: Field, cell: Any, fields: Mapping[str, str]) -> bool:
    """The same for the cells of a sub-table."""
    names = {c.name: c for c in spec.rows}
    return all(
        name == "id" or shown_as(names[name], one, fields[names[name].id])
        for row in cell or ()
        for name, one in row.items()
    )


@pytest.mark.parametrize("login", LOGINS)
async def test_every_way_of_reading_shows_the_same(lively: School, login: str) -> None:
    truth = await truth_of(lively, login)
    work, random = truth.work, Random(login)
    system = lively.engine.work()
    for entity in work.version.model.entities.values():
        seen = truth.seen(entity.name)
        if work.product(entity.name, "see").nothing:
            assert not seen
            if not work.access.operations(work.actor, entity.name):
                with pytest.raises(Refused):
                    await listing(work, Ask(entity.name))
            continue
        ever = work.product(entity.name, "see")
        fields = [f for f in entity.fields if ever.ever(f.id) and type_of(f).shape != "none"]
        found = await every(work, entity.name, tuple((f.name,) for f in fields))
        assert set(found) == seen, entity.name
        assert await counted(work, Ask(entity.name), 10_000, None) == len(seen)
        for record, cells in found.items():
            single = truth.of(entity.name, record)
            for spec, cell in zip(fields, cells, strict=True):
                assert shown_as(spec, cell, single.fields[spec.id]), (entity.name, record, spec.name, cell)
                assert not spec.rows or isinstance(cell, Masked) or rows_as(spec, cell, single.fields)
                _link_is_seen(truth, spec, cell)
        full = await every(system, entity.name, tuple((f.name,) for f in fields))
        for record in random.sample(sorted(seen), min(LOOKED_AT, len(seen))):
            await _one_record(truth, entity, record, dict(zip((f.name for f in fields), full[record], strict=True)))
        for record in random.sample(
            sorted(set(truth.facts[entity.name]) - seen), min(2, len(truth.facts[entity.name]) - len(seen))
        ):
            await _nothing_of(work, entity, record, full[record], fields)
        await _export(truth, entity)


def _link_is_seen(truth: Truth, spec: Field, cell: Any) -> None:
    if isinstance(cell, Ref):
        assert bool(cell.label) == truth.of(target_of(spec), cell.id).allowed, (spec.name, cell)


async def _one_record(truth: Truth, entity: Entity, record: int, full: Mapping[str, Any]) -> None:
    work, single = truth.work, truth.of(entity.name, record)
    found = await detail(work, entity.name, record)
    for spec in entity.fields:
        verdict, held = single.fields[spec.id], full.get(spec.name)
        _as_the_verdict_says(found, spec, verdict, held)
        if spec.rows and verdict == "show":
            assert rows_as(spec, found.record.values[spec.name], single.fields)
    may = {
        o
        for o in ("see", "edit", "delete", "export", "reveal", "create", "import")
        if truth.of(entity.name, record, o).allowed
    }
    assert found.may == may
    edit = truth.of(entity.name, record, "edit")
    by_id = {f.name: f for f in entity.fields} | {f"{f.name}.{c.name}": c for f in entity.fields for c in f.rows}
    policy = {n for n in found.editable if by_id[n].id in edit.written}
    assert {n for n, f in by_id.items() if f.id in edit.written and not found_readonly(f)} == policy
    as_json = await detail_json(work, entity.name, record)
    orjson.dumps(as_json)
    assert (as_json["id"], as_json["version"], as_json["label"]) == (record, found.record.version, found.record.label)
    for spec in entity.fields:
        if spec.name in found.masked:
            assert as_json[spec.name] == found.masked[spec.name].text
        elif single.fields[spec.id] == "hide":
            assert as_json.get(spec.name) is None
    for change in await history(work, entity.name, record):
        for one in change.fields:
            verdict = single.fields[one.field.id]
            assert verdict != "hide" and all(
                shown_as(one.field, v, verdict) for v in (one.before, one.after) if v != ()
            )
            _link_is_seen(truth, one.field, one.after)
    for one in await related(work, entity.name, record):
        assert one.any == bool((await listing(work, replace(one.ask, limit=1))).lines), (entity.name, one.title)


def found_readonly(spec: Field) -> bool:
    from shuyuan.engine.compile.schema import is_readonly

    return is_readonly(spec)


def _as_the_verdict_says(found: Detail, spec: Field, verdict: str, held: Any) -> None:
    name = spec.name
    if verdict == "hide":
        assert name in found.hidden and name not in found.record.values and name not in found.masked
    elif verdict == "mask":
        assert name not in found.hidden
        if held not in (None, ()):
            assert found.masked[name].text == type_of(spec).mask(held)
    else:
        assert name not in found.masked and name not in found.hidden
        if not spec.rows and type_of(spec).shape != "none":
            assert found.record.values[name] == held


async def _nothing_of(work: Work, entity: Entity, record: int, cells: tuple[Any, ...], fields: list[Field]) -> None:
    """No trace of a record that is not seen."""
    for read in (detail, detail_json, history, related):
        with pytest.raises(Refused) as refused:
            await read(work, entity.name, record)  # type: ignore[operator]
        assert refused.value.diagnostics[0].code == "ASK_012"
    assert not (await listing(work, Ask(entity.name, filters=(Filter(("id",), "eq", (str(record),)),)))).lines
    for spec, cell in zip(fields, cells, strict=True):
        if spec.search and cell:
            assert record not in [hit.id for hit in await search(work, str(cell), 100)]
            assert record not in [line.id for line in (await listing(work, Ask(entity.name, q=str(cell)))).lines]


async def _export(truth: Truth, entity: Entity) -> None:
    work = truth.work
    if work.product(entity.name, "export").nothing:
        with pytest.raises(Refused) as refused:
            await export(work, Ask(entity.name))
        assert refused.value.diagnostics[0].code == "ASK_014"
        return
    product = work.product(entity.name, "export")
    fields = [f for f in entity.fields if product.ever(f.id) and type_of(f).shape not in ("none", "rows")]
    given = await export(work, Ask(entity.name, columns=(("id",), *((f.name,) for f in fields))))
    found = {row[1]: row[2:] async for row in given.rows}
    assert set(found) == truth.seen(entity.name, "export") and given.count == len(found)
    for record, cells in found.items():
        single = truth.of(entity.name, record, "export")
        for spec, cell in zip(fields, cells, strict=True):
            assert shown_as(spec, cell, single.fields[spec.id]), (entity.name, spec.name, cell)


@pytest.mark.parametrize("login", LOGINS)
async def test_search_and_lookup_find_what_the_list_shows_and_nothing_else(lively: School, login: str) -> None:
    truth = await truth_of(lively, login)
    work = truth.work
    for text in ("wang", "高", "2", "东", "a"):
        for hit in await search(work, text, 100):
            assert truth.of(hit.entity.name, hit.id).allowed
            assert hit.label
    for entity in work.version.model.entities.values():
        if work.product(entity.name, "see").nothing:
            continue
        links = [f.name for f in entity.fields if target_of(f)]
        links += [f"{f.name}.{c.name}" for f in entity.fields for c in f.rows if target_of(c)]
        for path in links:
            spec = entity.field(path.partition(".")[0])
            spec = next((c for c in spec.rows if c.name == path.partition(".")[2]), spec) if spec else None
            assert spec is not None
            for ref in await lookup(work, entity.name, path, "", {}):
                assert truth.of(target_of(spec), ref.id).allowed and ref.label


async def test_everybody_finds_by_number_name_and_initials_whom_they_see(lively: School) -> None:
    for login in ("registrar.east", "head.east", "student", "admin"):
        work = await lively.work(login)
        line = (await listing(work, Ask("student", columns=(("student_no",), ("name",)), limit=1))).lines[0]
        for text in line.cells:
            assert line.id in [hit.id for hit in await search(work, text, 20)]
            assert line.id in [one.id for one in (await listing(work, Ask("student", q=text))).lines]


async def test_no_kind_of_record_crowds_the_others_out_of_the_search(lively: School) -> None:
    work = await lively.work("admin")
    every = await search(work, "w", 1000)
    few = await search(work, "w", 8)
    kinds = [hit.entity.name for hit in few]
    assert len(few) == 8 and set(kinds) >= {"student", "guardian"} <= {hit.entity.name for hit in every}
    assert kinds == sorted(kinds, key=kinds.index), "those of a kind stand together"


async def test_a_list_in_json_is_the_list(lively: School) -> None:
    work = await lively.work("head.east")
    for entity in ("student", "leave_request", "class"):
        lines = (await listing(work, Ask(entity, limit=5))).lines
        found = await listing_json(work, Ask(entity, limit=5))
        assert [i["id"] for i in found["items"]] == [line.id for line in lines]
        assert [i["label"] for i in found["items"]] == [line.label for line in lines]
        for one in found["items"]:
            assert one == await detail_json(work, entity, one["id"])
