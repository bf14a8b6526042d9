"""Getting in and out: sign-in, the demo's accounts, codes, a password that has to be changed, language and theme."""

from __future__ import annotations

from shuyuan.engine import Challenge, Diagnostic, Place, Refused, demo_of, nobody_yet
from starlette.responses import RedirectResponse, Response

from ..render.values import Choice, Link, Note
from ..session import Form, enter, leave, local, look, new_password, reset, status_of
from ..session.cookies import SESSION, named
from .page import Page, get, post


async def entry(page: Page) -> Response:
    """The sign-in page; whoever is signed in goes on at once."""
    after = local(page.query.get("next"))
    if page.visit.actor is not None:
        return RedirectResponse(after, 303)
    return await _entry(page, Form((("next", after),)))


async def entered(page: Page) -> Response:
    """Name and password were sent."""
    form = await page.form()
    try:
        found = await enter(page.request, page.engine.entrance, page.engine.settings, dict(form.pairs))
    except Refused as refused:
        return await _entry(page, form, refused)
    if isinstance(found, Challenge):  # a provider that asks for more than a password brings its own pages
        raise Refused(Diagnostic("ACCESS_004"))
    return found


async def _entry(page: Page, form: Form, refused: Refused | None = None) -> Response:
    engine, t = page.engine, page.t
    demo = await demo_of(engine.store) if engine.settings.demo else None
    empty = not demo and await nobody_yet(engine.entrance)
    over = refused is None and _was_in(page)
    en = page.lang == "en"
    return page.show_gate(
        "sign_in.html",
        status_of(refused) if refused else 200,
        problems=page.problems(refused) if refused else (),
        note=Note(t("no_accounts"), "warn") if empty else Note(t("session_over")) if over else None,
        post="/sign-in",
        next=local(form.text("next")),
        name=form.text("login")[:100],
        code=False,
        ways=(),
        demo=demo.password if demo else "",
        visitors=tuple(Choice(v.login, v.role_en if en else v.role_zh, soft=v.name) for v in demo.visitors)
        if demo
        else (),
    )


def _was_in(page: Page) -> bool:
    """Whether the browser still holds a session that is over, since nobody signed out."""
    return bool(page.passage.cookies.get(named(SESSION, page.passage.client.secure)))


async def signed_out(page: Page) -> Response:
    """Sign out here."""
    return await leave(page.request, page.engine.entrance)


async def signed_out_everywhere(page: Page) -> Response:
    """Sign out on every device."""
    return await leave(page.request, page.engine.entrance, everywhere=True)


async def coded(page: Page) -> Response:
    """The page that takes a code and a new password."""
    return _password(page, "/reset", "/", page.query.get("code", "")[:40])


async def code_used(page: Page) -> Response:
    """A code and a new password were sent; that browser is signed in."""
    form = await page.form()
    try:
        _demand_same(form)
        return await reset(page.request, page.engine.entrance, page.engine.settings, dict(form.pairs))
    except Refused as refused:
        return _password(page, "/reset", "/", form.text("code")[:40], refused)


async def password(page: Page) -> Response:
    """The page that changes one's own password; whoever has to change it gets no further before."""
    return _password(page, "/settings/password", local(page.query.get("next"), "/settings"))


async def password_changed(page: Page) -> Response:
    """The present and a new password were sent."""
    form = await page.form()
    try:
        _demand_same(form)
        return await new_password(page.request, page.engine.entrance, dict(form.pairs))
    except Refused as refused:
        return _password(page, "/settings/password", local(form.text("next"), "/settings"), refused=refused)


def _demand_same(form: Form) -> None:
    if form.raw("password") != form.raw("again"):
        raise Refused(Diagnostic("ACCESS_027", Place(path="again")))


def _password(page: Page, to: str, after: str, code: str | None = None, refused: Refused | None = None) -> Response:
    t, held = page.t, page.visit.held
    must = held is not None and held.must_change
    back = Link(t("sign_in"), "/sign-in") if held is None else Link(t("back"), after)
    return page.show_gate(
        "password.html",
        status_of(refused) if refused else 200,
        problems=page.problems(refused) if refused else (),
        note=Note(t("must_change")) if must else None,
        post=to,
        next="/" if must else after,
        code=code,
        least=page.engine.settings.sign_in.password_length,
        back=None if must else back,
    )


async def looked(page: Page) -> Response:
    """Language and theme of this browser, from the menu or the sign-in page."""
    return look(page.request, dict((await page.form()).pairs))


ROUTES = (
    get("/sign-in", entry, public=True),
    post("/sign-in", entered, public=True),
    post("/sign-out", signed_out),
    post("/sign-out/everywhere", signed_out_everywhere),
    get("/reset", coded, public=True),
    post("/reset", code_used, public=True),
    get("/settings/password", password),
    post("/settings/password", password_changed),
    post("/settings/look", looked, public=True),
)
