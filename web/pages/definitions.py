"""The definitions for whoever may change them: what there is, each document as text, edits kept unpublished."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from urllib.parse import quote

from shuyuan.engine import (
    Bench,
    Clashing,
    Content,
    Diagnostic,
    Place,
    Proposed,
    Refused,
    at_work,
    backfills,
    bench,
    checked,
    contents,
    drop_edits,
    keep_edits,
    stamp,
    versions,
)
from starlette.responses import Response

from ..render.page_values import Difference, PackCard, SourceLine
from ..render.values import Button, Group, Link, Note, Pill, Problem
from ..session import status_of
from .definitions_flows import drawings
from .page import Page, get, post

HOME = "/definitions"


def source_url(path: str, line: int = 0) -> str:
    """The address of a document, at one of its lines."""
    return f"{HOME}/source/{quote(path)}" + (f"#L{line}" if line else "")


def crumbs(page: Page) -> tuple[Link, ...]:
    """The way up from a page below the table of contents."""
    return (Link(page.t("definitions"), HOME),)


def tabs(page: Page, current: str) -> tuple[Link, ...]:
    """What there is of definitions: the live ones, the plan of one's own edits, the versions."""
    found = (
        Link(page.t("definitions"), HOME),
        Link(page.t("plan"), f"{HOME}/plan"),
        Link(page.t("versions"), f"{HOME}/versions"),
    )
    return tuple(Link(one.label, one.href, current=one.href == current) for one in found)


def problems_at(page: Page, diagnostics: Iterable[Diagnostic], files: bool = True) -> tuple[Problem, ...]:
    """Messages, each leading to the line it speaks of. files: say in which document that is."""
    found = tuple(diagnostics)
    return tuple(
        replace(p, field="", file=d.place.file if files else "", href=_place_url(d.place))
        for p, d in zip(page.problems(found), found, strict=True)
    )


def _place_url(place: Place) -> str:
    return source_url(place.file, place.line) if place.file else ""


# -- the table of contents ---------------------------------------------------------------------------------------------


async def index(page: Page) -> Response:
    """Every definition by pack and kind, live with the edits of whoever looks."""
    mine = await bench(page.work)
    newest = await versions(page.work, limit=1)
    found = await checked(page.work, mine.documents)
    t, soft = page.t, ""
    for row in newest:
        soft = t("live_since", n=row.number, when=page.when(row.at).text, who=row.by_name or t("the_system"))
    buttons = [Button(t("add_a_field"), f"{HOME}/field", icon="plus"), Button(t("new_document"), f"{HOME}/new")]
    if mine.edits:
        buttons.append(Button(t("see_plan"), f"{HOME}/plan", kind="primary", icon="workflow"))
    return page.show(
        "definitions/index.html",
        soft=soft,
        buttons=tuple(buttons),
        tabs=tabs(page, HOME),
        notes=tuple(await _notes(page, mine, found)),
        packs=tuple(_packs(page, mine, found)),
        discard=f"{HOME}/discard" if mine.edits else "",
    )


async def _notes(page: Page, mine: Bench, found: Proposed) -> list[Note]:
    t = page.t
    notes = []
    for one in await backfills(page.work):
        entity = page.version.model.entities.get(one.entity)
        label = page.text(entity.title) if entity else one.entity
        said = t("backfill_dead", entity=label, error=one.error) if one.dead else ""
        said = said or t("backfill_runs", entity=label, n=f"{one.read:,}", all=f"{one.all:,}", version=one.version)
        notes.append(Note(said, "bad" if one.dead else "info", link=Link(t("jobs"), "/jobs") if one.dead else None))
    if mine.clashes:
        link = Link(t("decide"), source_url(mine.clashes[0].path))
        notes.append(Note(t("clashes_n", n=len(mine.clashes)), "warn", link=link))
    if mine.edits:
        notes.append(Note(t("unpublished_n", n=len(mine.edits)), "info", link=Link(t("see_plan"), f"{HOME}/plan")))
    if found.plan is None:
        problems = problems_at(page, found.diagnostics)
        first = next((p for p in problems if not p.warning), None)
        if first:
            notes.append(
                Note(first.text, "bad", link=Link(t("line", n=first.line), first.href) if first.href else None)
            )
    for other in await at_work(page.work):
        paths = ", ".join(other.paths[:3]) + (" …" if len(other.paths) > 3 else "")
        notes.append(Note(t("others_edit", name=other.name, paths=paths, when=page.when(other.at).text)))
    return notes


def _packs(page: Page, mine: Bench, found: Proposed) -> Iterator[PackCard]:
    """A card for each folder; a pack that lies at the top is the card of what lies there."""
    every = contents(mine.documents)
    errors: dict[tuple[str, int], int] = {}
    for d in found.diagnostics:
        owner = _owner(every, d.place)
        if owner:
            errors[owner.path, owner.line] = errors.get((owner.path, owner.line), 0) + 1
    for folder in sorted({c.folder for c in every}):
        inside = [c for c in every if c.folder == folder]
        pack = next((c for c in inside if c.kind == "pack"), None)
        title = (page.text(pack.title) or pack.name) if pack else folder or page.t("other_documents")
        model = found.loaded.model or page.version.model
        known = model.packs.get(pack.name) if pack else None
        kinds = tuple(dict.fromkeys(c.kind for c in inside))
        groups = tuple(
            Group(_kind(page, kind), tuple(_link(page, c, mine, errors) for c in inside if c.kind == kind))
            for kind in kinds
        )
        export = Button(page.t("export_zip"), f"{HOME}/export", icon="export", kind="quiet")
        yield PackCard(title, "", Pill(known.version if known else ""), groups, (export,))


def _owner(every: tuple[Content, ...], place: Place) -> Content | None:
    """The definition that a place lies in."""
    before = [c for c in every if c.path == place.file and c.line <= max(place.line, 1)]
    return max(before, key=lambda c: c.line, default=None)


def _kind(page: Page, kind: str) -> str:
    t = page.t
    return {
        "pack": t("kind_pack"),
        "entity": t("kind_entity"),
        "form": t("kind_form"),
        "view": t("kind_view"),
        "workflow": t("kind_workflow"),
        "policy": t("kind_policy"),
        "codelist": t("kind_codelist"),
        "dashboard": t("kind_dashboard"),
    }.get(kind, kind)


def _size(page: Page, one: Content) -> str:
    t, n = page.t, one.size
    words = {
        "entity": t("size_fields", n=n),
        "form": t("size_parts", n=n),
        "view": t("size_columns", n=n),
        "workflow": t("size_steps", n=n),
        "policy": t("size_lines", n=n),
        "codelist": t("size_codes", n=n),
        "dashboard": t("size_cards", n=n),
    }
    return words.get(one.kind, "") if n else ""


def _link(page: Page, one: Content, mine: Bench, errors: dict[tuple[str, int], int]) -> Link:
    soft = [one.name]
    if size := _size(page, one):
        soft.append(size)
    if one.path in mine.edits:
        soft.append(page.t("changed_here"))
    wrong = errors.get((one.path, one.line), 0)
    if wrong:
        soft.append(page.t("to_mend_n", n=wrong))
    label = page.text(one.title) or one.name
    return Link(label, source_url(one.path, one.line), count=str(wrong or ""), soft=" · ".join(soft))


# -- one document ------------------------------------------------------------------------------------------------------


async def source(page: Page) -> Response:
    """A document with what is wrong beside its lines; a text area with `?edit`."""
    path = page.path("path")
    mine = await bench(page.work)
    clash = next((c for c in mine.clashes if c.path == path), None)
    if clash is not None:
        return _clashing(page, clash, 200)
    if path not in mine.documents:
        raise Refused(Diagnostic("WEB_001"))
    found = await checked(page.work, mine.documents)
    return _shown(page, mine, found, path, "edit" in page.query)


def _shown(page: Page, mine: Bench, found: Proposed, path: str, editing: bool) -> Response:
    t, text = page.t, mine.documents[path]
    here = tuple(d for d in found.diagnostics if d.place.file == path)
    problems = problems_at(page, here, files=False)
    edited = path in mine.edits
    buttons = [] if editing else [Button(t("edit_text"), "?edit", icon="edit", key="e")]
    if edited and not editing:
        buttons.append(Button(t("see_plan"), f"{HOME}/plan", kind="primary", icon="workflow"))
    acts = []
    if not editing:
        if edited:
            acts.append(Button(t("discard_one"), formaction=f"{HOME}/discard/{quote(path)}", kind="quiet", icon="undo"))
        out = f"{HOME}/remove/{quote(path)}"
        sure = t("take_out_sure", path=path)
        acts.append(Button(t("take_out"), formaction=out, kind="quiet", icon="delete", confirm=sure))
    return page.show(
        "definitions/source.html",
        title=_title(page, mine, path),
        soft=path,
        crumbs=crumbs(page),
        buttons=tuple(buttons),
        tabs=(),
        notes=(Note(t("as_edited") if edited else t("as_published"), "warn" if edited else "info"),),
        lines=() if editing else tuple(lines_of(text, problems)),
        problems=problems,
        editing=editing,
        text=text,
        post=source_url(path),
        seen=stamp(text),
        acts=tuple(acts),
        drawings=() if editing else drawings(page, found, path),
    )


def _title(page: Page, mine: Bench, path: str) -> str:
    first = next((c for c in contents({path: mine.documents[path]})), None)
    name = path.rpartition("/")[2]
    return (page.text(first.title) or first.name) if first else name


def lines_of(text: str, problems: tuple[Problem, ...]) -> Iterator[SourceLine]:
    """The lines of a text, each with the messages about it."""
    at: dict[int, list[Problem]] = {}
    for one in problems:
        at.setdefault(one.line, []).append(one)
    for number, line in enumerate(text.splitlines(), 1):
        said = tuple(at.get(number, ()))
        tone = "" if not said else "warn" if all(p.warning for p in said) else "bad"
        yield SourceLine(number, line, tone, said)  # type: ignore[arg-type]  # one of the tones


async def save(page: Page) -> Response:
    """Keep a text, whatever is wrong with it, and show what that is."""
    path, form = page.path("path"), await page.form()
    mine = await bench(page.work)
    if path not in mine.documents and not any(c.path == path for c in mine.clashes):
        raise Refused(Diagnostic("WEB_001"))
    text = page.version.documents.get(path) if "theirs" in page.query else form.raw("text")
    try:
        await keep_edits(page.work, {path: text}, {path: form.text("seen")})
    except Refused as refused:
        if isinstance(refused.detail, Clashing):
            return _clashing(page, refused.detail, status_of(refused))
        raise
    return page.done(source_url(path) if text is not None else HOME, page.t("kept_document", path=path))


def _clashing(page: Page, clash: Clashing, status: int) -> Response:
    rows = [(c.line, c.theirs, c.mine) for c in clash.lines] or [(0, clash.theirs, clash.mine)]
    differences = tuple(
        Difference(page.t("line", n=line) if line else clash.path, theirs, mine) for line, theirs, mine in rows
    )
    return page.show(
        "definitions/clash.html",
        status,
        title=page.t("clash_of", path=clash.path),
        crumbs=crumbs(page),
        note=Note(page.t("clash_help"), "warn"),
        differences=differences if clash.lines else (),
        text=clash.text,
        post=source_url(clash.path),
        seen=stamp(clash.theirs or None),
    )


async def new(page: Page) -> Response:
    """Where a new document shall stand, and what it says."""
    page.demand("definitions")
    folder = next((c.folder for c in contents(page.version.documents) if c.folder), "school")
    text = "entity: \ntitle: {zh: , en: }\nlabel: name\nschema:\n  required: [name]\n  properties:\n"
    text += "    name: {is: text, title: {zh: 名称, en: Name}, search: true}\n"
    return _new(page, f"{folder}/entities/", text, (), 200)


def _new(page: Page, path: str, text: str, problems: tuple[Problem, ...], status: int) -> Response:
    return page.show(
        "definitions/new.html", status, path=path, text=text, problems=problems, crumbs=crumbs(page), post=f"{HOME}/new"
    )


async def make(page: Page) -> Response:
    """Keep a new document."""
    form = await page.form()
    path, text = form.text("path"), form.raw("text")
    if path in (await bench(page.work)).documents:
        said = Problem(page.t("document_there", path=path), field="f-path")
        return _new(page, path, text, (said,), 409)
    try:
        await keep_edits(page.work, {path: text}, {})
    except Refused as refused:
        said_of = tuple(Problem(p.text, p.remedy, "f-path") for p in page.problems(refused))
        return _new(page, path, text, said_of, status_of(refused))
    return page.done(source_url(path), page.t("kept_document", path=path))


async def remove(page: Page) -> Response:
    """Take a document out of the edits, to be gone once they are published."""
    path, form = page.path("path"), await page.form()
    try:
        await keep_edits(page.work, {path: None}, {path: form.text("seen")})
    except Refused as refused:
        if isinstance(refused.detail, Clashing):
            return _clashing(page, refused.detail, status_of(refused))
        raise
    return page.done(HOME, page.t("taken_out", path=path))


async def discard(page: Page) -> Response:
    """Throw every edit away."""
    await drop_edits(page.work)
    return page.done(HOME, page.t("discarded"))


async def discard_one(page: Page) -> Response:
    """Throw the edits of one document away."""
    path = page.path("path")
    await drop_edits(page.work, (path,))
    return page.done(source_url(path) if path in page.version.documents else HOME, page.t("discarded"))


ROUTES = (
    get(HOME, index),
    get(f"{HOME}/source/{{path:path}}", source),
    post(f"{HOME}/source/{{path:path}}", save),
    get(f"{HOME}/new", new),
    post(f"{HOME}/new", make),
    post(f"{HOME}/remove/{{path:path}}", remove),
    post(f"{HOME}/discard", discard),
    post(f"{HOME}/discard/{{path:path}}", discard_one),
)
