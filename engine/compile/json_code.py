"""The Python function that writes the JSON of a record: generated once, so that no type is asked again per row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from ..fieldtypes import field_types, type_of
from ..model import Field

T = TypeVar("T", contravariant=True)


class Writer(Protocol[T]):
    """A compiled function from the values of a record to its JSON."""

    def __call__(self, values: T, /) -> dict[str, Any]:
        """The JSON, ready for orjson."""
        ...


def json_writer(fields: Iterable[Field]) -> Writer[Mapping[str, Any]]:
    """From values by field name (missing ones count as null) to the JSON of a record, fields in the given order."""
    chosen = tuple(fields)
    parts = [(f.name, f, f"g(k{at})") for at, f in enumerate(chosen)]
    names = {f"k{at}": f.name for at, f in enumerate(chosen)}
    run: Writer[Mapping[str, Any]] = _made("v", "g = v.get", parts, names)
    return run


def row_writer(columns: Sequence[tuple[str, Field]]) -> Writer[Sequence[Any]]:
    """From a row of values, one for each column, to JSON under the given names."""
    parts = [(name, field, f"v[{at}]") for at, (name, field) in enumerate(columns)]
    run: Writer[Sequence[Any]] = _made("v", "", parts, {f"k{at}": name for at, (name, _) in enumerate(columns)})
    return run


def _made(argument: str, first: str, parts: Sequence[tuple[str, Field, str]], names: Mapping[str, str]) -> Any:
    """Compile the function. Its text holds names of this module only; those of fields are values around it."""
    space: dict[str, Any] = {"__builtins__": {}, **names}
    entries = []
    for at, (_, field, read) in enumerate(parts):
        to_json = type_of(field).to_json
        if to_json is _as_it_is:
            entries.append(f"k{at}: {read}")
        else:
            space[f"j{at}"] = to_json
            entries.append(f"k{at}: None if (x := {read}) is None else j{at}(x)")
    body = f"  {first}\n" if first else ""
    exec(compile(f"def run({argument}):\n{body}  return {{{', '.join(entries)}}}", "<json>", "exec"), space)  # noqa: S102
    return space["run"]


_as_it_is = field_types()["text"].to_json
