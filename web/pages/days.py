"""Days as pages take and show them, and the moments they begin and end at where the school is."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from shuyuan.engine import Diagnostic, Place, Refused, millis, moment

from ..render.formats import day
from ..session import Form
from .page import Page


def day_in(form: Form, name: str) -> date:
    """The day in a date control. Raises Refused(WEB_007)."""
    found = day_if_any(form, name)
    if found is None:
        raise Refused(Diagnostic("WEB_007", Place(path=name)))
    return found


def day_if_any(form: Form, name: str) -> date | None:
    """The day in a date control that may be empty. Raises Refused(WEB_007)."""
    text = form.text(name)
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise Refused(Diagnostic("WEB_007", Place(path=name))) from None
    if not 1970 <= found.year <= 2200:
        raise Refused(Diagnostic("WEB_007", Place(path=name)))
    return found


def day_start(page: Page, of: date) -> int:
    """Milliseconds at which a day begins."""
    return millis(datetime.combine(of, time(), page.work.zone))


def day_end(page: Page, of: date) -> int:
    """Milliseconds at which the day after begins."""
    return day_start(page, of + timedelta(days=1))


def day_of(page: Page, at: int) -> str:
    """The day of a moment as people here write it."""
    here = page.work.zone
    return day(moment(at).astimezone(here).date(), page.work.now.at.astimezone(here).date(), page.lang)
