"""My requests: where each of them is and who has it, and what can be asked for."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from markupsafe import Markup
from shuyuan.engine import (
    CaseSummary,
    Diagnostic,
    Entity,
    Kind,
    Refused,
    Workflow,
    begin_over,
    beginning,
    called,
    kind_of,
    requests_by,
    starting,
)
from starlette.responses import Response

from ..render.case_path import status_pill
from ..render.page_values import Request
from ..render.values import Button, Empty, Group, Link, Pager, Pill
from ..session import status_of
from .page import Page, get, post


async def requests(page: Page) -> Response:
    """What I asked for: going on, or finished."""
    t, over = page.t, page.query.get("tab") == "over"
    found = await requests_by(page.work, over, after=page.query.get("after", ""))
    forms = _forms(page)
    lines = tuple(_request(page, line) for line in found.lines)
    after = f"/requests?{'tab=over&' if over else ''}after={found.after}" if found.after else ""
    none = t("requests_none_over") if over else t("requests_none")
    button = None if over or not forms else Button(t("may_ask"), "#new", icon="request")
    return page.show(
        "requests.html",
        tabs=(
            Link(t("tab_going"), "/requests", current=not over),
            Link(t("tab_over"), "/requests?tab=over", current=over),
        ),
        requests=lines,
        empty=None if lines else Empty(none, "request", button),
        forms=(Group(t("may_ask"), forms),) if forms else (),
        pager=Pager("", "", after) if after else None,
    )


def _request(page: Page, line: CaseSummary) -> Request:
    t = page.t
    title = page.text(line.title)
    label = t("case_of", title=title, label=line.label) if line.label else title
    href = f"/cases/{line.case}?from=requests"
    ended = status_pill(line.status, page.lang, page.text(line.step))
    if ended is not None:
        return Request(label, href, ended, t("over_at", when=page.when(line.changed_at).text))
    pill = Pill(page.text(line.step), "warn") if line.begun else Pill(t("case_draft"), "info")
    if line.returned:
        pill = Pill(t("case_returned"), "bad")
    far, opened = t("step_of", n=line.done, all=line.all), t("opened_at", when=page.when(line.opened_at).text)
    return Request(label, href, pill, f"{far} · {opened}", _holders(page, line), max(line.done - 1, 0), line.all)


def _holders(page: Page, line: CaseSummary) -> str:
    """Who has it, step by step."""
    t = page.t
    steps: dict[str, list[str]] = {}
    for one in line.holders:
        steps.setdefault(page.text(one.step), []).append(t("me") if one.mine else one.name)
    between = "、" if page.lang == "zh" else ", "
    return between.join(t("held_by", step=step, people=between.join(names[:4])) for step, names in steps.items())


def _forms(page: Page) -> tuple[Link, ...]:
    """The forms that begin an approval and that the person may hand in."""
    model = page.version.model
    found = []
    for flow in model.workflows.values():
        entity = model.entities[flow.of]
        form = flow.form or next((f.name for f in page.version.forms_for(flow.of, "new")), "")
        may = "create" in page.work.access.operations(page.actor, entity.name)
        if may and starting(page.version, form):
            found.append(_form(page, flow, entity, form))
    return tuple(found)


def _form(page: Page, flow: Workflow, entity: Entity, form: str) -> Link:
    help_ = page.text(flow.help)
    sentence = help_.split("。")[0] + "。" if "。" in help_ else help_.split(". ")[0].rstrip(".") + "." if help_ else ""
    return Link(page.text(flow.title), f"/r/{entity.name}/new?form={form}", entity.icon or "request", soft=sentence)


async def ask(page: Page) -> Response:
    """Before an approval begins over a record that is there: what it is, and the buttons of its first step."""
    workflow, record = page.query.get("workflow", ""), _number(page.query.get("record", ""))
    try:
        await beginning(page.work, workflow, record)
    except Refused as refused:
        if kind_of(refused.diagnostics) is Kind.CONFLICT:
            return await _asked(page, workflow, record, refused)
        raise
    return await _asked(page, workflow, record)


async def _asked(page: Page, workflow: str, record: int, refused: Refused | None = None) -> Response:
    flow = page.version.model.workflows.get(workflow)
    labels = await called(page.work, {flow.of: (record,)}) if flow else {}
    if flow is None or record not in labels:
        raise Refused(Diagnostic("FLOW_030"))
    step = flow.step(flow.start)
    gos = [g for g in step.go if g.kind == "submit"] if step else []
    acts = [Button(page.text(g.title), name="act", value=g.name, kind="primary") for g in gos]
    open_case = refused.detail.get("case") if refused and isinstance(refused.detail, Mapping) else None
    if open_case:
        acts = [Button(page.t("open_that_case"), f"/cases/{int(open_case)}", kind="primary")]
    decided = refused is not None and any(d.code == "FLOW_044" for d in refused.diagnostics)
    if decided:
        acts = (
            [Button(page.text(flow.title), f"/r/{flow.of}/new?form={flow.form}", kind="primary")] if flow.form else []
        )
    return page.show(
        "ask.html",
        status_of(refused) if refused else 200,
        title=page.text(flow.title),
        text=f"{labels[record]} · {page.text(flow.help)}",
        post="/cases",
        problems=page.problems(refused) if refused else (),
        fields=Markup(""),
        kept=(("workflow", workflow), ("record", str(record))),
        buttons=(*acts, *(() if open_case or decided else (Button(page.t("fill_in_first")),))),
        back=f"/r/{flow.of}/{record}",
        once=secrets.token_urlsafe(16),
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0


async def begin(page: Page) -> Response:
    """Begin an approval over a record that is there."""
    form = await page.form()
    workflow, record = form.text("workflow")[:60], form.number("record")
    act, once = form.text("act")[:60], form.text("once")[:64]
    try:
        answer = await begin_over(page.work, workflow, record, name=act, token=once)
    except Refused as refused:
        if kind_of(refused.diagnostics) in (Kind.INVALID, Kind.CONFLICT):
            return await _asked(page, workflow, record, refused)
        raise
    page.engine.runner.wake.set()
    flow = page.version.model.workflows[workflow]
    return page.done(f"/cases/{answer.case}", page.t("begun", label=page.text(flow.title)))


ROUTES = (get("/requests", requests), get("/cases/new", ask), post("/cases", begin))
