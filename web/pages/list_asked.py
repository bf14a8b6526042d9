"""What a list is asked for: the address of a page read into an `Ask`, and addresses that ask a little differently."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from shuyuan.engine import Ask, Diagnostic, Entity, Model, Place, Refused, Text, View, read_ask

_VIEW = Text("视图", "view")

Pair = tuple[str, str]
Params = tuple[Pair, ...]

#: Where a page stands in a list, and how the script asks; never part of what a list is.
PLACE = frozenset({"after", "before", "count", "lang", "format", "in"})

#: What an address says beside filters.
SHAPE = ("view", "q", "sort", "fields", "group", "limit")


@dataclass(frozen=True, slots=True)
class Asked:
    """A list as an address asks for it.

    own: what the address itself says; params: the same over what the saved view says, without the place. view: the
    declared view, or all records with the columns of the first one; saved: number of the saved one, 0 for none; group:
    path that rows are grouped by, "" for none; gone: names that were asked
    for and are no fields any more.
    """

    entity: Entity
    ask: Ask
    view: View | None
    saved: int
    own: Params
    params: Params
    group: str
    gone: tuple[str, ...] = ()

    @property
    def base(self) -> str:
        """The address of the list without its query."""
        return f"/r/{self.entity.name}"

    def value(self, name: str) -> str:
        """What is asked for under a name, "" for nothing."""
        return next((value for key, value in self.params if key == name), "")

    def url(self, changes: Mapping[str, str] | None = None, path: str = "") -> str:
        """The address that asks for the same but for `changes`, at its first page; "" takes something away.

        What a saved view says has to be taken away in words, with an empty value.
        """
        said = changes or {}
        kept = [(key, value) for key, value in self.own if key not in said and (value or self._means(key))]
        kept += [(key, value) for key, value in said.items() if value or self._inherited(key)]
        return address(path or self.base, kept)

    def _means(self, key: str) -> bool:
        """Whether an empty value says something: it takes away what a view would bring."""
        return bool(self.saved or (key == "group" and self.view is not None and self.view.group))

    def _inherited(self, key: str) -> bool:
        return any(k == key and v for k, v in self.params) and not any(k == key for k, _ in self.own)

    @property
    def filters(self) -> Params:
        """The filters in force, as they stand in an address."""
        return tuple((key, value) for key, value in self.params if key not in SHAPE and value)


def address(path: str, pairs: Iterable[Pair]) -> str:
    """A path with a query."""
    query = urlencode(list(pairs))
    return f"{path}?{query}" if query else path


def normal(query: Iterable[Pair]) -> list[Pair]:
    """The pairs of a query: ticked columns as one `fields`, without what the script adds, each name once."""
    found: dict[str, str] = {}
    columns: list[str] = []
    for key, value in query:
        if key == "col":
            columns.append(value)
        elif key not in PLACE and "~" not in key:
            found[key] = value
    if columns:
        found["fields"] = ",".join(columns)
    return list(found.items())


def merged(saved: Iterable[Pair], own: Iterable[Pair]) -> Params:
    """What a saved view says, with what the address says over it; the name of the view itself is the saved one's."""
    said = dict(own)
    found = {key: value for key, value in saved if key not in said or key == "view"}
    return (*found.items(), *((k, v) for k, v in said.items() if k not in found))


def asked_of(
    model: Model,
    entity: Entity,
    query: Iterable[Pair],
    saved: Iterable[Pair] = (),
    number: int = 0,
    forgiving: bool = False,
) -> Asked:
    """The list that a query asks for. saved: what the saved view with this number says.

    forgiving: names that the entity does not have are left out, for who comes by an address that was kept; without it
    Refused is raised for them, all at once.
    """
    sent = list(query)
    gone: dict[str, None] = {}
    if forgiving:
        kept = [(pair, _unknown(model, entity, pair)) for pair in sent]
        sent = [pair for pair, names in kept if not names]
        gone = dict.fromkeys(name for _, names in kept for name in names)
    own = normal(sent)
    params = merged(saved, own) if number else tuple(own)
    place = [(key, value) for key, value in sent if key in ("after", "before")]
    read = read_ask(model, entity, [*((k, v) for k, v in params if k != "view"), *place])
    if read.diagnostics:
        raise Refused(read.diagnostics)
    name = next((value for key, value in params if key == "view"), "")
    if name and not number and declared(model, entity, name) is None:
        raise Refused(Diagnostic("ASK_009", Place(path="view"), {"name": name[:80], "what": _VIEW}))
    view = declared(model, entity, name) or everything(model, entity)
    group = next((value for key, value in params if key == "group"), view.group if view else "")
    return Asked(entity, read.ask, view, number, tuple(own), params, group, tuple(gone))


def _unknown(model: Model, entity: Entity, pair: Pair) -> tuple[str, ...]:
    """The names in one pair of a query that are no fields."""
    if pair[0] in PLACE or "~" in pair[0]:
        return ()
    named = ("fields", pair[1]) if pair[0] == "col" else pair
    return tuple(d.place.path for d in read_ask(model, entity, [named]).diagnostics if d.code == "ASK_001")


def declared(model: Model, entity: Entity, name: str) -> View | None:
    """The declared view of that name, None for "" and for a name that is none of the entity's."""
    found = model.views.get(name)
    return found if found is not None and found.of == entity.name else None


def everything(model: Model, entity: Entity) -> View | None:
    """All records, shown as in the first declared view; None for an entity that has none."""
    first = next((v for v in model.views.values() if v.of == entity.name and v.show == "list"), None)
    if first is None:
        return None
    states = [f.name for f in entity.fields if f.type == "state"]
    filters = tuple(dict.fromkeys([*entity.unit[:1], *states, *first.filters]))[:4]
    title = entity.plural or entity.title
    return View(f"{first.id}+all", "", entity.name, title, first.columns, filters=filters)


def saved_number(query: Iterable[Pair]) -> int:
    """The number of the saved view that an address names as `view=my.NUMBER`, 0 for none."""
    name = next((value for key, value in query if key == "view"), "")
    number = name.removeprefix("my.")
    return int(number) if name != number and number.isascii() and number.isdecimal() and len(number) < 19 else 0


def saved_name(number: int) -> str:
    """How an address names a saved view."""
    return f"my.{number}"
