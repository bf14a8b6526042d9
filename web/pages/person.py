"""One account: its roles with the reasons for them, the records it is, its sessions, and what can be done to it."""

from __future__ import annotations

from shuyuan.engine import (
    AuditAsked,
    Diagnostic,
    NewGrant,
    Person,
    Place,
    Refused,
    audit_trail,
    change_account,
    end_sessions,
    grant_role,
    grants_of,
    link_records,
    person,
    revoke_grant,
    sessions_of,
    switch_account,
    units_like,
)
from starlette.responses import Response

from ..render.account_values import GrantAsked, Line
from ..render.audit_words import act_in_words
from ..render.page_values import Session
from ..render.values import Button, Choice, Entry, Link, Listing, Pair
from ..session import Form, status_of
from .days import day_end, day_if_any, day_start
from .devices import device
from .page import Page, get, post
from .people import chosen, code_page
from .people_shown import grant_rows, records_called, role_titles, state


async def show(page: Page) -> Response:
    """The page."""
    return await _show(page)


async def _found(page: Page) -> Person:
    """The account of the address. Raises Refused(ACCESS_012, ACCESS_042)."""
    page.demand("users")
    found = await person(page.engine.entrance, page.actor, page.number("id"))
    if found is None:
        raise Refused(Diagnostic("ACCESS_042"))
    return found


async def _show(page: Page, form: Form | None = None, refused: Refused | None = None) -> Response:
    found, form, entrance, t = await _found(page), form or Form(), page.engine.entrance, page.t
    held = await grants_of(page.work.store, page.version.model, found.id, page.work.now.ms) or ()
    records = await records_called(page, found.records)
    return page.show(
        "users/person.html",
        status_of(refused) if refused else 200,
        title=found.name or found.login,
        soft=t("signs_in_as", login=found.login),
        pill=state(page, found),
        post=f"/people/{found.id}",
        acts=_acts(page, found),
        account=(
            Pair(t("login_name"), found.login),
            Pair(t("email"), found.email),
            Pair(t("language"), "English" if found.lang == "en" else "中文"),
            Pair(t("created"), page.when(found.created_at).full),
        ),
        records=tuple(
            Line(records[r][1], page.text(records[r][0].title), f"/people/{found.id}/records/{r}/unlink")
            if r in records
            else Line(f"#{r}", t("not_for_you"))
            for r in found.records
        ),
        person_source="/people/records",
        grants=await grant_rows(page, found, held),
        roles=tuple(Choice(role, title, role == form.text("role")) for role, title in role_titles(page).items()),
        asked=GrantAsked(
            form.text("unit"),
            form.text("unit~text"),
            form.text("since"),
            form.text("valid_to"),
            "true" in form.many("everywhere"),
        ),
        unit_source="/people/units",
        problems=page.problems(refused) if refused else (),
        name=form.text("name", found.name),
        email=form.text("email", found.email),
        lang_now=form.text("lang", found.lang),
        sessions=tuple(
            Session(str(n), device(s.agent, page.lang), f"{s.address} · {page.when(s.seen_at).text}")
            for n, s in enumerate(await sessions_of(entrance, found.id))
        ),
        history=await _history(page, found),
    )


def _acts(page: Page, found: Person) -> tuple[Button, ...]:
    t = page.t
    code = Button(t("new_code"), name="do", value="code", icon="key")
    out = Button(t("sign_out_everywhere"), name="do", value="out", icon="sign-out")
    tasks = Button(t("hand_tasks"), f"/people/{found.id}/tasks", icon="hand-over", dialog=True)
    if not found.active:
        return (Button(t("switch_on"), name="do", value="on", kind="primary"), code, tasks)
    off = Button(t("switch_off"), name="do", value="off", kind="danger", icon="lock", confirm=t("switch_off_ask"))
    return (code, out, tasks, off)


async def _history(page: Page, found: Person) -> Listing | None:
    """What the account did lately, for whoever may read the audit."""
    if not page.work.access.may(page.actor, "audit"):
        return None
    lines = await audit_trail(page.work, AuditAsked(account=found.id, limit=6))
    entries = tuple(
        Entry(act_in_words(line.op, page.lang), f"/audit?account={found.id}", page.when(line.at).text) for line in lines
    )
    return Listing(
        page.t("did_lately"), entries, Link(page.t("whole_list"), f"/audit?account={found.id}"), page.t("did_nothing")
    )


# -- what is done to it ----------------------------------------------------------------------------------------------


async def changed(page: Page) -> Response:
    """Name, address and language."""
    found, form = await _found(page), await page.form()
    changes = {"name": form.text("name")[:100], "email": form.text("email")[:200], "lang": form.text("lang")}
    kept = {key: value for key, value in changes.items() if value != getattr(found, key)}
    if kept.get("lang", "zh") not in ("zh", "en"):
        kept.pop("lang")
    if not changes["name"]:
        return await _show(page, form, Refused(Diagnostic("WEB_008", Place(path="name"))))
    await change_account(page.engine.entrance, page.actor, found.id, kept, page.address)
    return page.done(f"/people/{found.id}", page.t("account_saved", name=changes["name"]))


async def done(page: Page) -> Response:
    """A new code, signed out everywhere, switched off or on."""
    found, act = await _found(page), (await page.form()).text("do")
    entrance, t, name = page.engine.entrance, page.t, found.name or found.login
    if act == "code":
        return await code_page(page, found.id)
    if act == "out":
        await end_sessions(entrance, page.actor, found.id, page.address)
        return page.done(f"/people/{found.id}", t("was_signed_out", name=name))
    if act in ("on", "off"):
        try:
            await switch_account(entrance, page.actor, found.id, act == "on", page.address)
        except Refused as refused:
            return await _show(page, refused=refused)
        said = t("was_switched_on", name=name) if act == "on" else t("was_switched_off", name=name)
        return page.done(f"/people/{found.id}", said)
    raise Refused(Diagnostic("WEB_001"))


async def granted(page: Page) -> Response:
    """A role is given."""
    found, form = await _found(page), await page.form()
    try:
        since, until = day_if_any(form, "since"), day_if_any(form, "valid_to")
        grant = NewGrant(
            found.id,
            form.text("role"),
            await _unit(page, form),
            day_start(page, since) if since else None,
            day_end(page, until) if until else None,
        )
        if grant.unit is None and grant.role in role_titles(page) and "true" not in form.many("everywhere"):
            raise Refused(Diagnostic("WEB_013", Place(path="unit")))
        await grant_role(page.engine.entrance, page.actor, grant, page.address)
    except Refused as refused:
        return await _show(page, form, refused)
    title = role_titles(page).get(grant.role, grant.role)
    return page.done(f"/people/{found.id}#grants", page.t("was_given", role=title, name=found.name))


async def _unit(page: Page, form: Form) -> int | None:
    """The chosen unit; without a script the only one of the typed name; None for everywhere.

    Raises Refused(ACCESS_044) for a name that leads to none or several.
    """
    typed = form.text("unit~text")
    if form.number("unit") or not typed:
        return form.number("unit") or None
    same = [unit for unit in await units_like(page.work, typed) if unit.label == typed]
    if len(same) != 1:
        raise Refused(Diagnostic("ACCESS_044", Place(path="unit")))
    return same[0].id


async def ended(page: Page) -> Response:
    """A role is taken away."""
    found = await _found(page)
    if any(role.id == page.number("grant") for role in found.roles):
        try:
            await revoke_grant(page.engine.entrance, page.actor, page.number("grant"), page.address)
        except Refused as refused:
            return await _show(page, refused=refused)
    return page.done(f"/people/{found.id}#grants", page.t("was_taken", name=found.name))


async def linked(page: Page) -> Response:
    """A further record is this person."""
    found, form = await _found(page), await page.form()
    try:
        record = await chosen(page, form)
        if not record:
            raise Refused(Diagnostic("WEB_011", Place(path="records")))
        await link_records(page.engine.entrance, page.actor, found.id, (*found.records, record), page.address)
    except Refused as refused:
        return await _show(page, form, refused)
    return page.done(f"/people/{found.id}#records", page.t("was_linked"))


async def unlinked(page: Page) -> Response:
    """A record is not this person after all."""
    found = await _found(page)
    left = tuple(r for r in found.records if r != page.number("record"))
    await link_records(page.engine.entrance, page.actor, found.id, left, page.address)
    return page.done(f"/people/{found.id}#records", page.t("was_unlinked"))


async def units(page: Page) -> Response:
    """Units that the actor may give roles in, as options of a combobox."""
    found = await units_like(page.work, page.query.get("q", "")[:100])
    choices = tuple(Choice(str(unit.id), unit.label, soft=" / ".join(unit.above)) for unit in found)
    return page.partial("partials/options.html", id=page.query.get("id", "o")[:80], choices=choices, hrefs=False)


ROUTES = (
    get("/people/units", units),
    get("/people/{id:int}", show),
    post("/people/{id:int}", changed),
    post("/people/{id:int}/do", done),
    post("/people/{id:int}/grants", granted),
    post("/people/{id:int}/grants/{grant:int}/end", ended),
    post("/people/{id:int}/records", linked),
    post("/people/{id:int}/records/{record:int}/unlink", unlinked),
)
