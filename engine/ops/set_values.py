"""Values that the engine sets itself, in approvals and when something is taken back: as a cast takes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..compile.record import CompiledRecord
from ..fieldtypes import Given
from ..model import Actor, FileRef, Ref
from ..policy import actor_value
from .context import Now


def set_raw(compiled: CompiledRecord, values: Mapping[str, Any], now: Now, actor: Actor) -> dict[str, Any]:
    """Values as expressions give them, cast by the type of each field like a computed value."""
    reckoning = Given(now.at, now.zone, "computed", actor.lang, actor=actor_value(actor))
    found = {}
    for name, value in values.items():
        one = compiled.fields.get(name)
        if one is not None and value is not None and one.columns is None and one.kind.shape not in ("link", "file"):
            made, wrong = one.cast(value, one.place, reckoning)
            value = value if wrong and made is None else made  # what does not fit is refused in words later
        found[name] = value
    return found


def set_given(now: Now, actor: Actor, values: Iterable[Any] = ()) -> Given:
    """What a cast of values that the engine holds already has to know: the records and files in them."""
    refs: dict[int, Ref] = {}
    files: dict[int, FileRef] = {}
    for value in values:
        for one in _inside(value):
            if isinstance(one, Ref):
                refs[one.id] = one
            else:
                files[one.id] = one
    return Given(now.at, now.zone, "workflow", actor.lang, _Every(refs), files, actor_value(actor))


class _Every(dict[str, Mapping[int, Ref]]):
    """The same records whatever entity they are asked of: ids are unique over all entities."""

    def __init__(self, refs: Mapping[int, Ref]) -> None:
        super().__init__()
        self._refs = refs

    def get(self, key: str, default: Any = None) -> Any:
        return self._refs


def _inside(value: Any) -> Iterator[Ref | FileRef]:
    if isinstance(value, Ref | FileRef):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _inside(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _inside(inner)
