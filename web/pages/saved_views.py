"""Lists as somebody likes to see them: kept under a name, changed in place, shared, dropped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shuyuan.engine import Diagnostic, Refused, SavedView, drop_view, may_share_views, save_view, views_of
from starlette.responses import Response

from ..render.pieces import widgets
from ..render.safe import Markup, ready
from ..render.values import Button
from ..session import status_of
from .list_asked import Asked, address, asked_of, saved_name, saved_number
from .page import Page, get, post


def saved_of(saved: Sequence[SavedView], query: Iterable[tuple[str, str]]) -> SavedView | None:
    """The saved view that an address names, None for none. Raises Refused(WRITE_033) for one that is gone."""
    number = saved_number(query)
    found = next((s for s in saved if s.id == number), None)
    if number and found is None:
        raise Refused(Diagnostic("WRITE_033"))
    return found


def view_buttons(page: Page, asked: Asked, saved: Sequence[SavedView]) -> tuple[Button, ...]:
    """What can be done with the list at hand: keep it as a view, keep the changes of a saved one, manage that."""
    t = page.t
    own = next((s for s in saved if s.id == asked.saved), None)
    keep = Button(t("save_view"), asked.url(path=f"{asked.base}/views"), kind="quiet", icon="star", dialog=True)
    if own is None:
        return (keep,) if any(key != "view" and value for key, value in asked.own) else ()
    changed = _asked_params(asked) != _sorted(own.params)
    found = []
    if own.mine or page.work.access.may(page.actor, "definitions"):
        manage = asked.url(path=f"{asked.base}/views/{own.id}")
        label = t("keep_view_changes") if changed and own.mine else t("manage_view")
        found.append(
            Button(label, manage, kind="quiet", icon="save" if changed and own.mine else "settings", dialog=True)
        )
    return (*found, keep) if changed else tuple(found)


def _asked_params(asked: Asked) -> list[tuple[str, str]]:
    own = {**dict(asked.params), "view": asked.view.name if asked.view and asked.view.name else ""}
    return _sorted(own.items())


def _sorted(params: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted((k, v) for k, v in params if v)


# ---------------------------------------------------------------- pages


async def ask(page: Page) -> Response:
    """Under which name the list is to be kept."""
    asked, _ = await _asked(page)
    return _shown(page, asked, None, "", False)


async def keep(page: Page) -> Response:
    """Keep the list under a name."""
    asked, _ = await _asked(page)
    sent = await page.form()
    try:
        made = await save_view(page.work, asked.entity.name, sent.text("title"), _kept(asked), shared=sent.on("shared"))
    except Refused as refused:
        return _shown(page, asked, None, sent.text("title"), sent.on("shared"), refused)
    return page.done(f"{asked.base}?view={saved_name(made.id)}", page.t("view_saved", title=made.title))


async def manage(page: Page) -> Response:
    """Name, sharing and content of a saved view."""
    asked, own = await _asked(page)
    return _shown(page, asked, own, own.title if own else "", bool(own and own.shared))


async def change(page: Page) -> Response:
    """Change the view in place, or drop it."""
    asked, own = await _asked(page)
    sent = await page.form()
    if own is None:
        raise Refused(Diagnostic("WRITE_033"))
    if sent.text("go") == "drop":
        await drop_view(page.work, asked.entity.name, own.id)
        return page.done(_without(asked), page.t("view_dropped", title=own.title))
    try:
        made = await save_view(
            page.work, asked.entity.name, sent.text("title"), _kept(asked), view=own.id, shared=sent.on("shared")
        )
    except Refused as refused:
        return _shown(page, asked, own, sent.text("title"), sent.on("shared"), refused)
    return page.done(f"{asked.base}?view={saved_name(made.id)}", page.t("view_saved", title=made.title))


async def _asked(page: Page) -> tuple[Asked, SavedView | None]:
    entity = page.work.entity(page.path("entity"))
    saved = await views_of(page.work, entity.name)
    number = page.number("number") if "number" in page.request.path_params else 0
    own = next((s for s in saved if s.id == number), None)
    if number and own is None:
        raise Refused(Diagnostic("WRITE_033"))
    here = own or saved_of(saved, page.query.multi_items())
    params = here.params if here else ()
    return asked_of(page.version.model, entity, page.query.multi_items(), params, here.id if here else 0), own


def _kept(asked: Asked) -> list[tuple[str, str]]:
    """What the view says from now on: everything that is asked for, over the declared view it began with."""
    view = asked.view.name if asked.view else ""
    return [(k, v) for k, v in asked.params if v and k != "view"] + ([("view", view)] if view else [])


def _without(asked: Asked) -> str:
    view = asked.view.name if asked.view else ""
    return address(asked.base, [("view", view)] if view else [])


def _shown(
    page: Page, asked: Asked, own: SavedView | None, title: str, shared: bool, refused: Refused | None = None
) -> Response:
    t = page.t
    save = Button(t("save"), name="go", value="save", kind="primary")
    drop = Button(t("drop_view"), name="go", value="drop", icon="delete", confirm=t("drop_view_ask", title=title))
    where = f"{asked.base}/views/{own.id}" if own else f"{asked.base}/views"
    return page.show(
        "ask.html",
        status_of(refused) if refused else 200,
        title=t("manage_view") if own else t("save_view"),
        text=t("view_says"),
        post=address(where, [("view", saved_name(own.id)), *_own(asked)] if own else asked.own),
        problems=page.problems(refused) if refused else (),
        fields=_fields(page, asked, title, shared, refused),
        kept=(),
        buttons=(save, drop) if own else (save,),
        back=asked.url(),
        once="",
    )


def _own(asked: Asked) -> list[tuple[str, str]]:
    return [(k, v) for k, v in asked.own if k != "view"]


def _fields(page: Page, asked: Asked, title: str, shared: bool, refused: Refused | None) -> Markup:
    macros, t = widgets(page.lang), page.t
    said = next((p.text for p in page.problems(refused) if p.field == "f-title"), "") if refused else ""
    found = str(macros.input("title", t("view_title"), title, error=said, max=60))
    if may_share_views(page.work, asked.entity.name):
        found += str(macros.check("shared", t("view_shared"), shared, t("view_shared_help")))
    return ready(found)


ROUTES = (
    get("/r/{entity}/views", ask),
    post("/r/{entity}/views", keep),
    get("/r/{entity}/views/{number:int}", manage),
    post("/r/{entity}/views/{number:int}", change),
)
