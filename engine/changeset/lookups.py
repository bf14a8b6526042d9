"""Which records and files a submission names, so that they can be fetched before it is cast."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..compile.expressions import Path
from ..compile.record import CompiledField, CompiledRecord
from ..fieldtypes import target_of
from ..fieldtypes.link import id_of

#: More links than this in one submission are not looked up; the rest is answered as not found.
MOST = 2_000


@dataclass(frozen=True, slots=True)
class Lookup:
    """Records of one entity to fetch: their ids, and the paths behind them that have to be in `Ref.values`."""

    entity: str
    ids: tuple[int, ...]
    paths: frozenset[Path]


@dataclass(frozen=True, slots=True)
class Lookups:
    """Everything a cast needs to have been fetched."""

    records: tuple[Lookup, ...]
    files: tuple[int, ...]


def lookups(compiled: CompiledRecord, raw: Any) -> Lookups:
    """What to fetch before `raw` is cast; hostile input gives at most few ids and never an exception."""
    ids: dict[str, dict[int, None]] = {}
    paths: dict[str, set[Path]] = {}
    files: dict[int, None] = {}
    for key, field, value in _named(compiled, raw):
        if field.kind.shape == "file":
            parts = value if isinstance(value, list | tuple) else (value,)
            files.update({n: None for part in parts[:MOST] if (n := id_of(part))})
        elif number := id_of(value):
            entity = target_of(field.spec)
            ids.setdefault(entity, {})[number] = None
            paths.setdefault(entity, set()).update(compiled.reads.get(key, ()))
    records = (Lookup(e, tuple(found)[:MOST], frozenset(paths[e])) for e, found in ids.items())
    return Lookups(tuple(records), tuple(files)[:MOST])


def _named(compiled: CompiledRecord, raw: Any) -> Iterator[tuple[Path, CompiledField, Any]]:
    """Every link and file among the values that were sent."""
    if not isinstance(raw, Mapping):
        return
    for field in compiled.naming:
        name = field.name
        value = raw.get(name)
        if value is None:
            continue
        if field.columns is None:
            yield (name,), field, value
            continue
        wanted = [c for c in field.order if c.kind.shape in ("link", "file")]
        for row in _rows(value) if wanted else ():
            for column in wanted:
                if row.get(column.name) is not None:
                    yield (name, column.name), column, row[column.name]


def _rows(value: Any) -> Iterable[Mapping[str, Any]]:
    rows = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
    return [row for row in rows if isinstance(row, Mapping)][:MOST]
