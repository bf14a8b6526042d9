"""My requests: where each of them is and who has it, and what can be asked for."""

from __future__ import annotations

from shuyuan.engine import CaseSummary, Entity, Workflow, begin_over, requests_by, starting
from starlette.responses import Response

from ..render.case_path import status_pill
from ..render.page_values import Request
from ..render.values import Button, Empty, Group, Link, Pager, Pill
from ..session import local
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
    ended = status_pill(line.status, page.lang)
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
        form = flow.form or next((f.name for f in page.version.forms_of(flow.of)), "")
        may = "create" in page.work.access.operations(page.actor, entity.name)
        if may and starting(page.version, form):
            found.append(_form(page, flow, entity, form))
    return tuple(found)


def _form(page: Page, flow: Workflow, entity: Entity, form: str) -> Link:
    help_ = page.text(flow.help)
    sentence = help_.split("。")[0] + "。" if "。" in help_ else help_.split(". ")[0].rstrip(".") + "." if help_ else ""
    return Link(page.text(flow.title), f"/r/{entity.name}/new?form={form}", entity.icon or "request", soft=sentence)


async def begin(page: Page) -> Response:
    """Begin an approval over a record that is there."""
    form = await page.form()
    record = form.number("record")
    answer = await begin_over(
        page.work, form.text("workflow")[:60], record, name=form.text("act")[:60], token=form.text("once")[:64]
    )
    flow = page.version.model.workflows[form.text("workflow")]
    return page.done(local(f"/cases/{answer.case}"), page.t("begun", label=page.text(flow.title)))


ROUTES = (get("/requests", requests), post("/cases", begin))
