"""What publications took out of use and is still kept, and its end once it was kept long enough."""

from __future__ import annotations

from shuyuan.engine import Aside, Refused, aside, purge_aside
from starlette.responses import Response

from ..render.page_values import Step
from ..render.values import Link, Pill, Problem
from ..session import status_of
from .definitions import HOME, crumbs
from .page import Page, get, post

KEPT = f"{HOME}/kept"


async def kept(page: Page) -> Response:
    """The list."""
    return await _shown(page, ())


async def end(page: Page) -> Response:
    """Delete what was typed."""
    form = await page.form()
    typed = {value.strip() for name, value in form.pairs if name.startswith("typed/") and value.strip()}
    chosen = [one.id for one in await aside(page.work) if one.name in typed]
    try:
        await purge_aside(page.work, chosen, typed)
    except Refused as refused:
        return await _shown(page, page.problems(refused), status_of(refused))
    await page.engine.refresh()
    return page.done(f"{HOME}/versions", page.t("kept_deleted", n=len(chosen)))


async def _shown(page: Page, problems: tuple[Problem, ...], status: int = 200) -> Response:
    found = await aside(page.work)
    return page.show(
        "definitions/kept.html",
        status,
        crumbs=(*crumbs(page), Link(page.t("versions"), f"{HOME}/versions")),
        problems=problems,
        steps=tuple(_step(page, n, one) for n, one in enumerate(found, 1)),
        due=any(one.until <= page.work.now.ms for one in found),
        post=KEPT,
    )


def _step(page: Page, number: int, one: Aside) -> Step:
    t, due = page.t, one.until <= page.work.now.ms
    touches = [t("n_filled", n=f"{one.filled:,}")]
    if one.version:
        touches.append(t("kept_since", n=one.version, when=page.when(one.at).text))
    touches.append(t("kept_due") if due else t("kept_until", when=page.when(one.until).text))
    label = t("kept_former", name=one.name) if one.former else one.name
    pill = Pill(t("kept_over"), "warn") if due else Pill(t("kept_still"), "ok")
    return Step(str(number), label, pill, tuple(touches), typed=one.name if due else "")


ROUTES = (get(KEPT, kept), post(KEPT, end))
