"""Everything somebody is asked, handed over to somebody else: for leavers and long absences."""

from __future__ import annotations

import secrets

from shuyuan.engine import Diagnostic, Place, Refused, colleagues, hand_over_all, person, waiting_for
from starlette.responses import Response

from ..render.pieces import widgets
from ..render.safe import ready
from ..render.values import Button, Toast
from ..session import Form, status_of
from .page import Page, get, post

#: Cases named one by one that could not be handed over.
_SAID = 3


async def ask(page: Page) -> Response:
    """How much it is, and who takes it."""
    return await _asked(page)


async def _asked(page: Page, form: Form | None = None, refused: Refused | None = None) -> Response:
    page.demand("users")
    found = await person(page.engine.entrance, page.actor, page.number("id"))
    if found is None:
        raise Refused(Diagnostic("ACCESS_042"))
    t, w, back = page.t, widgets(page.lang), f"/people/{found.id}"
    count = await waiting_for(page.work, found.id)
    error = page.problems(refused)[0].text if refused else ""
    value, shown = (form.text("~people"), form.text("~people~text")) if form else ("", "")
    box = w.combobox("~people", t("people_named"), "/settings/colleagues", value, shown, error=error)
    note = w.textarea("~comment", t("comment"), form.raw("~comment") if form else "", optional=True, rows=2, max=4000)
    name = found.name or found.login
    return page.show(
        "ask.html",
        status_of(refused) if refused else 200,
        title=t("hand_tasks_of", name=name),
        text=t("tasks_waiting", n=count) if count else t("tasks_none", name=name),
        post=f"{back}/tasks",
        problems=page.problems(refused) if refused else (),
        fields=ready(f"{box}{note}") if count else ready(""),
        kept=(),
        buttons=(Button(t("hand_all"), kind="primary", icon="hand-over"),) if count else (),
        back=back,
        once=secrets.token_urlsafe(16),
    )


async def handed(page: Page) -> Response:
    """Hand all of it over; what could not be is said."""
    page.demand("users")
    form, account = await page.form(), page.number("id")
    to = form.number("~people") or await _by_name(page, form.text("~people~text"))
    if not to:
        return await _asked(page, form, Refused(Diagnostic("FLOW_023", Place(path="~people"))))
    outcomes = await hand_over_all(page.work, account, to, form.raw("~comment"))
    page.engine.runner.wake.set()
    done, left = [o for o in outcomes if o.answer], [o for o in outcomes if not o.answer]
    said = [Toast(page.t("tasks_handed", n=len(done)))] if done or not left else []
    for one in left[:_SAID]:
        why = " ".join(p.text for p in page.problems(one.reasons))
        said.append(Toast(page.t("yes_left", label=one.label or f"#{one.case}", why=why), bad=True))
    return page.done(f"/people/{account}", *said)


async def _by_name(page: Page, text: str) -> int:
    found = [c for c in await colleagues(page.work, text[:100]) if text and c.name == text]
    return found[0].account if len(found) == 1 else 0


ROUTES = (get("/people/{id:int}/tasks", ask), post("/people/{id:int}/tasks", handed))
