"""The static types of the expression language and when one type fits another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

Kind = Literal[
    "any",
    "null",
    "boolean",
    "number",
    "string",
    "date",
    "time",
    "date and time",
    "years and months duration",
    "days and time duration",
    "list",
    "context",
    "range",
    "function",
    "link",
    "actor",
]


@dataclass(frozen=True, slots=True)
class Type:
    """A type of the language.

    item: what a list holds or a range spans; fields: what is known of a context, None when nothing is;
    entity: what a link points to, "" when unknown; params and result: of a function, when known.
    Every type admits null.
    """

    kind: Kind
    item: Type | None = None
    fields: tuple[tuple[str, Type], ...] | None = None
    entity: str = ""
    params: tuple[tuple[str, Type], ...] | None = None
    result: Type | None = None

    def field(self, name: str) -> Type | None:
        """The type of a context's entry, None when there is none of that name."""
        for key, found in self.fields or ():
            if key == name:
                return found
        return None

    def __str__(self) -> str:
        return spelled(self)


ANY = Type("any")
NULL = Type("null")
BOOLEAN = Type("boolean")
NUMBER = Type("number")
STRING = Type("string")
DATE = Type("date")
TIME = Type("time")
DATE_TIME = Type("date and time")
YEARS_MONTHS = Type("years and months duration")
DAYS_TIME = Type("days and time duration")
LIST = Type("list", item=ANY)
CONTEXT = Type("context")
RANGE = Type("range", item=ANY)
FUNCTION = Type("function")
ACTOR = Type("actor")

TEMPORAL = frozenset({"date", "time", "date and time", "years and months duration", "days and time duration"})
SCALAR = frozenset({"boolean", "number", "string"}) | TEMPORAL
ORDERED = SCALAR - {"boolean"}

#: The types an expression may name after `instance of` and on a parameter.
BY_NAME: Mapping[str, Type] = {
    t.kind: t for t in (BOOLEAN, NUMBER, STRING, DATE, TIME, DATE_TIME, YEARS_MONTHS, DAYS_TIME, CONTEXT, FUNCTION)
} | {"Any": ANY, "Null": NULL, "list": LIST, "range": RANGE, "any": ANY, "null": NULL}


def list_of(item: Type) -> Type:
    """The type of a list whose items are `item`."""
    return Type("list", item=item)


def range_of(item: Type) -> Type:
    """The type of a range between two `item`s."""
    return Type("range", item=item)


def context_of(fields: Mapping[str, Type] | Iterable[tuple[str, Type]]) -> Type:
    """The type of a context, or of one row of a sub-table, with these entries."""
    pairs = fields.items() if isinstance(fields, Mapping) else fields
    return Type("context", fields=tuple(pairs))


def function_of(params: Iterable[tuple[str, Type]], result: Type = ANY) -> Type:
    """The type of a function with these named parameters."""
    return Type("function", params=tuple(params), result=result)


def link(entity: str) -> Type:
    """The type of a link to a record of `entity`; "" when any record will do."""
    return Type("link", entity=entity)


def spelled(t: Type) -> str:
    """The type as it is written in the language."""
    if t.kind == "any":
        return "Any"
    if t.kind in ("list", "range"):
        return t.kind if t.item in (None, ANY) else f"{t.kind}<{spelled(t.item or ANY)}>"
    if t.kind == "context" and t.fields is not None:
        return "context<" + ", ".join(f"{k}: {spelled(v)}" for k, v in t.fields) + ">"
    if t.kind == "link" and t.entity:
        return f"link({t.entity})"
    return t.kind


class Entities(Protocol):
    """How the checker learns what a link leads to."""

    def members(self, entity: str) -> Mapping[str, Type]:
        """Field name -> type; empty for an entity nobody knows."""
        ...


ACTOR_MEMBERS: Mapping[str, Type] = {
    "id": NUMBER,
    "name": STRING,
    "record": link(""),
    "records": list_of(link("")),
    "roles": list_of(STRING),
    "units": list_of(link("")),
}

_DATE_MEMBERS = {"year": NUMBER, "month": NUMBER, "day": NUMBER, "weekday": NUMBER}
_TIME_MEMBERS = {"hour": NUMBER, "minute": NUMBER, "second": NUMBER, "time offset": DAYS_TIME, "timezone": STRING}

MEMBERS: Mapping[str, Mapping[str, Type]] = {
    "date": _DATE_MEMBERS,
    "time": _TIME_MEMBERS,
    "date and time": _DATE_MEMBERS | _TIME_MEMBERS,
    "years and months duration": {"years": NUMBER, "months": NUMBER},
    "days and time duration": {"days": NUMBER, "hours": NUMBER, "minutes": NUMBER, "seconds": NUMBER},
    "actor": ACTOR_MEMBERS,
}


def members_of(t: Type, entities: Entities | None) -> Mapping[str, Type] | None:
    """What may stand after the dot; None when that is not known before the value is seen."""
    if t.kind in MEMBERS:
        return MEMBERS[t.kind]
    if t.kind == "context":
        return None if t.fields is None else dict(t.fields)
    if t.kind == "range":
        item = t.item or ANY
        return {"start": item, "end": item, "start included": BOOLEAN, "end included": BOOLEAN}
    if t.kind == "link":
        if entities is None or not t.entity:
            return None
        return {"id": NUMBER, **entities.members(t.entity)}
    if t.kind in ("any", "null"):
        return None
    return {}


def fits(given: Type, wanted: Type) -> bool:
    """Whether a value of type `given` may stand where `wanted` is expected, without any conversion.

    Not knowing (`any`) and null always fit.
    """
    g, w = given.kind, wanted.kind
    if g in ("any", "null") or w in ("any", "null") or given is wanted:
        return True
    if {g, w} == {"link", "actor"}:
        return True
    if g != w:
        return False
    if w in ("list", "range"):
        return fits(given.item or ANY, wanted.item or ANY)
    if w == "link":
        return not given.entity or not wanted.entity or given.entity == wanted.entity
    if w == "context" and given.fields is not None and wanted.fields is not None:
        have = dict(given.fields)
        return all(name in have and fits(have[name], t) for name, t in wanted.fields)
    if w == "function" and given.params is not None and wanted.params is not None:
        return len(given.params) == len(wanted.params)
    return True


def joined(types: Iterable[Type]) -> Type:
    """The narrowest type that holds the values of all of `types`."""
    found: Type | None = None
    for t in types:
        if t.kind == "null":
            continue
        found = t if found is None else _join(found, t)
        if found.kind == "any":
            return ANY
    return NULL if found is None else found


def _join(a: Type, b: Type) -> Type:
    if a == b:
        return a
    if a.kind != b.kind:
        return ANY
    if a.kind in ("list", "range"):
        return Type(a.kind, item=joined((a.item or ANY, b.item or ANY)))
    if a.kind == "link":
        return link("")
    if a.kind == "context" and a.fields is not None and b.fields is not None:
        have = dict(b.fields)
        same = [(k, joined((t, have[k]))) for k, t in a.fields if k in have]
        return Type("context", fields=tuple(same)) if len(same) == len(a.fields) == len(b.fields) else CONTEXT
    return Type(a.kind)
