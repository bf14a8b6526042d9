"""What a case asks for at the step it is in: the controls of fields that may be changed, and what was typed in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup
from shuyuan.engine import CaseRead, Changeset, Diagnostic, Refused, consider_at, words

from ..render.case_view import Typed
from ..render.filled import Filled
from ..render.form import faces_of, sheet_of, slots_for
from ..render.problems import problems_of
from ..render.safe import ready
from ..render.values import Note, Problem
from ..session import Form
from .form_answers import answers
from .page import Page

#: Paths of messages that speak of a control of the page and not of a field, and that control.
_OWN = {"comment": "f-~comment", "to": "f-~to", "people": "f-~people-0", "when": "f-~when"}


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent with an act. values: fields, by live names; refused: what came of it."""

    values: Mapping[str, Any] = field(default_factory=dict)
    comment: str = ""
    to: str = ""
    refused: Refused | None = None


async def sent_at(page: Page, found: CaseRead, form: Form, keep: bool = True) -> Sent:
    """What a form sent. keep: store the files that came along; one that cannot be stored is refused at its field."""
    comment, to = form.raw("~comment"), form.text("~to")
    if not found.edit or found.detail is None:
        return Sent(form.values, comment, to)
    entity = found.detail.record.entity
    got = await answers(page, entity, form, faces_of(page.version, entity), keep)
    return Sent(got.values, comment, to, Refused(tuple(got.wrong)) if got.wrong else None)


async def typed_at(page: Page, found: CaseRead, sent: Sent | None = None) -> Typed:
    """What stands in the controls: what was sent, else what is stored; with what is wrong beside each."""
    sent = sent or Sent()
    said = sent.refused.diagnostics if sent.refused else ()
    controls, uploads, live = await _controls(page, found, sent)
    problems = tuple(_own(p, found) for p in problems_of(said, page.lang))
    return Typed(sent.comment, sent.to, problems, (), controls, uploads, live)


def _own(problem: Problem, found: CaseRead) -> Problem:
    """The problem at the control that is on the page."""
    name = problem.field.removeprefix("f-")
    if name in _OWN and name not in found.edit:
        return Problem(problem.text, problem.remedy, _OWN[name], problem.code)
    if name.partition("-")[0] not in found.edit:
        return Problem(problem.text, problem.remedy, "", problem.code)
    return problem


async def _controls(page: Page, found: CaseRead, sent: Sent) -> tuple[Markup, bool, str]:
    """The controls, whether they take files, and the address that makes them anew when others depend on an answer."""
    changeset = await consider_at(page.work, found, sent.values)
    detail = found.detail
    if changeset is None or detail is None:
        return Markup(""), False, ""
    flow, model = found.view.flow.workflow, page.version.model
    form = flow.form if flow.form in model.forms else page.version.forms_for(detail.record.entity, "edit")[0].name
    sheet = sheet_of(page.version, form, page.lang)
    names = [n for n in sheet.slots if n in found.edit] + [n for n in found.edit if n not in sheet.slots]
    now_called = {then: now for now, then in found.edit.items()}
    needed = {
        now_called.get(n, "") for o in found.offers if o.enabled and o.task and o.kind != "reject" for n in o.needs
    }
    slots = slots_for(page.version, form, names, page.lang, needed)
    reveal = f"/r/{detail.record.entity}/{detail.record.id}/reveal?field=" if "reveal" in detail.may else ""
    filled = Filled(
        today=page.work.now.at.astimezone(page.work.zone).date(),
        values={**changeset.values, **detail.masked},
        raw=sent.values,
        errors=_errors(page, found, sent.refused, changeset),
        absent=changeset.hidden,
        computed=changeset.computed,
        reveal=reveal,
        about=f"&record={detail.record.id}",
    )
    files = any(slot.face.shape == "file" for slot in slots)
    live = f"/cases/{found.view.stored.state.id}/fields" if sheet.depends and len(names) > 1 else ""
    return ready("".join(slot.html(filled) for slot in slots)), files, live


def _errors(page: Page, found: CaseRead, refused: Refused | None, changeset: Changeset) -> Mapping[str, str]:
    """What is wrong at each field, by live names."""
    if refused is None:
        return {}
    live = {then: now for now, then in found.edit.items()}
    said: dict[str, str] = {}
    for one in (*_placed(refused.diagnostics, live), *changeset.errors):
        if one.place.path:
            said.setdefault(one.place.path, words(one, page.lang).what)
    return said


def _placed(diagnostics: tuple[Diagnostic, ...], live: Mapping[str, str]) -> list[Diagnostic]:
    found = []
    for one in diagnostics:
        name, slash, rest = one.place.path.partition("/")
        place = type(one.place)(path=live.get(name, name) + slash + rest)
        found.append(Diagnostic(one.code, place, one.args))
    return found


def note_of(page: Page, refused: Refused, title: str = "") -> Note:
    """Why something was not done, as a message above the case as it is now."""
    said = [words(d, page.lang) for d in refused.diagnostics]
    return Note(" ".join(f"{s.what} {s.remedy}".strip() for s in said), "warn", title)
