"""The inbox: what waits for me by when it is due, what I did, what I was sent; several at once, one beside the list."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from typing import Any

from shuyuan.engine import Inbox, InboxLine, Outcome, inbox_of, mark_seen, press_all, read_case
from starlette.responses import Response

from ..render.case_path import due_pill, status_pill
from ..render.page_values import Case
from ..render.values import Button, Empty, Entry, Link, Listing, Pager, Pill, Toast
from .case import stock_of, writer_of
from .case_form import typed_at
from .page import Page, get, post

#: Tasks on one page.
PAGE = 60
_TRAYS = ("done", "copy", "proxy")
#: Bulk acts said one by one when they failed.
_SAID = 3


async def inbox(page: Page) -> Response:
    """One of the trays, and the chosen task beside it."""
    tray = page.query.get("tab", "")
    tray = tray if tray in _TRAYS else ""
    chosen = page.query.get("task", "")
    if page.target == "panel" and tray == "" and chosen.isdecimal():
        lines = (await inbox_of(page.work, limit=PAGE)).lines
        return page.show("inbox.html", block="panel", **await _values(page, "", Inbox(lines), (), chosen))
    found = await _lines(page, tray)
    waiting = () if tray or page.query.get("after") else (await inbox_of(page.work, "waiting", limit=20)).lines
    return page.show("inbox.html", **await _values(page, tray, found, waiting, chosen))


async def _lines(page: Page, tray: str) -> Inbox:
    after = page.query.get("after", "")
    if tray in ("done", "copy"):
        return await inbox_of(page.work, tray, after=after, limit=PAGE)  # type: ignore[arg-type]
    found = await inbox_of(page.work, after=after, limit=200 if tray else PAGE)
    return Inbox(tuple(x for x in found.lines if x.instead_of), found.after) if tray else found


async def _values(page: Page, tray: str, found: Inbox, waiting: Sequence[InboxLine], chosen: str) -> dict[str, Any]:
    t = page.t
    lines = found.lines
    groups = tuple(_groups(page, lines, waiting, chosen)) if tray in ("", "proxy") else tuple(_past(page, lines))
    any_bulk = tray in ("", "proxy") and any(x.approve for x in lines)
    case = await _case(page, lines, int(chosen)) if chosen.isdecimal() and len(chosen) < 19 else None
    return {
        "soft": _soft(page, lines) if tray == "" else "",
        "tabs": _tabs(page, tray),
        "groups": groups,
        "post": "/inbox",
        "bulk": (Button(t("yes_all"), name="~act", value="yes", icon="approve"),) if any_bulk else (),
        "once": secrets.token_urlsafe(16),
        "case": case,
        "beside": tray == "",
        "pager": Pager("", "", _address(tray, found.after)) if found.after else None,
        "empty": None if groups else _empty(page, tray),
    }


def _address(tray: str, after: str) -> str:
    return f"/inbox?tab={tray}&after={after}" if tray else f"/inbox?after={after}"


def _soft(page: Page, lines: Sequence[InboxLine]) -> str:
    due = [x for x in lines if x.days is not None and x.days <= 0]
    if not lines:
        return ""
    n = f"{len(lines)}+" if len(lines) == PAGE else len(lines)
    return page.t("inbox_soft_due", n=n, due=len(due)) if due else page.t("inbox_soft", n=n)


def _tabs(page: Page, tray: str) -> tuple[Link, ...]:
    t = page.t
    return (
        Link(t("tab_open"), "/inbox", current=tray == ""),
        Link(t("tab_done"), "/inbox?tab=done", current=tray == "done"),
        Link(t("tab_copy"), "/inbox?tab=copy", current=tray == "copy"),
        Link(t("tab_proxy"), "/inbox?tab=proxy", current=tray == "proxy"),
    )


def _empty(page: Page, tray: str) -> Empty:
    t = page.t
    done = Button(t("see_done"), "/inbox?tab=done")
    said = {
        "": Empty(t("inbox_none"), "check", done),
        "done": Empty(t("inbox_none_done"), "inbox", Button(t("tab_open"), "/inbox")),
        "copy": Empty(t("inbox_none_copy"), "copy", Button(t("tab_open"), "/inbox")),
        "proxy": Empty(t("inbox_none_proxy"), "people", Button(t("tab_open"), "/inbox")),
    }
    return said[tray]


def _groups(page: Page, lines: Sequence[InboxLine], waiting: Sequence[InboxLine], chosen: str) -> Iterator[Listing]:
    """What waits, by when it is due."""
    t, now = page.t, page.work.now.ms
    late = [x for x in lines if x.due_at is not None and x.due_at < now]
    today = [x for x in lines if x not in late and x.days is not None and x.days <= 0]
    soon = [x for x in lines if x not in late and x not in today and x.days is not None and x.days <= 3]
    later = [x for x in lines if x not in late and x not in today and x not in soon]
    named = ((t("group_late"), late), (t("group_today"), today), (t("group_soon"), soon), (t("group_later"), later))
    for label, group in (*named, (t("group_waiting"), waiting)):
        if group:
            tick = group is not waiting
            yield Listing(label, tuple(_entry(page, x, chosen == str(x.task), tick) for x in group))


def _entry(page: Page, line: InboxLine, current: bool, tick: bool) -> Entry:
    pill = due_pill(line.due_at, line.days, page.work.now.ms, page.lang)
    if line.due_at is None and line.new and tick:
        pill = Pill(page.t("new_one"), "info")
    return Entry(
        _title(page, line),
        f"/cases/{line.case}?from=inbox",
        " · ".join(filter(None, _about(page, line))),
        pill,
        current,
        f"{line.case}.{line.version}" if tick and line.approve else "",
        f"/inbox?task={line.task}" if tick else "",
    )


def _title(page: Page, line: InboxLine) -> str:
    title = page.text(line.title)
    return page.t("case_of", title=title, label=line.label) if line.label else title


def _about(page: Page, line: InboxLine) -> Iterator[str]:
    yield page.text(line.step)
    yield line.requester
    yield page.when(line.at).text
    if line.instead_of:
        yield page.t("for_person", name=line.instead_of)


def _past(page: Page, lines: Sequence[InboxLine]) -> Iterator[Listing]:
    """What was done or came as a copy, newest first, by how the case stands."""
    if lines:
        yield Listing("", tuple(_old(page, x) for x in lines))


def _old(page: Page, line: InboxLine) -> Entry:
    step, did = page.text(line.step), page.text(line.act)
    about = (page.t("step_did", step=step, act=did) if did else step, line.requester, page.when(line.at).text)
    pill = status_pill(line.status, page.lang, page.text(line.end))
    return Entry(_title(page, line), f"/cases/{line.case}", " · ".join(filter(None, about)), pill)


async def _case(page: Page, lines: Sequence[InboxLine], task: int) -> Case | None:
    """The chosen case as it stands beside the list; what follows it comes next."""
    at = next((i for i, x in enumerate(lines) if x.task == task), -1)
    if at < 0:
        return None
    found = await read_case(page.work, lines[at].case)
    if found.fresh:
        await mark_seen(page.work, lines[at].case)
    after = (*lines[at + 1 :], *lines[:at])
    next_ = f"/inbox?task={after[0].task}" if after else "/inbox"
    writer, stock = writer_of(page, found), await stock_of(page, found)
    typed = await typed_at(page, found)
    return writer.case(typed, once=secrets.token_urlsafe(16), stock=stock, beside=True, next_=next_)


# -- several at once -------------------------------------------------------------------------------------------------


async def bulk(page: Page) -> Response:
    """Say yes to everything that is ticked, each case for itself; what did not go is said one by one."""
    form = await page.form()
    ticked = [p for value in form.many("id") if (p := _pair(value))]
    if not ticked:
        return page.done("/inbox", Toast(page.t("yes_none"), bad=True))
    outcomes = await press_all(page.work, ticked, token=form.text("once")[:40])
    page.engine.runner.wake.set()
    good = [o for o in outcomes if o.answer]
    said = [Toast(page.t("yes_done", n=len(good)))] if good else []
    said += [Toast(text, bad=True) for text in _failed(page, [o for o in outcomes if not o.answer])]
    return page.done("/inbox", *said)


def _pair(value: str) -> tuple[int, int] | None:
    case, _, version = value.partition(".")
    fits = all(n.isascii() and n.isdecimal() and len(n) < 19 for n in (case, version))
    return (int(case), int(version)) if fits else None


def _failed(page: Page, outcomes: Sequence[Outcome]) -> Iterator[str]:
    for one in outcomes[:_SAID]:
        why = " ".join(p.text for p in page.problems(one.reasons))
        yield page.t("yes_left", label=one.label or f"#{one.case}", why=why)
    if len(outcomes) > _SAID:
        yield page.t("yes_more", n=len(outcomes) - _SAID)


ROUTES = (get("/inbox", inbox), post("/inbox", bulk))
