"""The audit for whoever may read it: filtered by person, record, kind and day, newest first."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from shuyuan.engine import AuditAsked, AuditLine, Refused, acting, audit_trail, called, people_named
from starlette.responses import Response

from ..render.audit_words import act_in_words, details
from ..render.page_values import AuditRow
from ..render.values import Choice, Filter, Link, Pager
from ..session import Form
from .days import day_end, day_if_any, day_start
from .page import Page, get

#: Rows of one page.
PAGE = 50


async def audit(page: Page) -> Response:
    """A page of the audit."""
    page.demand("audit")
    who = await _who(page)
    asked = _asked(page, who)
    found = await audit_trail(page.work, asked) if who >= 0 else ()
    shown = found[:PAGE]
    query = _query(page) | ({"account": str(who)} if who > 0 else {})
    after = f"{shown[-1].at}.{shown[-1].id}" if len(found) > PAGE else ""
    more = f"/audit?{urlencode({**query, 'before': after})}" if after else ""
    newest = f"/audit?{urlencode(query)}" if page.query.get("before") else ""
    return page.show(
        "audit.html",
        soft=page.t("audit_soft"),
        address="/audit",
        filters=await _filters(page, who),
        q=page.query.get("q", "")[:100],
        chips=await _chips(page, query),
        rows=tuple(_row(page, line) for line in shown),
        buttons=(),
        pager=Pager(page.t("page_rows", n=len(shown)), newest, more) if more or newest else None,
    )


async def _who(page: Page) -> int:
    """Whose acts are asked for: chosen, or typed by whoever has no script; 0 for everybody's, -1 for nobody's."""
    typed = page.query.get("account~text", "").strip()[:100]
    account = page.query.get("account", "")
    if account.isdecimal() and len(account) < 19 and typed in ("", page.query.get("account~was", typed)):
        return int(account)
    found = await acting(page.work, typed) if typed else ()
    named = [a for a in found if typed in (a.name, a.login)] or found
    return (named[0].account if len(named) == 1 else -1) if typed else 0


def _asked(page: Page, who: int) -> AuditAsked:
    """What is asked for; what cannot be read counts as not asked."""
    form = Form(tuple(page.query.multi_items()))
    at, _, number = page.query.get("before", "").partition(".")
    good = at.isdecimal() and number.isdecimal() and len(at) < 19 and len(number) < 19
    found: dict[str, int] = {}
    for name in ("since", "until"):
        try:
            day = day_if_any(form, name)
        except Refused:
            day = None
        if day:
            found[name] = day_start(page, day) if name == "since" else day_end(page, day)
    return AuditAsked(
        account=who or None,
        entity=form.text("entity"),
        record=form.number("record"),
        text=form.text("q")[:100],
        kind=form.text("kind"),
        before=(int(at), int(number)) if good else (1 << 62, 0),
        limit=PAGE + 1,
        **found,
    )


def _query(page: Page) -> dict[str, str]:
    names = ("account", "entity", "record", "kind", "since", "until", "q")
    return {name: page.query[name] for name in names if page.query.get(name)}


async def _filters(page: Page, who: int) -> tuple[Filter, ...]:
    t, asked = page.t, page.query
    kinds = (
        ("records", t("kind_records")),
        ("seen", t("kind_seen")),
        ("requests", t("kind_requests")),
        ("accounts", t("kind_accounts")),
        ("sessions", t("kind_sessions")),
        ("definitions", t("kind_definitions")),
    )
    entities = page.version.model.entities.values()
    value, shown = (str(who), await _name(page, who)) if who > 0 else ("", asked.get("account~text", "")[:100])
    return (
        Filter("kind", t("kind_of_act"), choices=tuple(Choice(k, w, asked.get("kind") == k) for k, w in kinds)),
        Filter(
            "entity",
            t("kind_of_record"),
            choices=tuple(Choice(e.name, page.text(e.title), asked.get("entity") == e.name) for e in entities),
        ),
        Filter("account", t("who"), "combobox", value, source="/audit/people", shown=shown),
        Filter("since", t("from_day"), "date", asked.get("since", "")[:10]),
        Filter("until", t("until_day"), "date", asked.get("until", "")[:10]),
    )


async def _chips(page: Page, query: dict[str, str]) -> tuple[Link, ...]:
    """The person or record that a link elsewhere led here for, and the way to all of them."""
    found = []
    account, record = query.get("account", ""), query.get("record", "")
    if account.isdecimal() and len(account) < 19:
        found.append(Link(page.t("by_account", name=await _name(page, int(account))), _without(query, "account")))
    if record.isdecimal() and len(record) < 19:
        entity = query.get("entity", "")
        known = entity in page.version.model.entities
        labels = await called(page.work, {entity: (int(record),)}) if known else {}
        label = labels.get(int(record)) or f"#{record}"
        found.append(Link(page.t("by_record", label=label), _without(query, "record", "entity")))
    return tuple(found)


async def _name(page: Page, account: int) -> str:
    return next((p.name for p in await people_named(page.work.store, [account])), f"#{account}")


def _without(query: dict[str, str], *names: str) -> str:
    left: dict[str, Any] = {key: value for key, value in query.items() if key not in names}
    return f"/audit?{urlencode(left)}" if left else "/audit"


def _row(page: Page, line: AuditLine) -> AuditRow:
    t = page.t
    record = None
    if line.record and line.entity:
        label = line.label or f"{page.text(line.entity.title)} #{line.record}"
        record = Link(label, f"/r/{line.entity.name}/{line.record}")
    who = line.who or (t("the_system_did") if not line.actor else f"#{line.actor}")

    def _moment(at: int) -> str:
        return page.when(at).text

    lines = tuple(details(line, page.version, page.lang, lambda address: t("from_address", address=address), _moment))
    return AuditRow(page.when(line.at), who, act_in_words(line.op, page.lang), record, lines)


async def look_up(page: Page) -> Response:
    """People whose acts can be asked for, as options of a combobox."""
    found = await acting(page.work, page.query.get("q", "")[:100])
    choices = tuple(Choice(str(a.account), a.name, soft=a.login) for a in found)
    return page.partial("partials/options.html", id=page.query.get("id", "o")[:80], choices=choices, hrefs=False)


ROUTES = (get("/audit", audit), get("/audit/people", look_up))
