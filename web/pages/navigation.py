"""The navigation of somebody: what their roles let them see, in the sections that the definitions name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from shuyuan.engine import Actor, Ask, Entity, Lang, Version, View

from ..render.values import Group, Link
from ..render.words import translator


@dataclass(frozen=True, slots=True)
class Navigation:
    """groups: the side; tabs: up to four of its links for the bottom of a phone; hrefs: address without query -> with
    it, of every link at the side.
    """

    groups: tuple[Group, ...]
    tabs: tuple[Link, ...]
    hrefs: Mapping[str, str]

    def nearest(self, path: str) -> str:
        """The address of the link that a page is, or lies below; "" when there is none."""
        while path and path not in self.hrefs:
            path = path.rpartition("/")[0]
        return self.hrefs[path] if path else ""


T = TypeVar("T")


def kept(version: Version, actor: Actor, key: tuple[Any, ...], make: Callable[[], T]) -> T:
    """What `make` gives for whoever holds the same roles, kept with the version.

    Not kept for keys of programs: people make as many of them as they like, with any scopes.
    """
    if actor.scopes is not None:
        return make()
    roles = frozenset((grant.role, grant.unit is None) for grant in actor.grants)
    return version.made((*key, roles), make)


def navigation(version: Version, actor: Actor, lang: Lang) -> Navigation:
    """What the actor finds at the side."""
    return kept(version, actor, ("navigation", lang), lambda: _made(version, actor, lang))


def list_url(entity: str, view: str = "") -> str:
    """The address of a list of records, of one of its declared views."""
    return f"/r/{entity}?view={view}" if view else f"/r/{entity}"


def ask_url(ask: Ask) -> str:
    """The address of the list that is asked for: its view, filters and search."""
    pairs = [("view", ask.view)] if ask.view else []
    for one in ask.filters:
        name = ".".join(one.path)
        pairs.append((name if one.operator == "eq" else f"{name}.{one.operator}", ",".join(one.values)))
    if ask.q:
        pairs.append(("q", ask.q))
    return f"/r/{ask.entity}?{urlencode(pairs)}" if pairs else f"/r/{ask.entity}"


def views_for(version: Version, actor: Actor, entity: str) -> tuple[View, ...]:
    """The declared views of an entity that the actor finds: those that name one of their roles before those for all."""
    held = set(actor.roles)
    found = [view for view in version.model.views.values() if view.of == entity]
    return (*(v for v in found if held & set(v.roles)), *(v for v in found if not v.roles))


def _made(version: Version, actor: Actor, lang: Lang) -> Navigation:
    t = translator(lang)
    daily = (
        Link(t("home"), "/", "home"),
        Link(t("inbox"), "/inbox", "inbox"),
        Link(t("my_requests"), "/requests", "request"),
        Link(t("notices"), "/notices", "bell"),
    )
    sections = _sections(version, actor, lang)
    office = _office(version, actor, lang)
    groups = (Group("", daily), *sections, *((Group(t("office"), office),) if office else ()))
    tabs = (*daily[:3], *(link for section in sections[:1] for link in section.links[:1]))
    return Navigation(
        groups, tabs, {link.href.partition("?")[0]: link.href for group in groups for link in group.links}
    )


def _sections(version: Version, actor: Actor, lang: Lang) -> tuple[Group, ...]:
    """A link for each kind of record, under the headings of the definitions.

    A kind with views made for the actor's roles is called and opens as the first of these. Sections and kinds with more
    views made for the actor come first: they are what the definitions think this person is here for.
    """
    found: dict[str, list[tuple[int, Link]]] = {}
    for entity in version.model.entities.values():
        if "see" in version.access.operations(actor, entity.name):
            own = [view for view in views_for(version, actor, entity.name) if view.roles]
            link = _link(entity, own[0] if own else None, lang)
            found.setdefault(entity.section.get(lang), []).append((len(own), link))
    order = sorted(found, key=lambda heading: -sum(count for count, _ in found[heading]))
    return tuple(
        Group(heading, tuple(link for _, link in sorted(found[heading], key=lambda one: -one[0]))) for heading in order
    )


def _link(entity: Entity, view: View | None, lang: Lang) -> Link:
    label = view.title.get(lang) if view else entity.plural.get(lang) or entity.title.get(lang)
    return Link(label, list_url(entity.name, view.name if view else ""), entity.icon or "list")


def _office(version: Version, actor: Actor, lang: Lang) -> tuple[Link, ...]:
    t, may = translator(lang), version.access.may
    imports = any("import" in version.access.operations(actor, name) for name in version.model.entities)
    found = (
        (may(actor, "definitions"), Link(t("definitions"), "/definitions", "definitions")),
        (may(actor, "users"), Link(t("people_roles"), "/people", "key")),
        (imports, Link(t("import"), "/import", "import")),
        (may(actor, "audit"), Link(t("audit"), "/audit", "shield")),
        (may(actor, "jobs"), Link(t("jobs"), "/jobs", "clock")),
    )
    return tuple(link for allowed, link in found if allowed)
