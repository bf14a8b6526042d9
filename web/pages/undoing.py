"""Taking back what was just done: one change, or a whole bulk change or import; and what became of each record."""

from __future__ import annotations

from shuyuan.engine import Batch, BatchRow, Refused, batch_of, undo, undo_change, words
from starlette.responses import Response

from ..render.values import Button, Entry, Listing, Pill, Stat, Toast
from ..session import local
from .page import Page, get, post

#: Rows of a batch that are shown.
ROWS = 200


async def one(page: Page) -> Response:
    """Take back one change of a record."""
    to = local(page.query.get("to", "/"))
    try:
        back = await undo_change(page.work, page.number("id"))
    except Refused as refused:
        return page.done(to, _why(page, refused))
    return page.done(to, page.t("undone_label", label=back.label))


async def many(page: Page) -> Response:
    """Take back a batch."""
    number = page.number("id")
    old = await batch_of(page.work, number, limit=0)
    to = local(page.query.get("to", f"/r/{old.entity}"))
    try:
        back = await undo(page.work, number)
    except Refused as refused:
        return page.done(to, _why(page, refused))
    said = page.t("undone_n", n=back.changed)
    return page.done(f"/batches/{back.id}" if back.counts.get("refused") else to, said)


def _why(page: Page, refused: Refused) -> Toast:
    said = words(refused.diagnostics[0], page.lang)
    return Toast(f"{said.what} {said.remedy}".strip(), bad=True)


async def show(page: Page) -> Response:
    """What became of each record of a batch, those that were refused first."""
    found = await batch_of(page.work, page.number("id"), limit=ROWS)
    t = page.t
    can = found.kind != "undo" and found.state == "done" and found.undone_by is None and found.changed
    undoing = (Button(t("undo_all"), name="go", value="undo", icon="undo"),) if can else ()
    refused = tuple(r for r in found.rows if r.outcome == "refused")
    total = sum(found.counts.values())
    return page.show(
        "work.html",
        title=_title(page, found),
        soft=t("bulk_done", n=found.changed),
        done=total,
        all=total,
        address=f"/batches/{found.id}",
        running=False,
        stats=_stats(page, found),
        results=Listing(t("not_done"), tuple(_row(page, found, r) for r in refused)) if refused else None,
        buttons=(*undoing, Button(t("back_to_list"), f"/r/{found.entity}")),
        post=f"/undo/batch/{found.id}",
    )


def _title(page: Page, found: Batch) -> str:
    t = page.t
    match found.kind:
        case "undo":
            return t("batch_undo")
        case "import":
            return found.title or t("batch_import")
    return t("batch_bulk")


def _stats(page: Page, found: Batch) -> tuple[Stat, ...]:
    t, counts = page.t, found.counts
    said = (
        (t("n_created"), counts.get("created", 0)),
        (t("n_changed"), counts.get("changed", 0)),
        (t("n_removed"), counts.get("removed", 0)),
        (t("n_restored"), counts.get("restored", 0)),
        (t("n_same"), counts.get("same", 0)),
        (t("n_refused"), counts.get("refused", 0)),
    )
    return tuple(Stat(label, f"{n:,}") for label, n in said if n)


def _row(page: Page, found: Batch, row: BatchRow) -> Entry:
    said = [words(d, page.lang) for d in row.messages]
    href = f"/r/{found.entity}/{row.record}" if row.record else f"/r/{found.entity}"
    why = " ".join(f"{s.what} {s.remedy}".strip() for s in said)
    return Entry(row.label or f"#{row.record or row.number}", href, why, Pill(page.t("n_refused"), "bad"))


ROUTES = (
    post("/undo/{id:int}", one),
    post("/undo/batch/{id:int}", many),
    get("/batches/{id:int}", show),
)
