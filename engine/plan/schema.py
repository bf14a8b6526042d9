"""From the tables as they stand to the tables as they shall be: schema steps, with the copies that keep values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..model import Column, Table
from ..model.steps import (
    AddColumn,
    CopyColumn,
    CreateIndex,
    CreateTable,
    DropColumn,
    DropIndex,
    DropTable,
    SchemaStep,
)
from .physical import Tables

_ORDER = (DropIndex, CreateTable, AddColumn, CopyColumn, DropColumn, CreateIndex, DropTable)


def table_steps(before: Tables, after: Tables, copies: Iterable[CopyColumn] = ()) -> tuple[SchemaStep, ...]:
    """The steps that make `after` of `before`, in an order that works; copies happen between adding and dropping."""
    found: list[SchemaStep] = list(copies)
    for name, table in after.items():
        if name not in before:
            found.append(CreateTable(table))
        else:
            found += _changed(before[name], table)
    found += [DropTable(name) for name in before if name not in after]
    return tuple(sorted(found, key=lambda step: (_ORDER.index(type(step)), _name(step))))


def _name(step: SchemaStep) -> tuple[str, str]:
    match step:
        case CreateTable(table):
            return table.name, ""
        case AddColumn(table_name, column) | DropColumn(table_name, column):
            return table_name, column.name
        case CreateIndex(table_name, index) | DropIndex(table_name, index):
            return table_name, index.name
        case CopyColumn(table_name, _, target):
            return table_name, target.name
        case DropTable(table_name):
            return table_name, ""
    return "", ""


def _changed(before: Table, after: Table) -> Iterator[SchemaStep]:
    old = {c.name: c for c in before.columns}
    new = {c.name: c for c in after.columns}
    for name, column in new.items():
        if name not in old:
            yield AddColumn(after.name, column)
    for name, column in old.items():
        if name not in new:
            yield DropColumn(after.name, column)
    had, has = {i.name: i for i in before.indexes}, {i.name: i for i in after.indexes}
    yield from (CreateIndex(after.name, i) for n, i in has.items() if n not in had)
    yield from (DropIndex(after.name, i) for n, i in had.items() if n not in has)


def link_copies(before: Tables, after: Tables) -> Iterator[CopyColumn]:
    """Links that are taken out of use (`c_` to `x_`, without the reference) or taken up again."""
    for name, table in after.items():
        if name not in before:
            continue
        old = {c.name: c for c in before[name].columns}
        for column in table.columns:
            other = _other(column)
            if column.name not in old and other in old:
                yield CopyColumn(name, old[other], column)


def _other(column: Column) -> str:
    """The counterpart of a link column; "" for what is none."""
    if column.name.startswith("c_") and column.refers:
        return "x" + column.name[1:]
    if column.name.startswith("x_"):
        return "c" + column.name[1:]
    return ""


def applied(tables: Tables, steps: Iterable[SchemaStep]) -> dict[str, Table]:
    """The tables after the steps. Raises KeyError for a step about a table that is not there."""
    found = dict(tables)
    for step in steps:
        match step:
            case CreateTable(table):
                found[table.name] = table
            case DropTable(name):
                del found[name]
            case AddColumn(name, column):
                found[name] = _with(found[name], (*found[name].columns, column))
            case DropColumn(name, column):
                found[name] = _with(found[name], tuple(c for c in found[name].columns if c.name != column.name))
            case CreateIndex(name, index):
                table = found[name]
                found[name] = Table(name, table.columns, (*table.indexes, index), table.key)
            case DropIndex(name, index):
                table = found[name]
                found[name] = Table(name, table.columns, tuple(i for i in table.indexes if i != index), table.key)
    return found


def _with(table: Table, columns: tuple[Column, ...]) -> Table:
    return Table(table.name, columns, table.indexes, table.key)
