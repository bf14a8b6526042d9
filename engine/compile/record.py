"""What publishing makes of an entity: casts, computed values in order, conditions, rules and label as functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..definition.scope import choice_scope, entity_scope, feel_type, row_scope
from ..diagnostics import Diagnostic, Place
from ..expr import BOOLEAN, STRING, Scope
from ..expr.builtin import Builtin
from ..fieldtypes import Caster, FieldType, Given, type_of
from ..fieldtypes.base import Made
from ..fieldtypes.file import many
from ..fieldtypes.schema import value_rules
from ..fieldtypes.serial import numbering
from ..model import Entity, Expr, Field, Model, Rule
from .expressions import Broken, Compiler, Function, Path
from .json_code import Writer, json_writer
from .schema import Validator, is_readonly, validator


@dataclass(frozen=True, slots=True, eq=False)
class CompiledField:
    """A field, or a column of a sub-table, ready to be cast and settled.

    default: a value, or a function of the other values; nothing: what stands for no value, () for a sub-table;
    in_feel: the value as expressions see it, None when they see it as it is; columns and order: of a sub-table, in the
    order of the definition and of what depends on what.
    """

    name: str
    spec: Field
    kind: FieldType
    place: Place
    cast: Caster
    readonly: bool
    value: Function | None = None
    when: Function | None = None
    where: Function | None = None
    default: Any = None
    nothing: Any = None
    in_feel: Callable[[Any], Any] | None = None
    columns: Mapping[str, CompiledField] | None = None
    order: tuple[CompiledField, ...] = ()

    @property
    def plain(self) -> bool:
        """Whether the value is what was sent or stored, whatever the other fields hold."""
        spec = self.spec
        extras = (self.value, self.when, self.where, self.default, self.columns)
        return not spec.required and all(e is None for e in extras)


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule over the whole record; broken while `test` gives true."""

    rule: Rule
    test: Function


@dataclass(frozen=True, slots=True, eq=False)
class CompiledRecord:
    """An entity as functions. Compile once for each published version and share: it holds no state.

    fields: by name, in the order of the definition; order: so that each field comes after those its value, condition
    and default read; active: those of them that are not plain; blank: the values of a record without any; otherwise:
    the fields expressions do not see as they are; stored: names of the fields that are kept; constraints: JSON Schema
    rules over the JSON of the whole record; reads: for each link (a name, or a sub-table and a column) the paths behind
    it that expressions need; paths: everything expressions read; to_json: values to what the API gives; naming: the
    fields by which a submission names records or files.
    """

    entity: Entity
    model: Model
    fields: Mapping[str, CompiledField]
    order: tuple[CompiledField, ...]
    active: tuple[CompiledField, ...]
    blank: Mapping[str, Any]
    otherwise: tuple[CompiledField, ...]
    stored: tuple[str, ...]
    rules: tuple[CompiledRule, ...]
    label: Function
    constraints: Validator | None
    reads: Mapping[Path, frozenset[Path]]
    paths: frozenset[Path]
    to_json: Writer[Mapping[str, Any]]
    naming: tuple[CompiledField, ...] = ()


def compile_record(
    model: Model,
    entity: Entity,
    functions: Mapping[str, Builtin] | None = None,
    compiler: Compiler | None = None,
) -> CompiledRecord:
    """Compile one entity. Raises Broken for definitions that were never checked."""
    compiler = compiler or Compiler(model, functions)
    scope = entity_scope(model, entity, compiler.functions, compiler.members)
    fields = {f.name: _field(compiler, entity, f, scope, Place(path=f.name)) for f in entity.fields}
    rules = tuple(CompiledRule(r, compiler.function(r.when, scope, BOOLEAN)) for r in entity.rules)
    label = compiler.function(entity.label, scope, STRING)
    paths = _copied(fields, frozenset(_paths(entity, fields, rules, label)))
    order = in_order(fields.values(), unit=entity.unit[:1])
    return CompiledRecord(
        entity=entity,
        model=model,
        fields=fields,
        order=order,
        active=tuple(f for f in order if not f.plain),
        blank={n: f.nothing for n, f in fields.items()},
        otherwise=tuple(f for f in order if f.in_feel),
        stored=tuple(n for n, f in fields.items() if f.kind.shape != "none"),
        rules=rules,
        label=label,
        constraints=_constraints(entity),
        reads=_reads(fields, paths),
        paths=paths,
        to_json=json_writer(entity.fields),
        naming=tuple(f for f in fields.values() if any(c.kind.shape in ("link", "file") for c in (f, *f.order))),
    )


def _field(compiler: Compiler, entity: Entity, spec: Field, scope: Scope, place: Place) -> CompiledField:
    kind = type_of(spec)
    made = CompiledField(
        name=spec.name,
        spec=spec,
        kind=kind,
        place=place,
        cast=_caster(spec, kind, compiler.model),
        readonly=is_readonly(spec),
        value=compiler.function(spec.value, scope, feel_type(spec)) if spec.value else None,
        when=compiler.function(spec.when, scope, BOOLEAN) if spec.when else None,
        where=_where(compiler, entity, spec),
        nothing=() if kind.shape == "rows" else None,
        in_feel=_in_feel(spec),
    )
    made = replace(made, default=_default(compiler, made, scope))
    if kind.shape != "rows":
        return made
    inner = row_scope(compiler.model, entity, spec, compiler.functions, compiler.members)
    columns = {c.name: _field(compiler, entity, c, inner, Place(path=c.name)) for c in spec.rows}
    return replace(made, columns=columns, order=in_order(columns.values()))


def _where(compiler: Compiler, entity: Entity, spec: Field) -> Function | None:
    where = spec.options.get("where")
    if not where:
        return None
    expr = where if isinstance(where, Expr) else Expr(str(where), spec.place)
    scope = choice_scope(compiler.model, entity, spec, compiler.functions, compiler.members)
    return compiler.function(expr, scope, BOOLEAN)


def _default(compiler: Compiler, made: CompiledField, scope: Scope) -> Any:
    default = made.spec.default
    if isinstance(default, Expr):
        return compiler.function(default, scope, feel_type(made.spec))
    if default is None:
        return None
    value, found = made.cast(default, made.place, Given(source="computed"))
    if value is None and found:
        raise Broken(found)
    return value


def _caster(spec: Field, kind: FieldType, model: Model) -> Caster:
    """The cast of the type, with the JSON Schema keywords the definition adds."""
    cast = kind.caster(spec, model)
    rules = value_rules(spec)
    if not rules:
        return cast
    check, to_json = validator(rules), kind.to_json

    def checked(raw: object, place: Place, given: Given) -> Made:
        value, found = cast(raw, place, given)
        if value is None:
            return value, found
        wrong = tuple(_at(d, spec, place) for d in check(to_json(value)))
        return (None, found + wrong) if wrong else (value, found)

    return checked


def _at(found: Diagnostic, spec: Field, place: Place) -> Diagnostic:
    path = f"{place.path}/{found.place.path}" if found.place.path else place.path
    return Diagnostic(found.code, Place(path=path), {**found.args, "field": spec.title})


def _in_feel(spec: Field) -> Callable[[Any], Any] | None:
    """How expressions see a value that is not what it seems: several things are a list even when there are none."""
    return (lambda value: value or ()) if holds_several(spec) else None


def holds_several(spec: Field) -> bool:
    """Whether the value of a field is a list: expressions see an empty one where nothing was entered."""
    shape = type_of(spec).shape
    return shape in ("list", "rows") or (shape == "file" and many(spec))


def _constraints(entity: Entity) -> Validator | None:
    if not entity.constraints:
        return None
    titles = {f.name: {"title": f.title.get("zh")} for f in entity.fields}
    return validator({"properties": titles, "allOf": [dict(entity.constraints)]})


# ---------------------------------------------------------------- what depends on what


def in_order(
    fields: Iterable[CompiledField],
    conditions: Mapping[str, Iterable[Function]] | None = None,
    unit: tuple[str, ...] = (),
) -> tuple[CompiledField, ...]:
    """The fields so that each comes after those it reads, otherwise as they stand.

    conditions: further conditions by field, those of a form; unit: the field that `unit` follows from. A circle, which
    publishing refuses, is cut somewhere.
    """
    by_name = {f.name: f for f in fields}
    done: dict[str, CompiledField] = {}
    open_names: set[str] = set()

    def visit(field: CompiledField) -> None:
        if field.name in done or field.name in open_names:
            return
        open_names.add(field.name)
        read = _read_by(field, conditions or {})
        for name in sorted(read.union(unit) if "unit" in read else read):
            if name in by_name:
                visit(by_name[name])
        done[field.name] = field

    for field in by_name.values():
        visit(field)
    return tuple(done.values())


def _read_by(field: CompiledField, conditions: Mapping[str, Iterable[Function]]) -> set[str]:
    functions = [field.value, field.when, field.default if isinstance(field.default, Function) else None]
    functions += conditions.get(field.name, ())
    found = {name for f in functions if f for name in f.reads}
    if field.where:
        found |= {p[1] for p in field.where.paths if p[0] == "record" and len(p) > 1} | (field.where.reads & {"unit"})
    return found.union(*(_read_by(column, {}) for column in field.order))


def _functions(field: CompiledField) -> Iterable[Function]:
    default = field.default if isinstance(field.default, Function) else None
    return (f for f in (field.value, field.when, default) if f)


def _paths(
    entity: Entity, fields: Mapping[str, CompiledField], rules: Iterable[CompiledRule], label: Function
) -> Iterable[Path]:
    """Every path from the record that some expression, the unit or a number reads."""
    yield from label.paths
    if entity.unit and entity.unit != ("self",):
        yield entity.unit
    for rule in rules:
        yield from rule.test.paths
    for field in fields.values():
        for function in _functions(field):
            yield from function.paths
        if field.where:
            yield from (p[1:] for p in field.where.paths if p[0] == "record" and len(p) > 1)
        if field.spec.type == "serial":
            yield from numbering(str(field.spec.options["number"])).paths
        for column in field.order:
            for function in _functions(column):
                yield from ((field.name, *p) if p[0] in (field.columns or {}) else p for p in function.paths)


def _copied(fields: Mapping[str, CompiledField], paths: frozenset[Path]) -> frozenset[Path]:
    """The paths, and where a link takes its value from another link, what is read behind it behind that one as well."""
    found = set(paths)
    for _ in fields:
        more = set()
        for name, field in fields.items():
            source = field.value or (field.default if isinstance(field.default, Function) else None)
            if field.kind.shape != "link" or source is None or len(source.paths) != 1:
                continue
            (path,) = source.paths
            if source.text.strip() == ".".join(path):
                more |= {(*path, *p[1:]) for p in found if p[0] == name and len(p) > 1}
        if more <= found:
            break
        found |= more
    return frozenset(found)


def _reads(fields: Mapping[str, CompiledField], paths: Iterable[Path]) -> Mapping[Path, frozenset[Path]]:
    """What has to be loaded behind each link, () left out."""
    found: dict[Path, set[Path]] = {}
    for path in paths:
        at = 1
        field = fields.get(path[0])
        if field and field.columns and len(path) > 1:
            field, at = field.columns.get(path[1]), 2
        if field and field.kind.shape == "link" and len(path) > at:
            found.setdefault(path[:at], set()).add(path[at:])
    for name, field in fields.items():
        for link, key in ((field, (name,)), *((c, (name, c.name)) for c in field.order)):
            if link.where:
                outside = ("actor", "record", "unit")
                found.setdefault(key, set()).update(p for p in link.where.paths if p[0] not in outside)
    return {key: frozenset(rest) for key, rest in found.items() if rest}


def label_of(compiled: CompiledRecord, values: Mapping[str, Any], number: int | None = None) -> str:
    """How a record with these values is called; its title and id when the label cannot be worked out yet."""
    seen = {f.name: f.in_feel(values.get(f.name)) for f in compiled.otherwise if f.in_feel}
    found = compiled.label.run({**values, **seen, "$zone": compiled.model.zone, "id": number})
    return str(found) if found else f"{compiled.entity.title.get('zh')} {number or ''}".strip()
