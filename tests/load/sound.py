"""Whether an installation is whole: what has to be true whatever happened to the processes that worked on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from shuyuan.engine.model import SYSTEM, Sql
from shuyuan.engine.ops.beside import found_words
from shuyuan.engine.ops.held import held_all
from shuyuan.engine.plan import physical, report_views
from shuyuan.engine.store.inspection import differences, inspect
from shuyuan.engine.store.tables import SYSTEM_TABLES

from tests.school import School

BIG = "bigint"


async def faults(school: School, since: int) -> list[str]:
    """Everything that is not as it should be. since: the greatest id before anybody was killed."""
    found = [*await _tables(school), *await _versions(school), *await _cases(school), *await _seats(school)]
    for entity in ("seat", "student", "leave_request"):
        found += await _records(school, entity, since)
    return found


async def _tables(school: School) -> list[str]:
    """The tables are those of the live version."""
    version, store = school.engine.version, school.engine.store
    expected = [*physical(version.model, version.identity).values(), *SYSTEM_TABLES.values()]
    there = await inspect(store)
    views = {name: tuple(n for n, _ in view.columns) for name, view in report_views(version.model).items()}
    wrong = [] if there.views == views else [f"views {sorted(there.views.keys() ^ views.keys())}"]
    return wrong + [str(d) for d in differences(expected, there, store.dialect)]


async def _versions(school: School) -> Iterator[str]:
    """The pointer leads to the newest version, and each version has its line in the audit."""
    ((live, newest, count, said),) = await school.rows(
        "SELECT l.version, (SELECT max(number) FROM sy_version), (SELECT count(*) FROM sy_version),"
        " (SELECT count(*) FROM sy_audit WHERE op IN ('publish', 'rollback')) FROM sy_live l WHERE l.id = 1",
        BIG, BIG, BIG, BIG,
    )  # fmt: skip
    wrong = []
    if not live == newest == count == said:
        wrong.append(f"live {live}, newest {newest}, versions {count}, in the audit {said}")
    if live != school.engine.version.number:
        wrong.append(f"version {live} cannot be opened")
    return iter(wrong)


async def _seats(school: School) -> list[str]:
    """Computed values are all of one version; nothing that was written once has changed."""
    entity = school.engine.version.entity("seat")
    twice = entity.field("twice")
    assert twice is not None and twice.value is not None
    factor = int(twice.value.text.rpartition(" ")[2])
    columns = {f.name: f.column or f"c_{f.id}" for f in entity.fields}
    note = columns.get("note", columns.get("remark"))
    text = (
        f"SELECT id FROM t_{entity.id} WHERE {columns['twice']} IS DISTINCT FROM {columns['number']} * {factor}"
        f" OR CAST({columns['size']} AS text) <> '7' OR {columns['colour']} <> 'red'"
        f" OR ({columns['key']} LIKE 's%' AND {note} IS DISTINCT FROM 'n-' || {columns['key']})"
    )
    return [f"seat {row[0]} is of two versions" for row in await school.rows(text, BIG)]


async def _records(school: School, entity: str, since: int) -> list[str]:
    """Each record has a history as long as its version, its sub-tables, and the words it is found by."""
    spec = school.engine.version.entity(entity)
    rows = await school.rows(f"SELECT id, version FROM t_{spec.id} WHERE id > {since}", BIG, BIG)
    text = "SELECT record, count(*), max(version) FROM sy_history WHERE entity = ? AND record > ? GROUP BY record"
    told = {r: (n, v) for r, n, v in await school.rows(Sql(text, (spec.id, since)), BIG, BIG, BIG)}
    wrong = [f"{entity} {r} is at {v}, its history at {told.get(r)}" for r, v in rows if told.get(r) != (v, v)]
    wrong += [f"{entity} {r} is gone, its history is not" for r in told.keys() - {r for r, _ in rows}]
    words: dict[int, set[str]] = {}
    text = "SELECT record, token FROM sy_search WHERE entity = ? AND record > ?"
    for record, word in await school.rows(Sql(text, (spec.id, since)), BIG, "text"):
        words.setdefault(record, set()).add(word)
    compiled = school.engine.version.record(entity)
    ids = [r for r, _ in rows]
    for begin in range(0, len(ids), 500):
        held = await held_all(school.engine.work(SYSTEM), spec, ids[begin : begin + 500], "see")
        for number, one in held.items():
            if set(found_words(compiled, one.record.values)) != words.pop(number, set()):
                wrong.append(f"{entity} {number} is found by other words")
            if entity == "student" and len(one.record.values["guardians"]) != 1:
                wrong.append(f"student {number} has lost a guardian")
    return wrong + [f"{entity} {r} is found and not there" for r in words]


async def _cases(school: School) -> list[str]:
    """A case, its path, its tasks, its audit and the record it is about are at the same point."""
    wrong: list[str] = []
    rows = await school.rows(
        "SELECT c.id, c.version, c.status, c.record, c.step,"
        " (SELECT max(version) FROM sy_case_entry e WHERE e.case_id = c.id),"
        " (SELECT count(DISTINCT version) FROM sy_case_entry e WHERE e.case_id = c.id),"
        " (SELECT count(*) FROM sy_task t WHERE t.case_id = c.id AND t.state = 'open')"
        " FROM sy_case c",
        BIG, BIG, "text", BIG, "text", BIG, BIG, BIG,
    )  # fmt: skip
    audited: dict[int, int] = {}
    for (detail,) in await school.rows("SELECT detail FROM sy_audit WHERE op = 'case.act'", "json"):
        audited[detail["case"]] = max(audited.get(detail["case"], 0), detail["version"])
    states = await _states(school)
    for case, version, status, record, step, last, count, tasks in rows:
        if not version == last == audited.get(case) or count > version:
            wrong.append(f"case {case} is at {version}, its path at {last}, its audit at {audited.get(case)}")
        if (status == "open") != (tasks > 0):
            wrong.append(f"case {case} is {status} with {tasks} open tasks")
        if record in states and states[record] != step:
            wrong.append(f"case {case} stands at {step}, its record at {states[record]}")
    return wrong


async def _states(school: School) -> Mapping[int, Any]:
    """The step that each request for leave says it is in, by id of step."""
    version = school.engine.version
    entity = version.entity("leave_request")
    spec = entity.field("status")
    assert spec is not None
    steps = {s.name: s.id for s in version.model.workflows["student_leave"].steps}
    rows = await school.rows(f"SELECT id, c_{spec.id} FROM t_{entity.id}", BIG, "text")
    return {number: steps.get(name) for number, name in rows}
