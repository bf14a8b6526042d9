"""The navigation of somebody: what their roles let them see, in the sections that the definitions name."""

from __future__ import annotations

from dataclasses import dataclass

from shuyuan.engine import Actor, Entity, Lang, Version, View

from ..render.values import Group, Link
from ..render.words import translator

#: What may be managed with each right over the product: word, address, icon.
OFFICE = (
    ("definitions", "definitions", "/definitions", "definitions"),
    ("users", "people_roles", "/people", "key"),
    ("audit", "audit", "/audit", "shield"),
    ("jobs", "jobs", "/jobs", "clock"),
)


@dataclass(frozen=True, slots=True)
class Navigation:
    """groups: the side; tabs: up to four of its links for the bottom of a phone."""

    groups: tuple[Group, ...]
    tabs: tuple[Link, ...]


def navigation(version: Version, actor: Actor, lang: Lang) -> Navigation:
    """What the actor finds at the side; kept with the version for each set of roles."""
    roles = actor.roles
    return version.made(("navigation", roles, lang), lambda: _made(version, actor, roles, lang))


def list_url(entity: str, view: str = "") -> str:
    """The address of a list of records, of one of its declared views."""
    return f"/r/{entity}?view={view}" if view else f"/r/{entity}"


def views_for(version: Version, actor: Actor, entity: str) -> tuple[View, ...]:
    """The declared views of an entity that the actor finds: those that name one of their roles, or nobody."""
    held = set(actor.roles)
    return tuple(
        view
        for view in version.model.views.values()
        if view.of == entity and (not view.roles or held & set(view.roles))
    )


def _made(version: Version, actor: Actor, roles: tuple[str, ...], lang: Lang) -> Navigation:
    t = translator(lang)
    daily = (
        Link(t("home"), "/", "home"),
        Link(t("inbox"), "/inbox", "inbox"),
        Link(t("my_requests"), "/requests", "request"),
    )
    seen = [e for e in version.model.entities.values() if "see" in version.access.operations(actor, e.name)]
    sections: dict[str, list[Link]] = {}
    for entity in seen:
        sections.setdefault(entity.section.get(lang), []).append(_link(entity, lang))
    rights = version.access.system_rights(roles)
    office = tuple(Link(t(word), href, icon) for right, word, href, icon in OFFICE if right in rights)
    groups = [Group("", daily), *(Group(label, tuple(links)) for label, links in sections.items())]
    if office:
        groups.append(Group(t("office"), office))
    first = next((link for links in sections.values() for link in links), None)
    return Navigation(tuple(groups), (*daily, first) if first else daily)


def _link(entity: Entity, lang: Lang) -> Link:
    label = entity.plural.get(lang) or entity.title.get(lang)
    return Link(label, list_url(entity.name), entity.icon or "list")
