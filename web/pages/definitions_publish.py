"""What publishing one's edits, or going back to a version, would do: the plan in words, and doing it."""

from __future__ import annotations

from collections.abc import Mapping

from shuyuan.engine import (
    Diagnostic,
    Proposed,
    Refused,
    bench,
    differing,
    is_error,
    propose,
    propose_rollback,
    publish,
    rollback,
)
from starlette.responses import Response

from ..render.page_values import Step
from ..render.plan_values import MOST_STEPS, stats_of, steps_of, text_diffs
from ..render.values import Button, Empty, Note, Problem
from ..session import Form, status_of
from .definitions import HOME, problems_at, source_url
from .page import Page, get, post


async def plan(page: Page) -> Response:
    """What publishing the edits of whoever looks would do."""
    mine = await bench(page.work)
    if mine.clashes:
        return page.done(source_url(mine.clashes[0].path))
    return _shown(page, await propose(page.work, mine.documents))


async def carry_out(page: Page) -> Response:
    """Publish the edits by the plan that was looked at."""
    form = await page.form()
    mine = await bench(page.work)
    if mine.clashes:
        return page.done(source_url(mine.clashes[0].path))
    try:
        made = await publish(
            page.work, mine.documents, form.text("seen"), _typed(form).values(), form.text("says"), edits=True
        )
    except Refused as refused:
        return _refused(page, refused, form)
    await page.engine.refresh()
    return page.done(f"{HOME}/versions", page.t("published_n", n=made.number))


async def plan_back(page: Page) -> Response:
    """What going back to a version would do."""
    return _shown(page, await propose_rollback(page.work, page.number("number")))


async def go_back(page: Page) -> Response:
    """Go back to a version by the plan that was looked at."""
    form, number = await page.form(), page.number("number")
    try:
        made = await rollback(page.work, number, form.text("seen"), _typed(form).values(), form.text("says"))
    except Refused as refused:
        return _refused(page, refused, form)
    await page.engine.refresh()
    return page.done(f"{HOME}/versions", page.t("published_n", n=made.number))


def _typed(form: Form) -> dict[str, str]:
    """What was typed to confirm, by number of step."""
    return {name.removeprefix("typed/"): value for name, value in form.pairs if name.startswith("typed/")}


def _refused(page: Page, refused: Refused, form: Form) -> Response:
    """The plan again, with what keeps it from being carried out; a fresh one when it was out of date."""
    if not isinstance(refused.detail, Proposed):
        raise refused
    stale = any(d.code == "PLAN_001" for d in refused.diagnostics)
    said = tuple(d for d in refused.diagnostics if d.code not in ("PLAN_001", "PLAN_003"))
    return _shown(
        page, refused.detail, status_of(refused), stale, said, {} if stale else _typed(form), form.text("says")
    )


def _shown(
    page: Page,
    found: Proposed,
    status: int = 200,
    stale: bool = False,
    said: tuple[Diagnostic, ...] = (),
    typed: Mapping[str, str] | None = None,
    says: str = "",
) -> Response:
    t = page.t
    back = found.restores
    live = page.version.number
    every = tuple(dict.fromkeys((*said, *found.blocked, *found.diagnostics)))
    stopped = found.plan is None or any(map(is_error, (*found.blocked, *found.plan.problems)))
    steps = steps_of(found, t, page.lang, typed, asks=not stopped)
    nothing = found.plan is not None and found.plan.empty
    note = Note(t("plan_stale"), "warn") if stale else None
    if found.plan is None and note is None:
        note = Note(t("plan_mend_first"), "bad")
    button = Button(t("publish_n", n=found.number), kind="primary", icon="check")
    if back:
        button = Button(t("roll_back_here"), kind="primary", icon="undo")
    left = len(found.plan.steps) - MOST_STEPS if found.plan else 0
    files = text_diffs(
        tuple(differing(page.version.documents, found.documents)),
        t,
        lambda file: "" if back or file.fate == "removed" else source_url(file.path),
    )
    empty = Empty(t("plan_nothing"), "check", Button(t("plan_to_definitions"), HOME)) if nothing else None
    return page.show(
        "definitions/plan.html",
        status,
        title=t("plan_back", n=back) if back else t("plan"),
        soft=t("plan_back_soft", n=back, b=found.number) if back else t("plan_from_to", a=live, b=found.number),
        stale=note,
        problems=(*_missing(steps), *problems_at(page, every)),
        stats=stats_of(found, t),
        steps=steps,
        more=t("more_steps", n=left) if left > 0 else "",
        cases=(),
        files=files,
        says=says,
        post=f"{HOME}/rollback/{back}" if back else f"{HOME}/plan",
        seen=found.plan.hash if found.plan else "",
        publish=None if stopped or nothing else button,
        empty=empty,
        buttons=(),
    )


def _missing(steps: tuple[Step, ...]) -> tuple[Problem, ...]:
    """What has to be typed first, each leading to where."""
    return tuple(Problem(s.error, href=f"#f-typed-{s.id}") for s in steps if s.error)


ROUTES = (
    get(f"{HOME}/plan", plan),
    post(f"{HOME}/plan", carry_out),
    get(f"{HOME}/rollback/{{number:int}}", plan_back),
    post(f"{HOME}/rollback/{{number:int}}", go_back),
)
