"""One level of a record while it is cast, the record itself or one row of a sub-table: its fields taken and settled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..compile.entry import Entry
from ..compile.expressions import Function
from ..compile.record import CompiledField, CompiledRecord
from ..diagnostics import Diagnostic, Place, is_error, words
from ..fieldtypes import Given
from ..fieldtypes.link import id_of
from ..model import Record, Ref, Text

Values = Mapping[str, Any]
_NO_CONDITIONS: Mapping[str, tuple[Function, ...]] = {}


class Call:
    """What stays the same while one submission is cast, and the remarks that gather."""

    __slots__ = (
        "allowed", "compiled", "conditions", "current", "draft", "entry", "given", "quiet", "reckoning", "shown",
        "stored_context", "warnings",
    )  # fmt: skip

    def __init__(
        self,
        compiled: CompiledRecord,
        current: Record | None,
        given: Given,
        entry: Entry | None,
        allowed: frozenset[str] | None,
        shown: Values,
        draft: bool,
    ) -> None:
        self.compiled = compiled
        self.current = current
        self.given = given
        self.entry = entry
        self.allowed = allowed
        self.shown = shown
        self.draft = draft
        self.conditions = entry.conditions if entry else _NO_CONDITIONS
        self.quiet = given.source in ("page", "workflow")  # nobody there names a field on purpose
        #: For what expressions give: rounded where a person would be refused.
        self.reckoning = Given(given.now, given.zone, "computed", given.lang, given.refs, given.files, given.actor)
        self.warnings: list[Diagnostic] = []
        self.stored_context: Values | None = None


class Level:
    """The fields of a record or the columns of a row, on their way from what was sent to what would be stored.

    old: the stored values, None for a new one; values: field name -> value; context: what expressions see; sent: names
    that were sent and not refused as such; wrong: name -> errors; before: makes the context of the stored values.
    """

    __slots__ = ("before", "call", "computed", "context", "hidden", "old", "prefix", "sent", "values", "wrong")

    def __init__(
        self,
        call: Call,
        old: Values | None,
        values: dict[str, Any],
        context: dict[str, Any],
        before: Callable[[], Values],
        prefix: str = "",
    ) -> None:
        self.call = call
        self.old = old
        self.values = values
        self.context = context
        self.before = before
        self.prefix = prefix
        self.sent: set[str] = set()
        self.wrong: dict[str, list[Diagnostic]] = {}
        self.hidden: set[str] = set()
        self.computed: set[str] = set()

    def place(self, name: str) -> Place:
        """Where messages about a field of this level point."""
        return Place(path=f"{self.prefix}/{name}" if self.prefix else name)

    def refuse(self, name: str, code: str, **args: Any) -> None:
        """An error at a field."""
        self.wrong.setdefault(name, []).append(Diagnostic(code, self.place(name), args))

    def moved(self, found: Iterable[Diagnostic]) -> list[Diagnostic]:
        """The remarks of a cast, which knows no rows, at the place of this level."""
        if not self.prefix:
            return list(found)
        return [Diagnostic(d.code, Place(path=f"{self.prefix}/{d.place.path}"), d.args) for d in found]


# ---------------------------------------------------------------- from what was sent


def take(level: Level, field: CompiledField, raw: Any) -> None:
    """Cast one value that was sent. A faulty value that was stored already is kept with a warning."""
    name, given = field.name, level.call.given
    old = level.old.get(name) if level.old else None
    level.sent.add(name)
    shape = field.kind.shape
    if old is not None and shape in ("link", "file"):
        if shape == "link" and id_of(raw) == old.id:
            return
        given = _with_files(given, old) if shape == "file" else given
    value, found = field.cast(raw, field.place, given)
    if found:
        value = _judged(level, field, raw, value, level.moved(found))
    elif old is not None and value.__class__ is str and "*" in value and value == field.kind.mask(old):
        value = old  # somebody who sees the mask only sends it back
    level.values[name] = value


def _with_files(given: Given, old: Any) -> Given:
    """A file that is stored already need not be looked up to stay."""
    kept = old if isinstance(old, tuple) else (old,)
    files = {**{f.id: f for f in kept}, **given.files}
    return Given(given.now, given.zone, given.source, given.lang, given.refs, files, given.actor, given.serials)


def _judged(level: Level, field: CompiledField, raw: Any, value: Any, found: list[Diagnostic]) -> Any:
    """The value to go on with when a cast had something to say."""
    old = level.old.get(field.name) if level.old else None
    if value is not None:
        if value != old:
            level.call.warnings += found
        return value
    if old is not None and raw == field.kind.mask(old):
        return old
    if old is not None and _is_as_stored(level, field, raw, old):
        level.call.warnings.append(stale(field, level.place(field.name), found))
        return old
    level.wrong[field.name] = [d for d in found if is_error(d)]
    return None


def _is_as_stored(level: Level, field: CompiledField, raw: Any, old: Any) -> bool:
    """Whether what was sent is what a page or the API had shown of the stored value."""
    kind, model = field.kind, level.call.compiled.model
    typed = kind.typed(field.spec, model)(old)
    if raw in (old, typed, kind.to_json(old)):
        return True
    return isinstance(raw, str) and raw.strip() == str(typed).strip()


def stale(field: CompiledField, place: Place, found: Iterable[Diagnostic]) -> Diagnostic:
    """The warning that a stored value broke a rule before and still does."""
    first = next(iter(found))
    why = Text(words(first, "zh").what, words(first, "en").what)
    return Diagnostic("REC_060", place, {"field": field.spec.title, "why": why})


# ---------------------------------------------------------------- to what would be stored


def settle(level: Level, field: CompiledField) -> None:
    """Default, computed value, condition, choice and requirement of one field, whose dependencies are settled."""
    name = field.name
    if level.old is None and field.default is not None and name not in level.sent:
        level.values[name] = _default(level, field)
    if field.value is not None:
        level.values[name] = _computed(level, field, field.value)
    conditions = level.call.conditions.get(name) if not level.prefix else None
    if (field.when is not None or conditions) and not _applies(level, field, conditions or ()):
        level.hidden.add(name)
    else:
        value = level.values.get(name)
        if value is None or (value.__class__ is tuple and not value):
            if field.spec.required and name not in level.wrong:
                _missing(level, field)
        elif field.where is not None:
            _may_choose(level, field, field.where, value)
    value = level.values.get(name)
    level.context[name] = field.in_feel(value) if field.in_feel else value


def put(level: Level, field: CompiledField) -> None:
    """Let expressions see the value of a field as it is now."""
    value = level.values.get(field.name)
    level.context[field.name] = field.in_feel(value) if field.in_feel else value


def _default(level: Level, field: CompiledField) -> Any:
    default = field.default
    if not isinstance(default, Function):
        return default
    value, _ = field.cast(default.run(level.context), field.place, level.call.reckoning)
    return value


def _computed(level: Level, field: CompiledField, function: Function) -> Any:
    """The computed value, or the one a person put in its place."""
    name, call = field.name, level.call
    found: tuple[Diagnostic, ...] = ()
    computed = function.run(level.context)
    if computed is not None:
        computed, found = field.cast(computed, field.place, call.reckoning)
    if field.spec.override:
        typed = _typed_over(level, field, function, computed)
        if typed is not None or name in level.wrong:
            return typed
    level.computed.add(name)
    if found and computed is None:
        first = next(iter(found))
        why = Text(words(first, "zh").what, words(first, "en").what)
        level.refuse(name, "REC_067", field=field.spec.title, why=why)
    return computed


def _typed_over(level: Level, field: CompiledField, function: Function, computed: Any) -> Any:
    """What a person entered instead of the computed value, None when nobody did.

    A stored value is somebody's own when it differs from what the stored record computes; a value that comes back as
    the page had computed it, or as it was stored, was not typed.
    """
    name, call = field.name, level.call
    old = level.old.get(name) if level.old else None
    value = level.values.get(name)
    if name in level.sent:
        if value is None:
            return None
        if name in call.shown and field.cast(call.shown[name], field.place, call.given)[0] == value:
            return None
        if value != old:
            return value if value != computed else None
    if old is None or old == computed:
        return None
    was, _ = field.cast(function.run(level.before()), field.place, call.reckoning)
    return None if old == was else old


def _applies(level: Level, field: CompiledField, conditions: Iterable[Function]) -> bool:
    """Whether the field is there at all; otherwise its value goes, unless the form keeps it."""
    own = field.when is None or field.when.run(level.context) is True
    if own and all(c.run(level.context) is True for c in conditions):
        return True
    name, call = field.name, level.call
    faulty = level.wrong.pop(name, None)
    entry = call.entry
    keep = entry is not None and entry.keep
    if own and entry is not None and not (call.allowed is None or name in call.allowed):
        keep = True  # a form may hide what somebody may not change; it does not change it for them
    if keep:
        if faulty:
            level.values[name] = level.old.get(name) if level.old else field.nothing
        return False
    if name in level.sent and not call.quiet and (faulty or level.values.get(name)):
        call.warnings.append(Diagnostic("REC_061", level.place(name), {"field": field.spec.title}))
    level.values[name] = field.nothing
    return False


def _may_choose(level: Level, field: CompiledField, where: Function, value: Any) -> None:
    """The record a link names has to meet the condition of the field; a link that stays was met once."""
    old = level.old.get(field.name) if level.old else None
    if value == old or not isinstance(value, Ref) or field.value is not None:
        return
    context = level.context
    around = {key: context.get(key) for key in ("$now", "$zone", "actor", "unit")}
    if around["unit"] is None and level.call.given.actor and level.call.given.actor.units:
        around["unit"] = level.call.given.actor.units[0]
    if where.run({**around, "record": context, "id": value.id, **value.values}) is not True:
        level.refuse(field.name, "REC_030", field=field.spec.title, label=value.label or f"#{value.id}")
        level.values[field.name] = None


def _missing(level: Level, field: CompiledField) -> None:
    """A field that has to be filled and is not; one that was missing before is only worth a warning."""
    call, name = level.call, field.name
    if call.draft or _given_out(field) or (field.value is not None and not field.spec.override):
        return
    missing = Diagnostic("REC_001", level.place(name), {"field": field.spec.title})
    if level.old is None or level.old.get(name) not in (None, ()) or not _applied_before(level, field):
        level.wrong.setdefault(name, []).append(missing)
    elif name in level.sent or (call.entry is not None and name in call.entry.names):
        call.warnings.append(stale(field, missing.place, (missing,)))


def _given_out(field: CompiledField) -> bool:
    """Whether the engine fills the field when the record is written."""
    return field.spec.type == "serial" and field.readonly


def _applied_before(level: Level, field: CompiledField) -> bool:
    conditions = [field.when] if field.when else []
    conditions += level.call.conditions.get(field.name, ()) if not level.prefix else ()
    return all(c.run(level.before()) is True for c in conditions)
