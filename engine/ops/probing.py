"""What a plan touches, counted in the database: the answer to every probe, and a few records as samples."""

# ruff: noqa: S608 - statements are put together from names that `quoted` has checked

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..compile.table import table_name
from ..definition.scope import entity_scope
from ..diagnostics import Diagnostic
from ..expr import BOOLEAN, check, compile_sql
from ..model import Entity, Slot, Sql, Storage, Table
from ..plan import Probe, physical
from ..policy.columns import EntityColumns
from ..store.coding import json_text
from ..store.protocol import Query
from ..store.render import quoted
from .asking import RESERVED
from .labels import Sample, named
from .work import Work

_BIG, _TEXT, _JSON = Storage("bigint"), Storage("text"), Storage("json")

#: Rows counted for one probe; there is nothing to decide between more and many more.
MOST = 1_000_000
#: Rows looked at one by one for one probe, where the database cannot tell which of them fit.
MOST_READ = 200_000
_PAGE = 5_000
#: Records shown for one probe.
SAMPLES = 5
#: Counts asked for in one statement.
_TOGETHER = 40


@dataclass(frozen=True, slots=True)
class Touched:
    """The answer to a probe. count: None when only publishing will tell; more: there are at least that many."""

    count: int | None
    more: bool = False
    samples: tuple[Sample, ...] = ()


@dataclass(frozen=True, slots=True)
class _Asked:
    """A probe as a condition over one table. owner: the column that names the record."""

    table: str
    condition: Sql
    owner: str
    sampled: bool = True


async def answered(work: Work, probes: Iterable[Probe]) -> dict[Probe, Touched]:
    """Every probe of a plan made against `work.version`. Raises Moved when that is no longer live."""
    wanted = list(dict.fromkeys(probes))
    stood = physical(work.version.model, work.version.identity)
    found: dict[Probe, Touched] = {}
    asked: dict[Probe, _Asked] = {}
    for probe in wanted:
        made = _asked(work, stood, probe)
        if made is not None:
            asked[probe] = made
        elif probe.kind == "unconvertible" and _there(stood, probe):
            found[probe] = await _unconvertible(work, probe)
        elif probe.kind in ("saved_views", "tokens"):
            found[probe] = await _naming(work, probe)
        else:
            found[probe] = Touched(None)
    found |= await _counted(work, asked)
    return {probe: found[probe] for probe in wanted}


async def _counted(work: Work, asked: Mapping[Probe, _Asked]) -> dict[Probe, Touched]:
    """Counts in as few statements as may be, then samples where something was found."""
    found: dict[Probe, Touched] = {}
    pairs = list(asked.items())
    for begin in range(0, max(len(pairs), 1), _TOGETHER):
        some = pairs[begin : begin + _TOGETHER]
        ((epoch, access, *counts),) = await work.store.rows(_question([one for _, one in some]), work.slots())
        work.demand(epoch, access)
        for (probe, one), count in zip(some, counts, strict=True):
            ids = await _ids(work, one) if count and one.sampled else ()
            samples = await named(work, probe.entity, ids)
            found[probe] = Touched(min(count, MOST), count > MOST, samples)
    return found


def _question(some: Sequence[_Asked]) -> Query:
    text = Sql("SELECT l.epoch, l.access")
    for one in some:
        inner = Sql(f", (SELECT count(*) FROM (SELECT 1 FROM {quoted(one.table)} p WHERE ") + one.condition
        text += inner + f" LIMIT {MOST + 1}) found)"
    text += " FROM sy_live l WHERE l.id = 1"
    return Query(text, (_BIG,) * (2 + len(some)))


async def _ids(work: Work, one: _Asked) -> tuple[int, ...]:
    head = f"SELECT DISTINCT p.{quoted(one.owner)} FROM {quoted(one.table)} p WHERE "
    text = Sql(head) + one.condition + f" ORDER BY 1 LIMIT {SAMPLES}"
    return tuple(row[0] for row in await work.store.rows(Query(text, (_BIG,)), work.slots()))


def _there(stood: Mapping[str, Table], probe: Probe) -> bool:
    """Whether the live tables have what the probe is about: a field that is retyped as well has another column."""
    table = stood.get(probe.table)
    return table is not None and {c.name for c in probe.columns} <= {c.name for c in table.columns}


def _asked(work: Work, stood: Mapping[str, Table], probe: Probe) -> _Asked | None:
    """The probe as a condition, None where it is none."""
    if probe.kind == "drafts":
        return _drafts(work, probe)
    if probe.kind == "cases":
        return _cases(probe)
    if not _there(stood, probe):
        return None
    entity = work.version.model.entities.get(probe.entity)
    owner = "id" if entity is not None and probe.table == table_name(entity) else "parent"
    condition = _condition(work, probe, entity, owner)
    if condition is None:
        return None
    return _Asked(probe.table, condition, owner, probe.kind not in ("records", "filled"))


def _condition(work: Work, probe: Probe, entity: Entity | None, owner: str) -> Sql | None:
    columns = [f"p.{quoted(c.name)}" for c in probe.columns]
    match probe.kind:
        case "records":
            return Sql("1 = 1")
        case "filled":
            return Sql(f"{columns[0]} IS NOT NULL")
        case "empty":
            return Sql(f"{columns[0]} IS NULL")
        case "values":
            return _holding(work, probe, columns[0])
        case "duplicates":
            return repeated(probe.table, [c.name for c in probe.columns], owner == "parent")
        case "breaking" if entity is not None and probe.expr is not None:
            return _true(work, entity, probe.expr.text)
    return None


def repeated(table: str, columns: Sequence[str], per_record: bool) -> Sql:
    """The rows `p` whose values of all columns another row of the table has too; nulls never do.

    per_record: in a sub-table the rows of one record are compared with each other only.
    """
    names = [quoted(c) for c in (("parent", *columns) if per_record and "parent" not in columns else columns)]
    listed = ", ".join(names)
    filled = " AND ".join(f"{n} IS NOT NULL" for n in names)
    same = " AND ".join(f"d.{n} = p.{n}" for n in names)
    groups = f"SELECT {listed} FROM {quoted(table)} WHERE {filled} GROUP BY {listed} HAVING count(*) > 1"
    return Sql(f"EXISTS (SELECT 1 FROM ({groups}) d WHERE {same})")


def _holding(work: Work, probe: Probe, column: str) -> Sql:
    """One of the values, or a list that holds one of them."""
    postgres = work.store.dialect == "postgres"
    values = list(probe.values)
    among = (
        Sql("ANY(?::text[])", (values,)) if postgres else Sql("(SELECT value FROM json_each(?))", (json_text(values),))
    )
    if probe.columns[0].storage.kind != "json":
        return Sql(f"{column} = ") + among if postgres else Sql(f"{column} IN ") + among
    if postgres:
        return Sql(f"EXISTS (SELECT 1 FROM jsonb_array_elements_text({column}) held WHERE held = ") + among + ")"
    return Sql(f"EXISTS (SELECT 1 FROM json_each({column}) held WHERE held.value IN ") + among + ")"


def _true(work: Work, entity: Entity, text: str) -> Sql | None:
    """The condition of a new rule over the live records; None when it speaks of what is not there yet."""
    model = work.version.model
    typed = check(text, entity_scope(model, entity, work.version.compiler.functions), BOOLEAN).expr
    made = compile_sql(typed, EntityColumns(model, entity, "p"), work.store.dialect) if typed else None
    return None if made is None or isinstance(made, Diagnostic) else Sql("(") + made + ")"


def _drafts(work: Work, probe: Probe) -> _Asked | None:
    forms = [probe.form] if probe.form else [f.id for f in work.version.model.forms.values() if f.of == probe.entity]
    if not forms:
        return None
    marks = ", ".join("?" * len(forms))
    return _Asked("sy_draft", Sql(f"p.form IN ({marks})", tuple(forms)), "id", sampled=False)


def _cases(probe: Probe) -> _Asked:
    condition = Sql("p.status = 'open' AND p.workflow = ?", (probe.workflow,))
    if probe.step:
        condition += Sql(" AND p.step = ?", (probe.step,))
    return _Asked("sy_case", condition, "record")


async def _unconvertible(work: Work, probe: Probe) -> Touched:
    """Values that become nothing, found by turning each of them."""
    entity = work.version.model.entities.get(probe.entity)
    owner = "id" if entity is not None and probe.table == table_name(entity) else "parent"
    column, table, convert = probe.columns[0], quoted(probe.table), probe.convert
    if convert is None:
        return Touched(None)
    name = quoted(column.name)
    text = f"SELECT id, {quoted(owner)}, {name} FROM {table} WHERE {name} IS NOT NULL AND id > ? ORDER BY id LIMIT ?"
    query = Query(Sql(text, (Slot("after"), Slot("limit"))), (_BIG, _BIG, column.storage))
    count, read, after, records = 0, 0, -(2**63), dict[int, None]()
    while rows := await work.store.rows(query, {"after": after, "limit": _PAGE}):
        after, read = rows[-1][0], read + len(rows)
        broken = [record for _, record, value in rows if convert(value) is None]
        count += len(broken)
        records |= dict.fromkeys(broken[: SAMPLES - len(records)]) if len(records) < SAMPLES else {}
        if len(rows) < _PAGE or read >= MOST_READ:
            break
    more = len(rows) == _PAGE and read >= MOST_READ
    return Touched(count, more, await named(work, probe.entity, tuple(records)))


_VIEWS = Query(Sql("SELECT query FROM sy_saved_view WHERE entity = ? ORDER BY id LIMIT 10000", (Slot("of"),)), (_JSON,))
_TOKENS = Query(Sql("SELECT scopes FROM sy_token WHERE revoked_at IS NULL ORDER BY id LIMIT 10000"), (_JSON,))


async def _naming(work: Work, probe: Probe) -> Touched:
    """Saved views and tokens that name something."""
    if probe.kind == "tokens":
        scopes = [row[0] for row in await work.store.rows(_TOKENS)]
        return Touched(sum(any(str(s).split(":")[0] == probe.name for s in one or ()) for one in scopes))
    entity = work.version.model.entities.get(probe.entity)
    of = entity.id if entity else probe.entity
    queries = [row[0] for row in await work.store.rows(_VIEWS, {"of": of})]
    if entity is None or not probe.name:
        return Touched(len(queries))
    return Touched(sum(_speaks(query, probe.name) for query in queries))


#: Parameters of a list whose values are names of fields.
_NAMING = frozenset({"sort", "fields", "group"})


def _speaks(query: Any, name: str) -> bool:
    """Whether a saved list filters by, sorts by or shows a path that goes through the name."""
    for key, value in query.get("params") or ():
        paths = str(value).split(",") if key in _NAMING else [] if key in RESERVED else [str(key)]
        if any(name in path.strip().removeprefix("-").split(".") for path in paths):
            return True
    return False
