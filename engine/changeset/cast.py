"""From what was sent to a changeset: cast, defaults, computed values, conditions, requirements, rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..compile.entry import Entry
from ..compile.record import CompiledField, CompiledRecord, CompiledRule
from ..diagnostics import Diagnostic, Place, is_error
from ..expr import from_python
from ..fieldtypes import Given
from ..fieldtypes.clean import got
from ..fieldtypes.rows import unknown_name
from ..model import Record, Ref
from .changeset import Changeset
from .level import Call, Level, put, settle, stale, take
from .rows import settle_rows, take_rows

_NOTHING: Mapping[str, Any] = {}
_EMPTY = (None, ())

#: So many unknown names are told; looking for near misses of more would only keep the engine busy.
MOST_UNKNOWN = 50

#: What the API gives of every record beside its fields. Whoever sends it back changes nothing by it.
ECHOED = frozenset({"id", "version", "label", "unit", "created_by", "created_at", "updated_by", "updated_at"})


def cast(
    compiled: CompiledRecord,
    raw: Any,
    current: Record | None = None,
    *,
    given: Given,
    entry: Entry | None = None,
    allowed: frozenset[str] | None = None,
    shown: Mapping[str, Any] = _NOTHING,
) -> Changeset:
    """The change that `raw` asks for, checked in every respect that needs no database.

    raw: field name -> form text or JSON; fields that are not in it stay as they are. current: the stored record, None
    for a new one. given: clock, source, the records and files that `lookups` named, who acts. entry: the form that was
    filled in; its conditions hold and only its fields may be sent. allowed: names of the fields whoever acts may write,
    None for all. shown: what a page had itself computed for fields that can be overridden, so that a value that comes
    back untouched is not taken for one that was typed.
    """
    return _cast(Call(compiled, current, given, entry, allowed, shown, False), raw)


def recast(
    compiled: CompiledRecord,
    raw: Any,
    current: Record | None = None,
    *,
    given: Given,
    entry: Entry | None = None,
    allowed: frozenset[str] | None = None,
    shown: Mapping[str, Any] = _NOTHING,
) -> Changeset:
    """The same while somebody is still filling in: nothing is missing yet and no rule over the record is applied."""
    return _cast(Call(compiled, current, given, entry, allowed, shown, True), raw)


def _cast(call: Call, raw: Any) -> Changeset:
    if not isinstance(raw, Mapping):
        wrong = (Diagnostic("REC_064", Place(), {"got": got(raw)}),)
        return _changeset(call, _begun(call), {}, wrong)
    level = _begun(call)
    locked: list[tuple[CompiledField, Any]] = []
    rows: dict[str, list[Level]] = {}
    unknown: list[Diagnostic] = []
    fields = call.compiled.fields
    limited = call.allowed is not None or call.entry is not None
    for name, sent in raw.items():
        field = fields.get(name)
        if field is None:
            unknown += _unknown(call, name) if len(unknown) < MOST_UNKNOWN else ()
        elif (limited or field.readonly) and _is_locked(call, field):
            locked.append((field, sent))
        elif field.columns is not None:
            rows[name] = take_rows(level, field, sent)
        else:
            take(level, field, sent)
    _settle(level, rows)
    for field, sent in locked:
        _unlocked(level, field, sent)
    if not call.draft:
        _judge(level)
    return _changeset(call, level, raw, tuple(unknown))


# ---------------------------------------------------------------- begin


def _begun(call: Call) -> Level:
    compiled, current = call.compiled, call.current
    values = dict(compiled.blank)
    base = _base_context(call)
    if current is None:
        level = Level(call, None, values, {**base, **values}, lambda: base)
    else:
        old = current.values
        for name in compiled.stored:
            if name in old:
                values[name] = old[name]
        level = Level(call, old, values, {**base, **values}, lambda: _before(call, base))
    for field in compiled.otherwise:
        put(level, field)
    return level


def _base_context(call: Call) -> dict[str, Any]:
    """What expressions see beside the fields."""
    given, current, compiled = call.given, call.current, call.compiled
    base: dict[str, Any] = {
        "$now": from_python(given.now, compiled.model.zone),
        "$zone": compiled.model.zone,
        "actor": given.actor,
        "unit": None,
        "self": None,
        "id": None,
    }
    if current is not None:
        base["self"] = Ref(current.id, current.label, current.values)
        base |= {"id": current.id, "version": current.version}
        base |= {"created_by": current.created_by, "created_at": current.created_at}
        base |= {"updated_by": current.updated_by, "updated_at": current.updated_at}
        base["unit"] = unit_ref(compiled, current.values, base["self"])
    return base


def _before(call: Call, base: Mapping[str, Any]) -> Mapping[str, Any]:
    """The context of the stored values, with what is computed and not stored; made once."""
    if call.stored_context is not None:
        return call.stored_context
    current = call.current
    old = Level(call, None, {**(current.values if current else {})}, {**base}, lambda: base)
    for field in call.compiled.order:
        if field.kind.shape == "none" and field.value is not None:
            computed = field.value.run(old.context)
            old.values[field.name], _ = field.cast(computed, field.place, call.reckoning)
        put(old, field)
    call.stored_context = old.context
    return old.context


def unit_ref(compiled: CompiledRecord, values: Mapping[str, Any], itself: Ref | None = None) -> Ref | None:
    """The record that is the unit of a record with these values, None when it belongs to none."""
    path = compiled.entity.unit
    if path == ("self",):
        return itself
    found: Any = values.get(path[0]) if path else None
    for name in path[1:]:
        found = found.values.get(name) if isinstance(found, Ref) else None
    return found if isinstance(found, Ref) else None


# ---------------------------------------------------------------- fields nobody may send


def _unknown(call: Call, name: Any) -> list[Diagnostic]:
    if name in ECHOED:
        return []
    entity, fields = call.compiled.entity, call.compiled.fields
    path = str(name)[:100]
    return [unknown_name(str(name), fields, entity.title, Place(path=path))]


def _is_locked(call: Call, field: CompiledField) -> bool:
    """Whether whoever sends may not set the field; a value that is no change passes all the same."""
    name, entry = field.name, call.entry
    if call.allowed is not None and name not in call.allowed:
        return True
    if entry is not None and (name not in entry.names or name in entry.readonly):
        return True
    if not field.readonly:
        return False
    if field.value is not None and not field.spec.override:
        return True
    source = call.given.source
    return not (source == "workflow" or (source == "import" and field.spec.type == "serial" and call.current is None))


def _unlocked(level: Level, field: CompiledField, sent: Any) -> None:
    """Refuse a value that was sent for a field that is not open, unless it is the value the field has anyway."""
    call, name = level.call, field.name
    value = level.values.get(name)
    if sent in (None, "", [], {}) and (value in _EMPTY or call.current is None):
        return
    if value is not None and _says(call, field, sent, value):
        return
    code = "REC_003"
    if call.allowed is not None and name not in call.allowed:
        code = "REC_004"
    elif call.entry is not None and (name not in call.entry.names or name in call.entry.readonly):
        code = "REC_070"
    elif field.spec.type == "state":
        code = "REC_066"
    level.wrong[name] = [Diagnostic(code, level.place(name), {"field": field.spec.title})]


def _says(call: Call, field: CompiledField, sent: Any, value: Any) -> bool:
    """Whether what was sent is a way of writing the value."""
    kind, model = field.kind, call.compiled.model
    if sent in (kind.to_json(value), kind.typed(field.spec, model)(value), kind.mask(value)):
        return True
    refs = (
        {field.kind.target or str(field.spec.options.get("to", "")): {value.id: value}}
        if isinstance(value, Ref)
        else {}
    )
    given = Given(call.given.now, call.given.zone, call.given.source, refs=refs)
    return bool(field.cast(sent, field.place, given)[0] == value)


# ---------------------------------------------------------------- settle and judge


def _settle(level: Level, rows: Mapping[str, list[Level]]) -> None:
    call = level.call
    context, values = level.context, level.values
    fields = call.compiled.fields
    for name in level.sent:
        field = fields[name]
        context[name] = field.in_feel(values[name]) if field.in_feel else values[name]
    unit = call.compiled.entity.unit
    first = unit[0] if unit and unit[0] in fields and "unit" not in fields else ""
    if first in level.sent:
        context["unit"] = unit_ref(call.compiled, values)
    for field in call.entry.active if call.entry else call.compiled.active:
        if field.columns is not None:
            settle_rows(level, field, rows.get(field.name))
        else:
            settle(level, field)
        if field.name == first:
            context["unit"] = unit_ref(call.compiled, values)


def _judge(level: Level) -> None:
    """Rules over the whole record. One that the stored record broke alike is only worth a warning."""
    call = level.call
    if call.compiled.constraints is not None:
        _constrain(level)
    for rule in call.compiled.rules:
        if rule.test.run(level.context) is True and not (level.wrong and level.wrong.keys() & rule.test.reads):
            _broken(level, rule)


def _broken(level: Level, rule: CompiledRule) -> None:
    call = level.call
    code = "REC_059" if rule.rule.warning else "REC_058"
    names = rule.rule.on or ("",)
    found = [Diagnostic(code, Place(path=name), {"message": rule.rule.error}) for name in names]
    if code == "REC_059":
        call.warnings += found
    elif level.old is not None and not _changed(level, rule.test.reads) and rule.test.run(level.before()) is True:
        fields = call.compiled.fields
        call.warnings += [_as_before(fields.get(d.place.path), d) for d in found]
    else:
        for diagnostic in found:
            level.wrong.setdefault(diagnostic.place.path, []).append(diagnostic)


def _as_before(field: CompiledField | None, found: Diagnostic) -> Diagnostic:
    return stale(field, found.place, (found,)) if field else Diagnostic("REC_059", found.place, found.args)


def _changed(level: Level, names: frozenset[str]) -> bool:
    old = level.old or {}
    return any((old.get(n) or None) != (level.values.get(n) or None) for n in names if n in level.values)


def _constrain(level: Level) -> None:
    """The JSON Schema rules over the whole record; a field without a value is left out of its JSON."""
    call = level.call
    check, to_json = call.compiled.constraints, call.compiled.to_json
    if check is None:
        return
    found = check({k: v for k, v in to_json(level.values).items() if v is not None})
    if not found:
        return
    before: set[tuple[str, str]] = set()
    if level.old is not None:
        json = {k: v for k, v in to_json(level.old).items() if v is not None}
        before = {(d.code, d.place.path) for d in check(json)}
    for diagnostic in found:
        name = diagnostic.place.path.partition("/")[0]
        field = call.compiled.fields.get(name)
        if name in level.wrong or name in level.hidden:
            continue
        args = {**diagnostic.args, "field": field.spec.title if field else call.compiled.entity.title}
        told = Diagnostic(diagnostic.code, diagnostic.place, args)
        if field and (diagnostic.code, diagnostic.place.path) in before and not _changed(level, frozenset((name,))):
            call.warnings.append(stale(field, told.place, (told,)))
        else:
            level.wrong.setdefault(name, []).append(told)


# ---------------------------------------------------------------- result


def _changeset(call: Call, level: Level, raw: Mapping[str, Any], wrong: tuple[Diagnostic, ...]) -> Changeset:
    compiled, current, values = call.compiled, call.current, level.values
    old = current.values if current else _NOTHING
    changes = {}
    for name in compiled.stored:
        after = values[name]
        before = old.get(name)
        if before is after or (before is None and after == ()):
            continue
        if before is None or (before != after and not (before == () and after is None)):
            changes[name] = (before, after)
    errors = wrong
    if level.wrong:
        ordered = (*compiled.fields, *(n for n in level.wrong if n not in compiled.fields))
        errors += tuple(d for name in ordered for d in level.wrong.get(name, ()) if is_error(d))
    itself = Ref(current.id) if current else None
    unit = unit_ref(compiled, values, itself)
    return Changeset(
        compiled.entity.name,
        current.id if current else None,
        current.version if current else 0,
        values,
        changes,
        raw,
        errors,
        tuple(dict.fromkeys(call.warnings)),
        frozenset(level.hidden),
        frozenset(level.computed),
        unit.id if unit and unit != itself else None,
    )
