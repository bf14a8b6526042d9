"""What changes about the fields of an entity that stays, and about the columns of its sub-tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..compile.table import child_name
from ..definition.scope import entity_scope, feel_type
from ..definition.seen import audience, names_of, role_titles
from ..diagnostics import Diagnostic
from ..expr import check
from ..fieldtypes import codelist_of, column_name, target_of, type_of
from ..model import Column, Expr, Field, Operation, Text
from ..model.steps import CopyColumn
from .convert import converter
from .diff_option import option_steps
from .pairs import paired
from .spot import Found, Spot
from .steps import Backfill, Probe, Step

#: Options whose change can make stored values break a rule they kept before.
_RULES = frozenset(
    {"minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "pattern"}
    | {"minItems", "maxItems", "min", "max", "enum", "const", "not", "anyOf", "allOf", "oneOf", "if", "then", "else"}
    | {"accept", "maxSize", "kind", "list"}
)


def field_steps(spot: Spot, found: Found) -> None:
    """Every field of the entity, or every column of the sub-table the spot is about."""
    before, after = (spot.rows[0].rows, spot.rows[1].rows) if spot.rows else (spot.old.fields, spot.new.fields)
    pairs = paired(before, after)
    for gone in pairs.removed:
        found.steps.append(_removed(spot, gone))
    added = {f.id for f in pairs.added}
    old = {a.id: a for a, _ in pairs.both}
    for new in after:
        if new.id in added:
            _added(spot, new, found)
        else:
            _kept(spot, old[new.id], new, found)


def column_for(spot: Spot, spec: Field) -> Column | None:
    """The physical column of a field."""
    return type_of(spec).column(spec)


def _removed(spot: Spot, gone: Field) -> Step:
    if type_of(gone).shape == "rows":
        probe = Probe("records", spot.old.name, child_name(spot.old, gone))
    else:
        column = column_for(spot, gone)
        if column is None:  # computed: nothing stored is lost
            return spot.step("field.remove", "PLAN_122", gone)
        probe = Probe("filled", spot.old.name, spot.table, (column,))
    probes = (probe, Probe("saved_views", spot.old.name, name=spot.path(gone)), Probe("drafts", spot.old.name))
    return spot.step("field.remove", "PLAN_122", gone, "destructive", probes=probes, confirm=spot.path(gone))


def _added(spot: Spot, new: Field, found: Found) -> None:
    column = column_for(spot, new)
    stands = {c.name for c in found.stood[spot.table].columns} if spot.table in found.stood else set()
    back = column is not None and (column.name in stands or "x" + column.name[1:] in stands)
    if type_of(new).shape == "rows" and not spot.rows:
        back = child_name(spot.new, new) in found.stood
    kind, code = ("field.restore", "PLAN_121") if back else ("field.add", "PLAN_120")
    found.steps.append(spot.step(kind, code, new, changes=tuple(_audience(spot, new))))
    if new.fill is not None:
        found.steps.append(_filled(spot, new, found))
    elif new.value is not None and column is not None:
        found.steps.append(_computed(spot, new, "PLAN_132"))
    elif new.required and not back:
        probes = (Probe("records", spot.old.name, spot.table),)
        found.steps.append(spot.step("field.required", "PLAN_139", new, "mapping", probes=probes))


def _audience(spot: Spot, new: Field) -> Iterator[Diagnostic]:
    """Which roles see a field and which fill it in: nobody is to find out afterwards who reads it."""
    if not spot.after.policies:
        return
    words = names_of(new, spot.path(new)) | (names_of(spot.rows[1], spot.rows[1].name) if spot.rows else frozenset())
    changed = new.readonly or type_of(new).readonly or (new.value is not None and not new.override)
    writes: tuple[Operation, ...] = () if changed else ("create", "edit")
    for code, operations in (("PLAN_196", ("see",)), ("PLAN_197", writes)):
        roles = audience(spot.after, spot.new.name, words, *operations)
        if roles:
            yield Diagnostic(code, new.place, {"roles": role_titles(spot.after, roles)})


def _filled(spot: Spot, new: Field, found: Found) -> Step:
    """Stored records get a value from what they held before: the expression is over the old fields."""
    assert new.fill is not None
    checked = check(new.fill.text, entity_scope(spot.before, spot.old), _taken(new), new.fill.place)
    found.problems += checked.diagnostics
    work = Backfill("fill", spot.new.name, spot.old.name, spot.path(new), new.fill)
    probes = (Probe("records", spot.old.name, spot.table),)
    return spot.step(
        "field.fill", "PLAN_140", new, "backfill", {"text": new.fill.text}, probes=probes, backfills=(work,)
    )


def _taken(new: Field) -> Any:
    return None if type_of(new).shape in ("rows", "file", "files") else feel_type(new)


def _computed(spot: Spot, new: Field, code: str) -> Step:
    work = Backfill("compute", spot.new.name, spot.old.name, spot.path(new), new.value)
    probes = (Probe("records", spot.old.name, spot.table),)
    return spot.step("field.compute", code, new, "backfill", probes=probes, backfills=(work,))


def _kept(spot: Spot, old: Field, new: Field, found: Found) -> None:
    if old.name != new.name:
        probes = (Probe("saved_views", spot.old.name, name=spot.path(old)),)
        found.steps.append(spot.step("field.rename", "PLAN_123", new, args={"old": old.name}, probes=probes))
    moved = _retyped(spot, old, new, found)
    if not moved:
        option_steps(spot, old, new, found)
        found.steps += _rules(spot, old, new)
    found.steps += _duties(spot, old, new)
    found.steps += _values(spot, old, new)
    found.steps += _shown(spot, old, new)
    if type_of(old).shape == type_of(new).shape == "rows":
        inner = Spot(spot.before, spot.after, spot.old, spot.new, (old, new))
        field_steps(inner, found)


def _retyped(spot: Spot, old: Field, new: Field, found: Found) -> bool:
    """A field of another type, or stored otherwise; whether its values move."""
    was, is_ = column_for(spot, old), column_for(spot, new)
    same_column = was is not None and is_ is not None and column_name(old) == column_name(new)
    args = {"old": type_of(old).title, "new": type_of(new).title}
    if same_column or (was is is_ is None and type_of(old).shape == type_of(new).shape):
        if old.type != new.type:
            found.steps.append(spot.step("field.retype", "PLAN_126", new, args=args))
        return False
    convert = converter(old, new, spot.before, spot.after) if was and is_ else None
    if was is None and type_of(old).shape != "rows":  # was only computed: nothing stored is lost
        found.steps.append(spot.step("field.retype", "PLAN_126", new, args=args))
        if new.value is not None:
            found.steps.append(_computed(spot, new, "PLAN_132"))
        return True
    if convert is None or was is None or is_ is None:
        table = child_name(spot.old, old) if was is None else spot.table
        probe = Probe("records", spot.old.name, table) if was is None else Probe("filled", spot.old.name, table, (was,))
        confirm = spot.path(new)
        step = spot.step("field.retype", "PLAN_125", new, "destructive", args, probes=(probe,), confirm=confirm)
        found.steps.append(step)
        return True
    probes = (
        Probe("filled", spot.old.name, spot.table, (was,)),
        Probe("unconvertible", spot.old.name, spot.table, (was,), convert=convert),
    )
    found.steps.append(spot.step("field.retype", "PLAN_124", new, "backfill", args, probes=probes))
    there = {c.name for c in found.stood[spot.table].columns}
    again = is_.name in there or "x" + is_.name[1:] in there
    forward = converter(new, old, spot.after, spot.before) if again else None
    found.copies.append(CopyColumn(spot.table, was, is_, convert=convert, forward=forward, zone=spot.after.zone))
    return True


def _duties(spot: Spot, old: Field, new: Field) -> Iterator[Step]:
    column = column_for(spot, new)
    where = (spot.old.name, spot.table, (column,)) if column else None
    if new.required != old.required:
        if new.required:
            probes = (Probe("empty", *where),) if where else ()
            yield spot.step("field.required", "PLAN_127", new, "mapping", probes=probes)
        else:
            yield spot.step("field.optional", "PLAN_128", new)
    if new.unique != old.unique:
        if new.unique:
            probes = (Probe("duplicates", *where),) if where else ()
            yield spot.step("field.unique", "PLAN_129", new, "mapping", probes=probes)
        else:
            yield spot.step("field.unique", "PLAN_130", new)
    if new.search != old.search:
        work = Backfill("search", spot.new.name, spot.old.name)
        probes = (Probe("records", spot.old.name, spot.table),)
        yield spot.step("field.search", "PLAN_133", new, "backfill", probes=probes, backfills=(work,))
    if new.index != old.index:
        yield spot.step("field.index", "PLAN_131", new)


def _values(spot: Spot, old: Field, new: Field) -> Iterator[Step]:
    if not spot.same(old.value, new.value) or old.override != new.override:
        if new.value is not None and column_for(spot, new) is not None:
            yield _computed(spot, new, "PLAN_132")
        else:
            yield spot.step("field.compute", "PLAN_134", new)
    if not spot.same(old.default, new.default):
        yield spot.step("field.default", "PLAN_135", new)
    if not spot.same(old.when, new.when):
        yield spot.step("field.when", "PLAN_138", new)
    where = (old.options.get("where"), new.options.get("where"))
    if not spot.same(*where, choice=(old, new) if target_of(old) and target_of(new) else None):
        yield spot.step("field.where", "PLAN_141", new)


def _rules(spot: Spot, old: Field, new: Field) -> Iterator[Step]:
    """Limits that stored values may break; asked by casting them as if they came from outside."""
    keys = sorted(k for k in {*old.options, *new.options} & _RULES if old.options.get(k) != new.options.get(k))
    if codelist_of(old) == codelist_of(new):
        keys = [k for k in keys if k != "list"]
    column = column_for(spot, new)
    if keys:
        convert = converter(old, new, spot.before, spot.after) if column else None
        probes = (Probe("unconvertible", spot.old.name, spot.table, (column,), convert=convert),) if column else ()
        yield spot.step("field.rules", "PLAN_136", new, "mapping", {"keys": ", ".join(keys)}, probes=probes)


def _shown(spot: Spot, old: Field, new: Field) -> Iterator[Step]:
    if (old.title, old.help, old.placeholder) != (new.title, new.help, new.placeholder):
        yield spot.step("field.texts", "PLAN_137", new, args={"old": old.title or Text(old.name)})
    guarded = ("sensitive", "group", "readonly")
    changed = [name for name in guarded if getattr(old, name) != getattr(new, name)]
    if changed:
        who = tuple(_audience(spot, new))
        yield spot.step("field.protection", "PLAN_142", new, args={"keys": ", ".join(changed)}, changes=who)
    rest = sorted(k for k in {*old.options, *new.options} - _RULES - {"where"} if _other(old, new, k))
    if rest and old.type == new.type:
        yield spot.step("field.options", "PLAN_143", new, args={"keys": ", ".join(rest)})


def _other(old: Field, new: Field, key: str) -> bool:
    a, b = old.options.get(key), new.options.get(key)
    return a != b and not (key == "to" and column_name(old) == column_name(new)) and not isinstance(a, Expr)
