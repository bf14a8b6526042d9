"""What is done with many ticked records at once: one field set, exported, deleted; each can be taken back whole."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from shuyuan.engine import (
    Ask,
    AskFilter,
    Batch,
    Diagnostic,
    Face,
    Refused,
    bulk_change,
    bulk_remove,
    count,
    listing,
)
from starlette.responses import Response

from ..render.filled import Filled
from ..render.form import faces_of, slots_for
from ..render.formats import count as count_text
from ..render.safe import Markup, ready
from ..render.values import Button, Choice, Link
from ..session import Form as Sent
from ..session import status_of
from .export import sheet_of
from .form_answers import answers
from .list_asked import Asked
from .lists import asked_for, plural
from .page import Page, post

#: Records of one bulk change, and those read at once to find them.
MOST, AT_ONCE = 5_000, 200

#: Kinds of fields that may be set for many records; sub-tables and files belong to one record each.
_SETTABLE = frozenset({"value", "list", "link"})


@dataclass(frozen=True)
class Ticked:
    """The records that are meant. every: all that fit the list, else those of `ids`."""

    page: Page
    asked: Asked
    ids: tuple[int, ...]
    every: bool

    async def number(self) -> int:
        """How many there are, counted up to one more than a bulk change takes."""
        return await count(self.page.work, self.asked.ask, MOST, self.asked.view) if self.every else len(self.ids)

    async def each(self) -> AsyncIterator[int]:
        """Their ids."""
        if not self.every:
            for one in self.ids:
                yield one
            return
        ask = replace(self.asked.ask, columns=(("id",),), limit=AT_ONCE, after="", before="")
        while True:
            answer = await listing(self.page.work, ask, self.asked.view)
            for line in answer.lines:
                yield line.id
            if not answer.after:
                return
            ask = ask.with_place(answer.after)

    @property
    def kept(self) -> tuple[tuple[str, str], ...]:
        """What a page sends along to mean them again."""
        return (("all", "1"),) if self.every else tuple(("id", str(one)) for one in self.ids)

    def url(self, what: str) -> str:
        """The address that does something with them."""
        return self.asked.url(path=f"{self.asked.base}/bulk/{what}")


async def _ticked(page: Page, sent: Sent) -> Ticked:
    asked, _ = await asked_for(page)
    return Ticked(page, asked, sent.ids()[:MOST], sent.on("all"))


async def choose(page: Page) -> Response:
    """What was pressed under the list."""
    sent = await page.form()
    ticked = await _ticked(page, sent)
    if not ticked.every and not ticked.ids:
        return page.done(ticked.asked.url(), page.t("none_ticked"))
    match sent.text("go"):
        case "export":
            return await _exported(page, ticked)
        case "delete":
            return await _ask_removal(page, ticked)
    return await _shown(page, ticked, sent)


# ---------------------------------------------------------------- one field set


async def settle(page: Page) -> Response:
    """Set the field, or show the page again with what is wrong with the value."""
    sent = await page.form()
    ticked = await _ticked(page, sent)
    face = _faces(page, ticked.asked).get(sent.text("~field"))
    if face is None or sent.on("~refresh"):
        return await _shown(page, ticked, sent)
    got = await answers(page, ticked.asked.entity.name, sent, {face.name: face})
    values = {face.name: got.values.get(face.name, "")}
    try:
        batch = await bulk_change(page.work, ticked.asked.entity.name, ticked.each(), values, sent.text("once"))
    except Refused as refused:
        return await _shown(page, ticked, sent, refused)
    return _done(page, ticked, batch)


async def live(page: Page) -> Response:
    """The control of another field."""
    sent = await page.form()
    return await _shown(page, await _ticked(page, sent), sent)


def _faces(page: Page, asked: Asked) -> dict[str, Face]:
    """The fields that may be set for many records, by somebody who may change some of them."""
    product = page.work.product(asked.entity.name, "edit")
    faces = faces_of(page.version, asked.entity.name)
    return {
        n: f
        for n, f in faces.items()
        if f.shape in _SETTABLE and not f.readonly and product.writable.get(f.spec.id, False) is not False
    }


async def _shown(page: Page, ticked: Ticked, sent: Sent, refused: Refused | None = None) -> Response:
    t, asked = page.t, ticked.asked
    faces = _faces(page, asked)
    chosen = faces.get(sent.text("~field"))
    names = page.text(plural(asked.entity))
    title = t("bulk_title", n=count_text(await ticked.number(), MOST), entity=names)
    return page.show(
        "bulk.html",
        status_of(refused) if refused else 200,
        title=title,
        soft=t("bulk_says"),
        crumbs=(Link(names, asked.url()),),
        problems=page.problems(refused) if refused else (),
        post=ticked.url("set"),
        kept=ticked.kept,
        field=tuple(Choice(n, page.text(f.title), f is chosen) for n, f in faces.items()),
        body=_control(page, asked, chosen, sent, refused) if chosen else Markup(""),
        live=ticked.url("live"),
        buttons=(Button(t("bulk_apply"), kind="primary", icon="check"),),
        once=sent.text("once") or secrets.token_urlsafe(18),
        back=asked.url(),
    )


def _control(page: Page, asked: Asked, face: Face, sent: Sent, refused: Refused | None) -> Markup:
    """The control of the field as its usual form asks for it."""
    form = next(iter(page.version.forms_for(asked.entity.name, "edit")), None)
    if form is None:
        return Markup("")
    (slot,) = slots_for(page.version, form.name, [face.name], page.lang)
    errors = {p.field.removeprefix("f-"): p.text for p in page.problems(refused)} if refused else {}
    today = page.work.now.at.astimezone(page.work.zone).date()
    return ready(slot.html(Filled(today, raw=sent.values, errors=errors)))


# ---------------------------------------------------------------- what became of it


def _done(page: Page, ticked: Ticked, batch: Batch, word: str = "changed") -> Response:
    """Back to the list, with the way to take it back; to the list of reasons where something was refused."""
    t = page.t
    back = ticked.asked.url()
    refused = batch.counts.get("refused", 0)
    said = t("bulk_removed", n=batch.changed) if word == "removed" else t("bulk_done", n=batch.changed)
    if refused:
        left = t("bulk_refused", n=refused)
        return page.done(f"/batches/{batch.id}", f"{said} {left}")
    return page.done(back, said, undo=f"/undo/batch/{batch.id}?to={quote(back, safe='')}" if batch.changed else "")


# ---------------------------------------------------------------- deleted, exported


async def _ask_removal(page: Page, ticked: Ticked, problems: Sequence[Diagnostic] = ()) -> Response:
    t, asked = page.t, ticked.asked
    number = count_text(await ticked.number(), MOST)
    return page.show(
        "ask.html",
        title=t("bulk_delete_ask", n=number, entity=page.text(plural(asked.entity))),
        text=t("delete_says"),
        post=ticked.url("delete"),
        problems=page.problems(problems),
        fields="",
        kept=ticked.kept,
        buttons=(Button(t("delete"), kind="danger", icon="delete"),),
        back=asked.url(),
        once=secrets.token_urlsafe(18),
    )


async def remove(page: Page) -> Response:
    """Delete them; what others need stays, and is told of."""
    sent = await page.form()
    ticked = await _ticked(page, sent)
    batch = await bulk_remove(page.work, ticked.asked.entity.name, ticked.each(), sent.text("once"))
    return _done(page, ticked, batch, "removed")


async def _exported(page: Page, ticked: Ticked) -> Response:
    asked, saved = ticked.asked, ()
    ask: Ask = asked.ask
    if not ticked.every:
        chosen = AskFilter(("id",), "in", tuple(str(one) for one in ticked.ids))
        ask = replace(ask, filters=(*ask.filters, chosen))
    return await sheet_of(page, asked, saved, ask, "xlsx")


ROUTES = (
    post("/r/{entity}/bulk", choose),
    post("/r/{entity}/bulk/set", settle),
    post("/r/{entity}/bulk/live", live),
    post("/r/{entity}/bulk/delete", remove),
)
