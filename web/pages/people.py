"""Accounts: finding one, making one, and the codes with which their owners choose a password."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup
from shuyuan.engine import (
    Asked,
    Diagnostic,
    NewAccount,
    Person,
    Place,
    Refused,
    create_account,
    list_people,
    make_reset,
    person,
    persons,
    unit_names,
)
from starlette.responses import Response

from ..render.env import environment
from ..render.values import Button, Choice, Column, Empty, Filter, Pager
from ..session import Form, status_of
from .page import Page, get, post
from .people_shown import in_units, own_name, records_called, role_titles, role_words, state, tabs

#: Accounts of one page.
PAGE = 50


async def people(page: Page) -> Response:
    """A page of the accounts the actor manages."""
    page.demand("users")
    asked = Asked(
        text=page.query.get("q", "").strip()[:100],
        role=page.query.get("role", "")[:100],
        active={"on": True, "off": False}.get(page.query.get("state", "")),
        after=page.query.get("after", "")[:100],
        limit=PAGE + 1,
    )
    found = await list_people(page.engine.entrance, page.actor, asked)
    return page.show("users/index.html", **await _values(page, asked, found))


async def _values(page: Page, asked: Asked, found: Sequence[Person]) -> dict[str, Any]:
    t, shown = page.t, found[:PAGE]
    kept = {"q": asked.text, "role": asked.role, "state": page.query.get("state", "")}
    query = {key: value for key, value in kept.items() if value}
    after = f"/people?{urlencode({**query, 'after': shown[-1].login})}" if len(found) > PAGE else ""
    first = f"/people?{urlencode(query)}" if asked.after else ""
    new = Button(t("new_account"), "/people/new", kind="primary", icon="plus")
    return {
        "soft": "",
        "buttons": (new,),
        "tabs": tabs(page, "people"),
        "address": "/people",
        "filters": _filters(page, asked),
        "q": asked.text,
        "columns": (
            Column(t("name"), "t"),
            Column(t("state"), "s"),
            Column(t("login_name"), "d"),
            Column(t("roles_given")),
            Column(t("own_record")),
        ),
        "body": await _rows(page, shown),
        "pager": Pager(t("page_rows", n=len(shown)), first, after) if first or after else None,
        "empty": None if shown else Empty(t("people_none"), "people", None if query else new),
    }


def _filters(page: Page, asked: Asked) -> tuple[Filter, ...]:
    t, chosen = page.t, page.query.get("state", "")
    roles = tuple(Choice(role, title, role == asked.role) for role, title in role_titles(page).items())
    states = (Choice("on", t("in_use"), chosen == "on"), Choice("off", t("switched_off"), chosen == "off"))
    return (Filter("role", t("role"), choices=roles), Filter("state", t("state"), choices=states))


async def _rows(page: Page, shown: Sequence[Person]) -> Markup:
    env: dict[str, Any] = environment(page.lang).globals
    lists, ui, t = env["lists"], env["ui"], page.t
    units = await unit_names(page.work, in_units(role for one in shown for role in one.roles))
    records = await records_called(page, (record for one in shown for record in one.records))
    rows = []
    for one in shown:
        own = [f"{page.text(records[r][0].title)} {records[r][1]}" for r in one.records if r in records]
        cells = (
            lists.cell("t", "", one.name or one.login, f"/people/{one.id}"),
            lists.cell("s", "", ui.pill(state(page, one))),
            lists.cell("d", t("login_name"), one.login),
            lists.cell("", t("roles_given"), role_words(page, one.roles, units)),
            lists.cell("", t("own_record"), " · ".join(own)),
        )
        rows.append(lists.row(one.id, one.name, cells, False))
    return Markup("").join(rows)


# -- making one ------------------------------------------------------------------------------------------------------


async def new(page: Page) -> Response:
    """The page that asks for whom."""
    page.demand("users")
    record = page.query.get("record", "")
    found = await records_called(page, [int(record)]) if record.isdecimal() and len(record) < 19 else {}
    label = next((label for _, label in found.values()), "")
    name = await own_name(page, int(record)) if found else ""
    given = (("records", record if found else ""), ("records~text", label), ("name", name), ("lang", page.lang))
    return _new(page, Form(given))


def _new(page: Page, form: Form, refused: Refused | None = None) -> Response:
    return page.show(
        "users/new.html",
        status_of(refused) if refused else 200,
        problems=page.problems(refused) if refused else (),
        person_source="/people/records",
        record=form.text("records"),
        shown=form.text("records~text"),
        login=form.text("login"),
        name=form.text("name"),
        email=form.text("email"),
        lang_now=form.text("lang") or page.lang,
        once=secrets.token_urlsafe(16),
    )


async def made(page: Page) -> Response:
    """Make the account and a code for its owner, shown this once."""
    page.demand("users")
    form = await page.form()
    try:
        record = await chosen(page, form)
        account = NewAccount(
            form.text("login"),
            form.text("name") or (await own_name(page, record) if record else "") or form.text("login"),
            form.text("email"),
            form.text("lang"),
            records=(record,) if record else (),
            must_change=False,
        )
        number = await create_account(page.engine.entrance, page.actor, account, page.address)
    except Refused as refused:
        return _new(page, form, refused)
    return await code_page(page, number)


async def chosen(page: Page, form: Form) -> int:
    """The record of a person in the box `records`; without a script the only one of the typed name; 0 for none.

    Raises Refused(WEB_011) for what is no person that the actor sees, and for a name of several.
    """
    record, typed = form.number("records"), form.text("records~text")
    if record:
        found = list(await records_called(page, [record]))
    else:
        found = [p.record for p in await persons(page.work, typed[:100]) if p.name == typed] if typed else [0]
    if len(found) != 1:
        raise Refused(Diagnostic("WEB_011", Place(path="records")))
    return found[0]


async def code_page(page: Page, account: int) -> Response:
    """A new code for an account; earlier ones end. Raises Refused(ACCESS_012, 042, 048)."""
    entrance, settings = page.engine.entrance, page.engine.settings
    code = await make_reset(entrance, page.actor, account, page.address)
    found = await person(entrance, page.actor, account)
    return page.show(
        "users/code.html",
        name=found.name if found else "",
        login=found.login if found else "",
        code=code,
        hours=settings.sign_in.reset_minutes // 60 or 1,
        address=(settings.server.base_url or page.passage.client.origin) + "/reset",
        person=f"/people/{account}",
    )


async def look_up(page: Page) -> Response:
    """Records of people, those without an account first, as options of a combobox."""
    page.demand("users")
    found = sorted(await persons(page.work, page.query.get("q", "")[:100]), key=lambda p: bool(p.account))
    model = page.version.model
    choices = tuple(
        Choice(
            str(p.record),
            p.name,
            soft=" · ".join(
                part
                for part in (
                    page.text(model.entities[p.entity].title),
                    p.soft,
                    page.t("has_account") if p.account else "",
                )
                if part
            ),
        )
        for p in found
    )
    return page.partial("partials/options.html", id=page.query.get("id", "o")[:80], choices=choices, hrefs=False)


ROUTES = (
    get("/people", people),
    get("/people/new", new),
    post("/people/new", made),
    get("/people/records", look_up),
)
