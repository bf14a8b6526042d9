"""How accounts are shown: their roles with units, the records they are, whether anybody can sign in."""

from __future__ import annotations

from collections.abc import Iterable

from shuyuan.engine import Entity, GivenRole, Grant, Person, called, detail, unit_names

from ..render.page_values import GrantRow
from ..render.values import Link, Pill
from .days import day_of
from .page import Page


def tabs(page: Page, at: str) -> tuple[Link, ...]:
    """The parts of the management of people."""
    t = page.t
    return (
        Link(t("people"), "/people", current=at == "people"),
        Link(t("roles"), "/people/roles", current=at == "roles"),
    )


def role_titles(page: Page) -> dict[str, str]:
    """The titles of all roles."""
    found: dict[str, str] = {}
    for policy in page.version.model.policies.values():
        found.setdefault(policy.role, page.text(policy.title) or policy.role)
    return found


def state(page: Page, person: Person) -> Pill:
    """Whether anybody can sign in with the account."""
    t = page.t
    if not person.active:
        return Pill(t("switched_off"), "bad")
    if not person.has_password:
        return Pill(t("no_password"), "warn")
    return Pill(t("must_change_short"), "info") if person.must_change else Pill(t("can_sign_in"), "ok")


async def records_called(page: Page, ids: Iterable[int]) -> dict[int, tuple[Entity, str]]:
    """Which records of people these are and how they are called; those the actor may not see are left out."""
    wanted = list(ids)
    found: dict[int, tuple[Entity, str]] = {}
    if wanted:
        for entity in page.version.model.entities.values():
            if entity.person:
                labels = await called(page.work, {entity.name: wanted})
                found.update({record: (entity, label) for record, label in labels.items()})
    return found


async def own_name(page: Page, record: int) -> str:
    """What the person of a record is called, without what a label adds to it; "" where the actor does not see it."""
    for found, (entity, label) in (await records_called(page, [record])).items():
        field = next((f.name for f in entity.fields if f.type == "person_name"), "")
        name = (await detail(page.work, entity.name, found)).record.values.get(field)
        return str(name) if field and name else label
    return ""


def in_units(roles: Iterable[GivenRole]) -> set[int]:
    """The units that roles are held in."""
    return {role.unit for role in roles if role.unit is not None}


def role_words(page: Page, roles: Iterable[GivenRole], units: dict[int, str]) -> str:
    """Roles in words, such as "教务（东校区）"; those that have run out are left out."""
    titles, now = role_titles(page), page.work.now.ms
    said = []
    for role in roles:
        if role.valid_to is None or role.valid_to > now:
            title = titles.get(role.role, role.role)
            said.append(title if role.unit is None else page.t("role_in", role=title, unit=units.get(role.unit, "—")))
    return ("、" if page.lang == "zh" else ", ").join(said)


async def grant_rows(page: Page, person: Person, held: tuple[Grant, ...]) -> tuple[GrantRow, ...]:
    """Every role of an account: those given, and those that follow from what stands in records."""
    given = {(role.role, role.unit) for role in person.roles}
    derived = [grant for grant in held if (grant.role, grant.unit) not in given]
    units = await unit_names(page.work, in_units(person.roles) | {g.unit for g in derived if g.unit})
    titles = role_titles(page)
    rows = [_given(page, person, role, titles, units) for role in person.roles]
    for grant in derived:
        unit = units.get(grant.unit or 0, page.t("no_unit")) if grant.unit is not None else page.t("everywhere")
        rows.append(GrantRow(titles.get(grant.role, grant.role), unit, reason=_why(page, grant.role)))
    return tuple(rows)


def _given(page: Page, person: Person, role: GivenRole, titles: dict[str, str], units: dict[int, str]) -> GrantRow:
    t = page.t
    since = day_of(page, role.valid_from) if role.valid_from else ""
    until = day_of(page, role.valid_to - 1) if role.valid_to else ""
    dates = t("from_to", since=since or "…", until=until or "…") if since or until else ""
    unit = t("everywhere") if role.unit is None else units.get(role.unit, "—")
    over = role.valid_to is not None and role.valid_to <= page.work.now.ms
    title = titles.get(role.role, role.role)
    return GrantRow(title, unit, dates, t("grant_over") if over else "", f"/people/{person.id}/grants/{role.id}/end")


def _why(page: Page, role: str) -> str:
    """Which fields of which records give the role to whoever stands in them."""
    said = []
    for entity in page.version.model.entities.values():
        for gives in entity.gives:
            if gives.role == role:
                field = entity.field(gives.to.split(".")[0])
                title = page.text(entity.title)
                named = page.t("gives_field", entity=title, field=page.text(field.title)) if field else ""
                said.append(named or page.t("gives_self", entity=title))
    return ("；" if page.lang == "zh" else "; ").join(dict.fromkeys(said))
