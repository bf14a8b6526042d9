"""A changeset on its way out: values as the actor may see them, linked records called as they may know them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..changeset import Changeset
from ..compile.record import CompiledField, CompiledRecord
from ..fieldtypes import target_of
from ..model import Ref
from ..policy import Verdict
from .called import called
from .reach import as_seen
from .work import Work

_NOTHING: Mapping[int, str] = {}


async def veiled(
    work: Work,
    compiled: CompiledRecord,
    changeset: Changeset,
    verdicts: Mapping[str, Verdict],
    known: Mapping[int, str] | None = None,
) -> Changeset:
    """The changeset as `as_seen` leaves it, with the labels of links as the actor sees them and nothing behind them.

    known: labels that were found out already, by id.
    """
    seen = as_seen(compiled, changeset, verdicts)
    found = (seen.values, *(v for pair in seen.changes.items() for v in _pair(pair)))
    labels = await labels_of(work, compiled, *found, known=known or {})
    values = relabelled(compiled, seen.values, labels)
    changes = {
        name: (_value(compiled.fields[name], before, labels), _value(compiled.fields[name], after, labels))
        for name, (before, after) in seen.changes.items()
    }
    return replace(seen, values=values, changes=changes)


def _pair(pair: tuple[str, tuple[Any, Any]]) -> Iterator[Mapping[str, Any]]:
    name, (before, after) = pair
    yield {name: before}
    yield {name: after}


def labels_in(compiled: CompiledRecord, values: Mapping[str, Any]) -> dict[int, str]:
    """How values that are shown to somebody call the records they link to, by id, as far as they do."""
    found = (ref for n, v in values.items() if v and n in compiled.fields for _, ref in _links(compiled.fields[n], v))
    return {ref.id: ref.label for ref in found if ref.label}


async def labels_of(
    work: Work, compiled: CompiledRecord, *values: Mapping[str, Any], known: Mapping[int, str] = _NOTHING
) -> Mapping[int, str]:
    """How the records that values link to are called, by id; those the actor does not see are left out.

    known: labels that need not be asked for; they are in the answer.
    """
    wanted: dict[str, set[int]] = {}
    for one in values:
        for name, value in one.items():
            field = compiled.fields.get(name)
            if field is not None and value is not None:
                for target, ref in _links(field, value):
                    if ref.id not in known:
                        wanted.setdefault(target, set()).add(ref.id)
    return {**known, **await called(work, wanted)} if wanted else known


def relabelled(compiled: CompiledRecord, values: Mapping[str, Any], labels: Mapping[int, str]) -> dict[str, Any]:
    """The values with their links called so, "" where there is no label."""
    return {n: _value(f, v, labels) if (f := compiled.fields.get(n)) else v for n, v in values.items()}


def _value(field: CompiledField, value: Any, labels: Mapping[int, str]) -> Any:
    if isinstance(value, Ref):
        return Ref(value.id, labels.get(value.id, ""))
    columns = field.columns
    if not columns or not isinstance(value, tuple):
        return value
    if not any(c.kind.shape == "link" for c in field.order):
        return value
    return tuple({n: Ref(v.id, labels.get(v.id, "")) if isinstance(v, Ref) else v for n, v in r.items()} for r in value)


def _links(field: CompiledField, value: Any) -> Iterator[tuple[str, Ref]]:
    if isinstance(value, Ref):
        yield target_of(field.spec), value
    elif field.columns and isinstance(value, tuple):
        for row in value:
            for name, cell in row.items():
                if isinstance(cell, Ref) and name in field.columns:
                    yield target_of(field.columns[name].spec), cell
