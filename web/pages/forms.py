"""The pages to enter a record: shown, drawn anew while it is filled in, kept as a draft, sent."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from shuyuan.engine import (
    Ask,
    AskFilter,
    Changeset,
    Conflict,
    Diagnostic,
    Kind,
    Refused,
    Saved,
    draft_of,
    drop_draft,
    keep_draft,
    kind_of,
    listing,
    lookup,
    submit,
    words,
)
from starlette.responses import HTMLResponse, Response

from ..render.form import faces_of
from ..render.form_rows import is_blank
from ..render.safe import safe
from ..render.values import Button, Link, Note, Toast
from ..session import Form as Sent
from ..session import status_of
from .conflict import conflicted, kept_choice
from .filling import Filling, begun
from .form_answers import Answers, answers
from .page import Page, get, post

#: What a button of the form asks for, beside the acts of an approval.
SAVE, SAVE_NEW, KEEP, ACT = "save", "new", "keep", "act:"

#: Refusals that leave the form as it is, with the reasons above it.
_SHOWN_AGAIN = frozenset({Kind.INVALID, Kind.CONFLICT, Kind.STALE})


# ---------------------------------------------------------------- shown


async def show(page: Page) -> Response:
    """The form, with what was typed into it before, or with what the address brings along."""
    filling = await begun(page)
    given = {n: v for n, v in page.query.multi_items() if n in filling.sheet.slots and v}
    got, version, note = await _draft(filling, given)
    changeset = await filling.considered(got)
    if filling.record is None and page.actor.records and (only := await _only_choices(filling, changeset)):
        got.values |= only
        changeset = await filling.considered(got)
    return _drawn(filling, changeset, got, Drawn(version=version, notes=(note,) if note else ()))


async def _only_choices(filling: Filling, changeset: Changeset) -> dict[str, str]:
    """What there is but one choice for, of the links that a new record needs: a pupil need not look for themselves."""
    page, entity, found = filling.page, filling.entity, {}
    editable = filling.editable()
    for name, slot in filling.sheet.slots.items():
        empty = changeset.values.get(name) is None and name not in changeset.hidden
        if slot.face.shape == "link" and slot.face.spec.required and name in editable and empty:
            choices = await lookup(page.work, entity.name, name, "", changeset.values, 2)
            if len(choices) == 1:
                found[name] = str(choices[0].id)
    return found


async def _draft(filling: Filling, given: Mapping[str, str]) -> tuple[Answers, int, Note | None]:
    """What was typed before and not sent, unless the address asks for something else."""
    page = filling.page
    version = filling.detail.record.version if filling.detail else 0
    draft = await draft_of(page.work, filling.form.name, filling.record or 0)
    if draft is None or "fresh" in page.query or any(draft.values.get(n) != v for n, v in given.items()):
        return Answers(dict(given)), version, None
    fresh = Link(page.t("begin_afresh"), f"{filling.address}&fresh=1")
    note = Note(page.t("draft_restored", when=page.when(draft.at).text), "info", link=fresh)
    return Answers(dict(draft.values)), draft.version or version, note


@dataclass(frozen=True, slots=True)
class Drawn:
    """How a form is drawn. said: what stands against it; tried: it was sent before, so what is missing is said; calm:
    somebody is typing in it.
    """

    status: int = 200
    said: tuple[Diagnostic, ...] = ()
    tried: bool = False
    version: int = 0
    once: str = ""
    notes: tuple[Note, ...] = ()
    saved: str = ""
    calm: bool = False


def _drawn(filling: Filling, changeset: Changeset, got: Answers, how: Drawn) -> Response:
    page, form = filling.page, filling.form
    said = how.said or (changeset.diagnostics if how.tried else ())
    about = changeset.diagnostics if not how.said else (*how.said, *changeset.warnings)
    label = filling.detail.record.label if filling.detail else ""
    title = page.text(form.title)
    return page.show(
        "form.html",
        how.status,
        title=f"{title} · {label}" if label else title,
        soft=page.text(form.help),
        crumbs=_crumbs(filling, label),
        problems=filling.problems(_in_order(filling, said)) if how.tried else (),
        calm=how.calm,
        notes=how.notes,
        post=filling.address,
        body=filling.sheet.html(filling.filled(changeset, got, about)),
        buttons=_buttons(filling),
        hint=page.text(filling.start.help) if filling.start else "",
        once=how.once or secrets.token_urlsafe(18),
        version=str(how.version) if how.version else "",
        autosave=filling.beside("draft"),
        saved=how.saved,
        live=filling.beside("live") if filling.sheet.depends else "",
        files=filling.sheet.files,
    )


def _in_order(filling: Filling, said: Iterable[Diagnostic]) -> list[Diagnostic]:
    """What there is to say in the order of the fields; what is said of the whole comes first."""
    places = {name: at for at, name in enumerate(filling.sheet.slots)}
    return sorted(said, key=lambda d: places.get(d.place.path.partition("/")[0], -1))


def _crumbs(filling: Filling, label: str) -> tuple[Link, ...]:
    page, entity = filling.page, filling.entity
    found = [Link(page.text(entity.plural or entity.title), f"/r/{entity.name}")]
    if label:
        found.append(Link(label, filling.back))
    return tuple(found)


def _buttons(filling: Filling) -> tuple[Button, ...]:
    page, start = filling.page, filling.start
    t = page.t
    if start is not None:
        acts = [
            Button(page.text(a.title), name="~go", value=f"{ACT}{a.name}", kind="primary" if n == 0 else "")
            for n, a in enumerate(start.acts)
        ]
        return (
            *acts,
            Button(t("keep_for_later"), name="~go", value=KEEP, icon="save"),
            Button(t("cancel"), filling.back),
        )
    more = (Button(t("save_and_new"), name="~go", value=SAVE_NEW, icon="plus"),) if filling.record is None else ()
    return (Button(t("save"), name="~go", value=SAVE, kind="primary"), *more, Button(t("cancel"), filling.back))


# ---------------------------------------------------------------- drawn anew


async def live(page: Page) -> Response:
    """The form as these answers make it; with what is wrong where it was sent before."""
    filling = await begun(page)
    sent = await page.form()
    return await _again(filling, sent, keep=False, calm=True)


async def _again(filling: Filling, sent: Sent, keep: bool = True, calm: bool = False) -> Response:
    got = await answers(
        filling.page, filling.entity.name, sent, faces_of(filling.page.version, filling.entity.name), keep
    )
    tried = sent.on("~tried")
    _changed_rows(sent, got)
    changeset = await filling.considered(got, draft=not tried)
    version, once = sent.number("version"), sent.text("once")
    return _drawn(filling, changeset, got, Drawn(tried=tried, version=version, once=once, calm=calm))


def _changed_rows(sent: Sent, got: Answers) -> None:
    """A row more or less, where there is no script to do it."""
    if added := sent.text("~add"):
        got.blanks[added] = got.blanks.get(added, 0) + 1
    name, _, place = sent.text("~remove").partition("/")
    rows = got.values.get(name)
    if isinstance(rows, list) and place.isdecimal() and int(place) < len(rows):
        if is_blank(rows.pop(int(place))):
            got.blanks[name] -= 1
        if not rows:
            got.values[name] = ""


async def draft(page: Page) -> Response:
    """Keep what is typed so far; the words to show beside the buttons."""
    filling = await begun(page)
    sent = await page.form()
    got = await answers(page, filling.entity.name, sent, faces_of(page.version, filling.entity.name), keep=False)
    at = await keep_draft(page.work, filling.form.name, got.values, filling.record or 0, sent.number("version"))
    return HTMLResponse(safe(page.t("draft_saved", when=page.when(at).text)))


# ---------------------------------------------------------------- sent


async def sent(page: Page) -> Response:
    """Write the record, or show the form again with what keeps it from being written."""
    filling = await begun(page)
    form = await page.form()
    if any(form.on(name) for name in ("~add", "~remove", "~refresh")):
        return await _again(filling, form)
    got = await answers(page, filling.entity.name, form, faces_of(page.version, filling.entity.name))
    got.values = kept_choice(form, got.values)
    if got.wrong:
        changeset = await filling.considered(got, draft=False)
        return _refused(filling, form, changeset, got, (*got.wrong, *changeset.errors))
    go = form.text("~go")
    act = go.removeprefix(ACT) if go.startswith(ACT) else ""
    flow = filling.start.workflow if filling.start else ""
    asked = filling.submission(
        got.values, version=form.number("version"), token=form.text("once"), shown=got.shown, workflow=flow, act=act
    )
    try:
        saved = await submit(page.work, asked)
    except Refused as refused:
        return await _stopped(filling, form, got, refused)
    await drop_draft(page.work, filling.form.name, filling.record or 0)
    return _done(filling, saved, go)


async def _stopped(filling: Filling, form: Sent, got: Answers, refused: Refused) -> Response:
    """The form again, or both versions where somebody saved first. Raises what no form can mend."""
    if isinstance(refused.detail, Conflict):
        return conflicted(filling, refused.detail)
    if isinstance(refused.detail, Changeset):
        notes = await _taken_by(filling, got, refused)
        return _refused(filling, form, refused.detail, got, refused.diagnostics, _again_with(refused), notes)
    if kind_of(refused.diagnostics) not in _SHOWN_AGAIN:
        raise refused
    changeset = await filling.considered(got, draft=True)
    return _refused(
        filling, form, changeset, got, refused.diagnostics, _again_with(refused), _way_out(filling, refused)
    )


def _again_with(refused: Refused) -> int:
    """The status of a form that comes again: one that a browser shows, as it does not with a page that is forbidden."""
    found = status_of(refused)
    return found if found == 409 else 422


async def _taken_by(filling: Filling, got: Answers, refused: Refused) -> tuple[Note, ...]:
    """The records that have a value already which only one may have, as far as this person sees them."""
    page, notes = filling.page, []
    for one in refused.diagnostics:
        name = one.place.path
        value = got.values.get(name)
        if one.code != "REC_056" or not isinstance(value, str):
            continue
        same = AskFilter((name,), "eq", (value.strip(),))
        try:
            found = await listing(page.work, Ask(filling.entity.name, (("id",),), (same,), limit=1))
        except Refused:
            continue  # not a field this person may look records up by
        for line in found.lines:
            link = Link(line.label, f"/r/{filling.entity.name}/{line.id}")
            notes.append(Note(page.t("taken_by"), "warn", link=link))
    return tuple(notes)


def _way_out(filling: Filling, refused: Refused) -> tuple[Note, ...]:
    """Where to go on: to the approval that is open already."""
    case = refused.detail.get("case") if isinstance(refused.detail, Mapping) else None
    if not case:
        return ()
    said = words(refused.diagnostics[0], filling.page.lang)
    return (Note(said.what, "warn", link=Link(filling.page.t("open_that_case"), f"/cases/{int(case)}")),)


def _refused(
    filling: Filling,
    form: Sent,
    changeset: Changeset,
    got: Answers,
    said: tuple[Diagnostic, ...],
    status: int = 422,
    notes: tuple[Note, ...] = (),
) -> Response:
    how = Drawn(status, said, True, form.number("version"), "" if _spent(said) else form.text("once"), notes)
    return _drawn(filling, changeset, got, how)


def _spent(said: tuple[Diagnostic, ...]) -> bool:
    """Whether the token was used for something else, so that a new one is needed."""
    return any(d.code == "WRITE_006" for d in said)


def _done(filling: Filling, saved: Saved, go: str) -> Response:
    page, t = filling.page, filling.page.t
    warned = [Toast(" ".join((w.what, w.remedy)).strip(), warn=True) for w in _warnings(page, saved)]
    if saved.case is not None:
        return page.done(f"/cases/{saved.case.case}", t("case_begun", label=saved.label), *warned)
    said = t("saved_label", label=saved.label) if saved.changed else t("nothing_changed", label=saved.label)
    here = f"/r/{filling.entity.name}/{saved.id}"
    back = here if filling.record is not None else f"/r/{filling.entity.name}"
    undo = f"/undo/{saved.change}?to={quote(back)}" if saved.change else ""
    return page.done(filling.address if go == SAVE_NEW else here, Toast(said, undo), *warned)


def _warnings(page: Page, saved: Saved) -> list[Any]:
    return [words(d, page.lang) for d in saved.changeset.warnings[:3]]


ROUTES = (
    get("/r/{entity}/new", show, asks=True),
    post("/r/{entity}/new", sent, asks=True),
    get("/r/{entity}/{id:int}/edit", show, asks=True),
    post("/r/{entity}/{id:int}/edit", sent, asks=True),
    post("/r/{entity}/live", live, asks=True),
    post("/r/{entity}/draft", draft, asks=True),
)
