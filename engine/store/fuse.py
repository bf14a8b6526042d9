"""A batch of writes as one PostgreSQL statement: all of it or nothing, in one trip and without BEGIN and COMMIT."""

# ruff: noqa: S608 - statements are put together from names that `quoted` has checked

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..model.storage import Table
from .parts import Part, is_guard, refers_to_itself
from .protocol import Delete, Holds, Insert, Run, Update, Write
from .render import (
    Marks,
    Param,
    Statement,
    Structured,
    columns_of,
    empty_of,
    encoded,
    insert_text,
    parameters,
    quoted,
    update_text,
    where,
)

#: More parts than this are sent one by one: planning so long a statement costs more than the trips it saves.
MOST_PARTS = 12


def _by_key(write: Structured) -> tuple[Any, ...] | None:
    """The primary key the write is about, or None when it may be about several rows."""
    given = write.values if isinstance(write, Insert) else write.key
    found = tuple(given.get(name) for name in write.table.key)
    return None if None in found else found


def _apart(parts: Sequence[Part]) -> bool:
    """Whether writes to one table cannot meet in a row or in a unique value, so that their order does not matter."""
    if len(parts) == 1:
        return True
    writes = [_structured(w) for part in parts for w in part.writes]
    table = writes[0].table
    if all(isinstance(w, Holds) for w in writes):
        return True
    if refers_to_itself(table) or any(w.table is not table or isinstance(w, Holds) for w in writes):
        return False
    if all(isinstance(w, Insert) for w in writes):
        return True
    if any(index.unique for index in table.indexes):
        return False
    keys = [_by_key(w) for w in writes]
    return None not in keys and len(set(keys)) == len(keys)


def _in_step(first: Structured, later: Structured) -> bool:
    """Whether the references between two writes hold in any order of execution just as they do in the given one.

    Inside one statement references are checked at its end; one by one they are checked after each write.
    """
    if isinstance(first, Delete) and any(c.refers == first.table.name for c in later.table.columns):
        return False
    from_first = any(c.refers == later.table.name for c in first.table.columns)
    return not (from_first and isinstance(later, Delete | Insert))


def whole_alone(write: Write) -> bool:
    """Whether the write as a single statement is a transaction in itself.

    A guard that is not about one primary key could meet two rows, and would have to be undone.
    """
    return isinstance(write, Run | Holds) or not is_guard(write) or _by_key(write) is not None


def one_statement(parts: Sequence[Part]) -> bool:
    """Whether parts of these shapes can be one statement, provided that parts of one table are `apart`."""
    if len(parts) > MOST_PARTS or any(isinstance(part.writes[0], Run) for part in parts):
        return False
    firsts = [_structured(part.writes[0]) for part in parts]
    if not all(map(whole_alone, firsts)):
        return False
    return all(_in_step(a, b) for place, a in enumerate(firsts) for b in firsts[place + 1 :] if a.table is not b.table)


def apart(parts: Sequence[Part]) -> bool:
    """Whether parts of the same table never meet in a row or in a unique value."""
    tables: dict[str, list[Part]] = {}
    for part in parts:
        tables.setdefault(part.table, []).append(part)
    return all(map(_apart, tables.values()))


@dataclass(frozen=True, slots=True)
class Fused:
    """One statement for a batch.

    order: the parts in the order of their parameters. guard: the part that has to be met when there is exactly one;
    the statement then answers 1 or 0. aborts: with several guards the database raises division_by_zero unless all are
    met, because what the first one changed has to be undone.
    """

    text: str
    order: tuple[int, ...]
    bound: tuple[Statement, ...]
    guard: int | None
    aborts: bool


def fuse(parts: Sequence[Part]) -> Fused:
    """The statement for parts that are `one_statement` and `apart`.

    It depends only on their shapes and on which of them are multi-row.
    """
    marks = Marks("postgres")
    firsts = [_structured(part.writes[0]) for part in parts]
    guards = sorted((n for n, w in enumerate(firsts) if is_guard(w)), key=lambda n: not isinstance(firsts[n], Holds))
    order = (*guards, *(n for n, w in enumerate(firsts) if not is_guard(w)))
    met, clauses, bound = "", [], []
    for number in order:
        made, text = _clause(firsts[number], parts[number].many, met, marks)
        clauses.append(f"w{number} AS ({text})")
        bound.append(made)
        if number in guards:
            met = f"EXISTS (SELECT 1 FROM w{number})"
    answer = f"(SELECT count(*) FROM w{guards[-1]})" if guards else "1"
    aborts = sum(not isinstance(firsts[n], Holds) for n in guards) > 1
    if aborts:
        answer = f"1 / {answer}"
    text = f"WITH {', '.join(clauses)} SELECT {answer}"
    return Fused(text, order, tuple(bound), guards[0] if len(guards) == 1 else None, aborts)


def _structured(write: Write) -> Structured:
    if isinstance(write, Run):
        raise TypeError("a Run cannot be fused")
    return write


def _clause(write: Structured, many: bool, met: str, marks: Marks) -> tuple[Statement, str]:
    table = write.table
    only = f" AND {met}" if met else ""
    if isinstance(write, Insert):
        sets = columns_of(table, write.values, "postgres")
        return Statement("", sets, ()), _insert(table, sets, many, met, marks)
    empty = empty_of(write.key)
    key = columns_of(table, write.key, "postgres")
    bound = tuple(c for c in key if c.name not in empty)
    if isinstance(write, Update):
        sets = columns_of(table, write.values, "postgres")
        head = update_text(table, sets, marks)
        return Statement("", sets, bound), f"{head}{where(key, empty, marks)}{only} RETURNING 1"
    if isinstance(write, Delete):
        text = f"DELETE FROM {quoted(table.name)} WHERE {where(key, empty, marks)}{only} RETURNING 1"
        return Statement("", (), bound), text
    text = f"SELECT 1 FROM {quoted(table.name)} WHERE {where(key, empty, marks)}{only} LIMIT 1"
    return Statement("", (), bound), text


def _insert(table: Table, sets: Sequence[Param], many: bool, met: str, marks: Marks) -> str:
    if not many and not met:
        return insert_text(table, sets, marks)
    names = ", ".join(quoted(c.name) for c in sets)
    if many:
        values = f"* FROM unnest({', '.join(marks.next(c, '[]') for c in sets)})"
    else:
        values = ", ".join(marks.next(c) for c in sets)
    only = f" WHERE {met}" if met else ""
    return f"INSERT INTO {quoted(table.name)} ({names}) SELECT {values}{only}"


def many_text(write: Insert) -> Statement:
    """A multi-row insert as a statement of its own; see `many_parameters`."""
    sets = columns_of(write.table, write.values, "postgres")
    return Statement(_insert(write.table, sets, True, "", Marks("postgres")), sets, ())


def many_parameters(made: Statement, part: Part) -> list[Any]:
    """One list of values per column."""
    rows = [encoded(made.sets, w.values.values()) for w in part.writes if isinstance(w, Insert)]
    return [list(column) for column in zip(*rows, strict=True)]


def fused_parameters(fused: Fused, parts: Sequence[Part]) -> list[Any]:
    """What fills the marks of the fused statement. Raises Unfit."""
    filled: list[Any] = []
    for number, made in zip(fused.order, fused.bound, strict=True):
        part = parts[number]
        filled += many_parameters(made, part) if part.many else parameters(made, _structured(part.writes[0]))
    return filled
