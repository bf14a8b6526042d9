"""What people set for themselves: language, theme, shortcuts, who stands in, where they are signed in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from shuyuan.engine import (
    Refused,
    SessionRow,
    Standing,
    TokenRow,
    change_account,
    colleagues,
    end_session,
    proxies_of,
    sessions_of,
    stand_down,
    stand_in,
    tokens_of,
)
from starlette.responses import Response

from ..render.account_values import Line, ProxyAsked
from ..render.page_values import Session
from ..render.values import Choice, Pair, Pill
from ..session import Form, status_of
from ..session.choice import LANGS, THEMES
from ..session.cookies import LANG, THEME, choice
from .days import day_end, day_in, day_of, day_start
from .devices import device
from .page import Page, get, post


async def settings(page: Page) -> Response:
    """The page."""
    return await _settings(page)


async def _settings(page: Page, form: Form | None = None, refused: Refused | None = None) -> Response:
    entrance, actor = page.engine.entrance, page.actor
    form = form or Form()
    return page.show(
        "settings.html",
        status_of(refused) if refused else 200,
        lang_now=page.lang,
        theme=page.visit.theme,
        keys=page.shell.keys,
        account=_account(page),
        problems=page.problems(refused) if refused else (),
        proxies=tuple(_proxy(page, p) for p in await proxies_of(page.work.store, actor.id, page.work.now.ms)),
        proxy=ProxyAsked(form.text("proxy"), form.text("proxy~text"), form.text("since"), form.text("until")),
        people_source="/settings/colleagues",
        sessions=tuple(_session(page, s) for s in await sessions_of(entrance, actor.id)),
        tokens=tuple(_token(page, k) for k in await tokens_of(entrance, actor.id) if k.revoked_at is None),
    )


def _account(page: Page) -> tuple[Pair, ...]:
    t, actor = page.t, page.actor
    titles = {policy.role: page.text(policy.title) for policy in page.version.model.policies.values()}
    roles = ("、" if page.lang == "zh" else ", ").join(titles.get(role, role) for role in actor.roles)
    return (Pair(t("name"), actor.name), Pair(t("account"), actor.login), Pair(t("roles_held"), roles, wide=True))


def _proxy(page: Page, found: Standing) -> Line:
    last = day_of(page, found.until - 1)
    dates = page.t("from_to", since=day_of(page, found.since), until=last)
    return Line(found.name, dates, f"/settings/proxies/{found.id}/end")


def _session(page: Page, found: SessionRow) -> Session:
    held = page.visit.held
    soft = " · ".join(part for part in (found.address, page.when(found.seen_at).text) if part)
    return Session(found.key, device(found.agent, page.lang), soft, held is not None and found.key == held.key)


def _token(page: Page, found: TokenRow) -> Line:
    t = page.t
    over = found.expires_at is not None and found.expires_at <= page.work.now.ms
    used = t("token_used", when=page.when(found.used_at).text) if found.used_at else t("token_unused")
    until = t("token_until", day=day_of(page, found.expires_at)) if found.expires_at else ""
    soft = " · ".join(part for part in (_allowed(page, found.scopes), until, used) if part)
    pill = Pill(t("ran_out"), "warn") if over else Pill(t("works"), "ok")
    return Line(found.title or str(found.id), soft, f"/settings/tokens/{found.id}/revoke", pill)


def _allowed(page: Page, scopes: Iterable[str]) -> str:
    """What a key may do, in words: everything, or kinds of records with what it does with them."""
    t, model = page.t, page.version.model
    whole = {"*": t("token_all"), "*:read": t("token_read")}
    done = {"read": t("may_read"), "write": t("may_write")}
    found: dict[str, list[str]] = {}
    for scope in scopes:
        name, _, what = scope.partition(":")
        entity = model.entities.get(name)
        title = page.text(entity.plural or entity.title) if entity else name
        found.setdefault(whole.get(scope, title), []).extend([] if scope in whole else [done.get(what, what)])
    comma, colon = ("、", "：") if page.lang == "zh" else (", ", ": ")
    parts = [title + (colon + comma.join(does) if does else "") for title, does in found.items()]
    return ("；" if page.lang == "zh" else "; ").join(parts)


async def saved(page: Page) -> Response:
    """Language, theme and shortcuts, for every browser of this person from now on."""
    form, actor = await page.form(), page.actor
    changes = {
        name: form.text(name) for name, allowed in (("lang", LANGS), ("theme", THEMES)) if form.text(name) in allowed
    }
    keys = form.on("keys")
    await change_account(page.engine.entrance, actor, actor.id, {**changes, "shortcuts": keys})
    lang = next((known for known in LANGS if known == changes.get("lang")), page.lang)
    shown = replace(page, visit=replace(page.visit, lang=lang))
    response = shown.done("/settings", shown.t("settings_saved"))
    for name, key in ((LANG, "lang"), (THEME, "theme")):
        if key in changes:
            response.headers.append("set-cookie", choice(name, changes[key], page.passage.client.secure))
    return response


async def session_ended(page: Page) -> Response:
    """One of one's own sessions ends."""
    form = await page.form()
    await end_session(page.engine.entrance, page.actor, form.text("id"))
    return page.done("/settings", page.t("session_ended"))


async def look_up(page: Page) -> Response:
    """People who could stand in, as options of a combobox."""
    found = await colleagues(page.work, page.query.get("q", "")[:100])
    choices = tuple(Choice(str(c.account), c.name, soft=c.soft) for c in found)
    return page.partial("partials/options.html", id=page.query.get("id", "o")[:80], choices=choices, hrefs=False)


async def proxy_named(page: Page) -> Response:
    """Somebody stands in, from a day to a day."""
    form, actor = await page.form(), page.actor
    try:
        since, until = day_in(form, "since"), day_in(form, "until")
        proxy = form.number("proxy") or await _by_name(page, form.text("proxy~text"))
        start, end = day_start(page, since), day_end(page, until)
        found = await stand_in(page.work.desk, actor, actor.id, proxy, max(start, page.work.now.ms), end)
    except Refused as refused:
        return await _settings(page, form, refused)
    return page.done("/settings#proxies", page.t("proxy_named", name=found.name))


async def _by_name(page: Page, text: str) -> int:
    """The account of the only person of that name, for whoever has no script; else 0."""
    found = [c for c in await colleagues(page.work, text[:100]) if text and c.name == text]
    return found[0].account if len(found) == 1 else 0


async def proxy_ended(page: Page) -> Response:
    """One acts for oneself again."""
    actor, number = page.actor, page.number("id")
    for found in await proxies_of(page.work.store, actor.id, page.work.now.ms):
        if found.id == number:
            await stand_down(page.work.desk, actor, found)
            return page.done("/settings#proxies", page.t("proxy_ended", name=found.name))
    return page.done("/settings#proxies", page.t("proxy_over"))


ROUTES = (
    get("/settings", settings),
    post("/settings", saved),
    post("/settings/sessions", session_ended),
    get("/settings/colleagues", look_up),
    post("/settings/proxies", proxy_named),
    post("/settings/proxies/{id:int}/end", proxy_ended),
)
