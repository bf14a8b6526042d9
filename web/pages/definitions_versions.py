"""The versions that were published: the list, one of them, two side by side, and documents as files."""

from __future__ import annotations

from urllib.parse import quote

from shuyuan.engine import (
    Diagnostic,
    FileDiff,
    Past,
    Refused,
    Took,
    VersionRow,
    compare,
    exported,
    past,
    versions,
    words,
    zipped,
)
from starlette.responses import Response

from ..render.page_values import Step, Version
from ..render.plan_values import MOST_STEPS, class_pill, text_diffs
from ..render.values import Button, Choice, Link, Pager, Pill
from .definitions import HOME, crumbs, lines_of, tabs
from .page import Page, get

LIST = f"{HOME}/versions"
#: Versions on a page of the list.
MOST = 50


async def every(page: Page) -> Response:
    """The versions, newest first."""
    before = _number(page, "before")
    rows = await versions(page.work, before, MOST)
    older = f"{LIST}?before={rows[-1].number}" if len(rows) == MOST and rows[-1].number > 1 else ""
    newest = LIST if before else ""
    shown = f"{rows[-1].number}–{rows[0].number}" if rows else ""
    return page.show(
        "definitions/versions.html",
        soft="",
        tabs=tabs(page, LIST),
        versions=tuple(_row(page, row) for row in rows),
        compare=f"{HOME}/compare",
        pager=Pager(shown, newest, older) if older or newest else None,
    )


def _number(page: Page, name: str) -> int:
    raw = page.query.get(name, "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else 0


def _row(page: Page, row: VersionRow) -> Version:
    t = page.t
    buttons: tuple[Button, ...] = ()
    if not row.live:
        buttons = (
            Button(t("compare_with_live"), f"{HOME}/compare?a={row.number}&b={page.version.number}"),
            Button(t("roll_back_here"), f"{HOME}/rollback/{row.number}", icon="undo"),
        )
    says = [t("restores_n", n=row.restores)] if row.restores else []
    says += [row.note] if row.note else []
    first = row.steps[0].said.get(page.lang) if row.steps and not row.note else ""
    more = t("more_steps", n=row.count - 1) if first and row.count > 1 else ""
    says += [part for part in (first, more) if part]
    pill = Pill(t("live"), "ok") if row.live else None
    href = f"{LIST}/{row.number}"
    return Version(_label(page, row), page.when(row.at), _who(page, row), " ".join(says), href, pill, buttons)


def _label(page: Page, row: VersionRow) -> str:
    return page.t("version_n", n=row.number)


def _who(page: Page, row: VersionRow) -> str:
    return row.by_name or page.t("the_system")


async def one(page: Page) -> Response:
    """What a version changed, and its documents."""
    found = await past(page.work, page.number("number"))
    row, t = found.row, page.t
    buttons = [Button(t("export_zip"), f"{HOME}/export?version={row.number}", icon="export")]
    if not row.live:
        buttons.append(Button(t("compare_with_live"), f"{HOME}/compare?a={row.number}&b={page.version.number}"))
        buttons.append(Button(t("roll_back_here"), f"{HOME}/rollback/{row.number}", icon="undo"))
    parts = [page.when(row.at).text, _who(page, row), row.note]
    parts += [t("restores_n", n=row.restores)] if row.restores else []
    steps = tuple(_took(page, n, step) for n, step in enumerate(row.steps[:MOST_STEPS], 1))
    left = row.count - len(steps)
    return page.show(
        "definitions/version.html",
        title=_label(page, row),
        soft=" · ".join(part for part in parts if part),
        crumbs=(*crumbs(page), Link(t("versions"), LIST)),
        buttons=tuple(buttons),
        pill=Pill(t("live"), "ok") if row.live else None,
        steps=steps,
        more=t("first_version") if not steps else t("more_steps", n=left) if left else "",
        documents=tuple(_document(found, path) for path in sorted(found.documents)),
    )


def _took(page: Page, number: int, step: Took) -> Step:
    return Step(str(number), page.text(step.said), class_pill(step.risk, page.t))


def _document(found: Past, path: str) -> Link:
    return Link(path, f"{LIST}/{found.row.number}/{quote(path)}")


async def text(page: Page) -> Response:
    """A document as a version has it."""
    found, path = await past(page.work, page.number("number")), page.path("path")
    if path not in found.documents:
        raise Refused(Diagnostic("WEB_001"))
    label = _label(page, found.row)
    return page.show(
        "definitions/source.html",
        title=path.rpartition("/")[2],
        soft=f"{path} · {label}",
        crumbs=(*crumbs(page), Link(page.t("versions"), LIST), Link(label, f"{LIST}/{found.row.number}")),
        buttons=(),
        tabs=(),
        notes=(),
        lines=tuple(lines_of(found.documents[path], ())),
        problems=(),
        editing=False,
        text="",
        post="",
        seen="",
        acts=(),
        drawings=(),
    )


async def beside(page: Page) -> Response:
    """Two versions side by side: the one before the live one and the live one unless others are chosen."""
    rows = await versions(page.work, limit=MOST)
    b = _number(page, "b") or page.version.number
    a = _number(page, "a") or max(b - 1, 1)
    found = await compare(page.work, a, b)
    t = page.t
    numbers = sorted({a, b, *(row.number for row in rows)}, reverse=True)
    every_old, every_new = (
        tuple(Choice(str(n), t("version_n", n=n), n == chosen) for n in numbers) for chosen in (a, b)
    )
    steps = tuple(
        Step(
            str(n),
            words(step.said, page.lang).what,
            class_pill(step.risk, t),
            lines=tuple(words(change, page.lang).what for change in step.changes),
        )
        for n, step in enumerate(found.steps[:MOST_STEPS], 1)
    )
    left = len(found.steps) - len(steps)
    return page.show(
        "definitions/compare.html",
        crumbs=(*crumbs(page), Link(t("versions"), LIST)),
        address=f"{HOME}/compare",
        old=every_old,
        new=every_new,
        steps=steps,
        more=t("more_steps", n=left) if left else "",
        files=text_diffs(found.files, t, lambda file: _beside_href(file, a, b)),
    )


def _beside_href(file: FileDiff, a: int, b: int) -> str:
    return f"{LIST}/{a if file.fate == 'removed' else b}/{quote(file.path)}"


async def export(page: Page) -> Response:
    """The documents of a version, the live one unless another is asked for, as a zip."""
    number = _number(page, "version") or page.version.number
    documents = await exported(page.work, number, "ids" in page.query)
    name = f"definitions-{number}.zip"
    headers = {"content-disposition": f'attachment; filename="{name}"', "x-content-type-options": "nosniff"}
    return Response(zipped(documents), media_type="application/zip", headers=headers)


ROUTES = (
    get(LIST, every),
    get(f"{LIST}/{{number:int}}", one),
    get(f"{LIST}/{{number:int}}/{{path:path}}", text),
    get(f"{HOME}/compare", beside),
    get(f"{HOME}/export", export),
)
