"""Importing a sheet on pages: the file, its columns, what would become of each row, writing it, undoing it."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable
from urllib.parse import quote

from shuyuan.engine import (
    LINE_HEADER,
    SHEET_TYPES,
    Diagnostic,
    Entity,
    Import,
    ImportRow,
    Refused,
    Work,
    apply_import,
    batch_of,
    begin_import,
    check_import,
    fillable_paths,
    import_choices,
    import_rows,
    import_sheet,
    imports_of,
    load_import,
    needed_fields,
    remarked,
    resume_import,
    run_import,
    set_columns,
    stands_still,
    stop_import,
    undo_import,
    undo_later,
    write_xlsx,
)
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from ..render.page_values import Difference, SheetColumn, SheetRow
from ..render.values import Button, Choice, Entry, Link, Listing, Note, Pager, Pill, Problem, Stat, Tone
from .page import Page, get, post

#: Seconds that a page waits for an import before it shows how far it is.
PATIENCE = 2.5
#: Rows of one page, and records that are taken back while the page waits.
ROWS, AT_ONCE = 50, 1000

_TONES: dict[str, Tone] = {"created": "ok", "changed": "info", "same": "muted", "refused": "bad"}
_STATES: dict[str, Tone] = {"done": "ok", "checked": "warn", "mapping": "warn", "undone": "muted", "stopped": "muted"}


def _fresh(page: Page) -> Callable[[], Awaitable[Work]]:
    """Work for as long as an import takes: rights and definitions may move on meanwhile."""

    async def fresh() -> Work:
        return await page.engine.fresh(page.actor.id)

    return fresh


def _into(page: Page) -> list[Entity]:
    """The entities that the actor may import into."""
    may = page.work.access.operations
    return [e for e in page.version.model.entities.values() if "import" in may(page.actor, e.name)]


def _url(one: Import, rest: str = "") -> str:
    return f"/import/{one.id}{rest}"


def _said(page: Page, one: Import) -> str:
    entity = page.version.entity(one.entity)
    sheet = page.t("import_sheet_named", name=one.sheet) if one.sheet else ""
    return page.t("import_soft", sheet=sheet, rows=f"{one.rows:,}", entity=page.text(entity.title))


# ---------------------------------------------------------------- the file


async def upload(page: Page) -> Response:
    """The first step."""
    return await _upload(page, page.query.get("into", ""))


async def _upload(page: Page, chosen: str, problems: tuple[Problem, ...] = (), status: int = 200) -> Response:
    entities = _into(page)
    if not entities:
        raise Refused(Diagnostic("ACCESS_012"))
    known = {e.name for e in entities}
    chosen = chosen if chosen in known else entities[0].name
    forms = tuple(Choice(e.name, page.text(e.title), e.name == chosen) for e in entities)
    sample = Link(page.t("import_sample"), f"/import/sample?into={quote(chosen)}")
    past = Listing(page.t("import_past"), await _past(page), none=page.t("import_none"))
    return page.show(
        "import/upload.html", status, problems=problems, post="/import", forms=forms, sample=sample, past=past
    )


async def _past(page: Page) -> tuple[Entry, ...]:
    found = []
    for one in await imports_of(page.work, limit=10):
        entity = page.text(page.version.entity(one.entity).title)
        soft = page.t("import_past_soft", when=page.when(one.at).text, entity=entity, rows=f"{one.rows:,}")
        pill = Pill(page.t(f"import_state_{one.state}"), _STATES.get(one.state, "info"))
        found.append(Entry(one.title, _url(one), soft, pill))
    return tuple(found)


async def uploaded(page: Page) -> Response:
    """The file has come: on to its columns."""
    form = await page.form()
    entity = form.text("form")
    sheet = next((u for u in form.files("sheet~new") if u.filename), None)
    if sheet is None or not sheet.filename:
        t = page.t
        missing = Problem(t("import_no_file"), t("import_no_file_fix"), "f-sheet")
        return await _upload(page, entity, (missing,), 422)
    limits = page.engine.settings.limits
    try:
        content = await _content(sheet, limits.upload_mb)
        one = await begin_import(page.work, entity, sheet.filename, content, most=limits.import_rows)
    except Refused as refused:
        found = page.problems([Diagnostic(d.code, args=d.args) for d in refused.diagnostics])
        problems = tuple(Problem(p.text, p.remedy, "f-sheet", p.code) for p in found)
        return await _upload(page, entity, problems, 422)
    return RedirectResponse(_url(one, "/columns"), 303)


async def _content(sheet: UploadFile, most: int) -> bytes:
    """The uploaded bytes. Raises Refused(EXCH_001) for more than are allowed."""
    content = await sheet.read(most * 1_000_000 + 1)
    if len(content) > most * 1_000_000:
        raise Refused(Diagnostic("EXCH_001", args={"file": sheet.filename or "", "limit": most}))
    return content


async def sample(page: Page) -> Response:
    """An empty sheet whose headings are understood."""
    entity = next((e for e in _into(page) if e.name == page.query.get("into", "")), None)
    if entity is None:
        raise Refused(Diagnostic("WEB_001"))
    allowed = page.work.product(entity.name, "import").writable
    fields = [f for f in entity.fields if f.name in fillable_paths(entity) and allowed.get(f.id) is not False]
    needed = needed_fields(entity)
    titles = [page.text(f.title) + ("*" if f in needed else "") for f in fields]
    out = io.BytesIO()
    write_xlsx(out, page.text(entity.title), titles, ())
    return _file(out.getvalue(), f"{page.text(entity.title)}.xlsx")


def _file(content: bytes, name: str) -> Response:
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
    return Response(content, media_type=SHEET_TYPES["xlsx"], headers=headers)


# ---------------------------------------------------------------- its columns


async def _one(page: Page) -> Import:
    return await load_import(page.work, page.number("id"))


async def columns(page: Page) -> Response:
    """The second step."""
    one = await _one(page)
    if one.state not in ("mapping", "checked"):
        return RedirectResponse(_url(one), 303)
    return await _columns(page, one)


async def _columns(
    page: Page, one: Import, refused: Refused | None = None, chosen: dict[str, str] | None = None, key: str = ""
) -> Response:
    sheet = await import_sheet(page.work, one)
    found = import_choices(page.work, one, sheet)
    t = page.t
    known = {m.header: m for m in one.scheme.columns}
    given = chosen if chosen is not None else {m.header: m.field for m in one.scheme.columns}
    wrong = {d.place.path: d for d in refused.diagnostics} if refused else {}
    shown = []
    for name, header, samples in _headers(page, sheet.headers, found.samples):
        where = given.get(header, "")
        pill = None
        if chosen is None and where and header != LINE_HEADER:
            sure = known[header].sure
            pill = Pill(t("import_sure"), "ok") if sure else Pill(t("import_guessed"), "warn")
        choices = tuple(Choice(path, page.text(title), path == where) for path, title in found.paths.items())
        problem = page.problems([wrong[header]])[0].text if header in wrong else ""
        label = t("import_line") if header == LINE_HEADER else header
        shown.append(SheetColumn(name, label, samples, choices, pill, problem))
    ids = {header: f"f-{name}" for name, header, _ in _headers(page, sheet.headers, found.samples)}
    problems = tuple(
        Problem(p.text, p.remedy, ids.get(d.place.path, "f-key" if d.place.path == "key" else ""), p.code)
        for d in (refused.diagnostics if refused else ())
        for p in page.problems([d])
    )
    return page.show(
        "import/columns.html",
        422 if refused else 200,
        title=one.title,
        soft=_said(page, one),
        problems=problems,
        notes=_notes(page, one, given),
        post=_url(one, "/columns"),
        columns=tuple(shown),
        keys=_keys(page, one, found.keys, key),
        back=f"/import?into={quote(one.entity)}",
    )


def _headers(
    page: Page, headers: tuple[str, ...], samples: tuple[tuple[str, ...], ...]
) -> list[tuple[str, str, tuple[str, ...]]]:
    """Name of the control, header and some cells of each column, the row number last."""
    found = [(f"c{at}", header, samples[at]) for at, header in enumerate(headers)]
    return [*found, ("line", LINE_HEADER, ("2", "3", "4"))]


def _notes(page: Page, one: Import, given: dict[str, str]) -> tuple[Note, ...]:
    left = [m.header for m in one.scheme.columns if not given.get(m.header) and m.header != LINE_HEADER]
    reached = set(given.values())
    needed = needed_fields(page.version.entity(one.entity))
    missing = [page.text(f.title) for f in needed if f.name not in reached]
    said = {"import_needed": missing, "import_left_out": left}
    between = "、" if page.lang == "zh" else ", "
    return tuple(Note(page.t(word, headers=between.join(found[:20])), "warn") for word, found in said.items() if found)


def _keys(page: Page, one: Import, keys: tuple[tuple[str, ...], ...], chosen: str) -> tuple[Choice, ...]:
    entity = page.version.entity(one.entity)
    titles = {f.name: page.text(f.title) for f in entity.fields}
    unique = {(f.name,) for f in entity.fields if f.unique} | set(entity.unique)
    current = chosen or ",".join(one.scheme.key) or "-"
    found = []
    for names in keys[:8]:
        soft = page.t("import_unique_soft") if names in unique else ""
        label = "、".join(titles[n] for n in names)
        found.append(Choice(",".join(names), label, ",".join(names) == current, soft))
    never = Choice("-", page.t("import_always_new"), current == "-", page.t("import_always_new_soft"))
    return (*found, never)


async def columns_chosen(page: Page) -> Response:
    """The columns were chosen: try every row."""
    one = await _one(page)
    form = await page.form()
    sheet = await import_sheet(page.work, one)
    chosen = {header: form.text(name) for name, header, _ in _headers(page, sheet.headers, ((),) * len(sheet.headers))}
    key = form.text("key")
    names = () if key == "-" else tuple(n for n in key.split(",") if n)
    # A key that the columns no longer hold is no mistake: the surest one is taken instead.
    lost = key not in ("", "-") and not set(names) <= set(chosen.values())
    try:
        one = await set_columns(page.work, one, chosen, None if lost or not key else names)
        await check_import(page.work, one, later=True)
    except Refused as refused:
        return await _columns(page, one, refused, chosen, key)
    await run_import(_fresh(page), one.id, seconds=PATIENCE)
    return RedirectResponse(_url(one), 303)


# ---------------------------------------------------------------- what becomes of it


async def state(page: Page) -> Response:
    """Wherever the import is."""
    one = await _one(page)
    if one.state == "mapping":
        return RedirectResponse(_url(one, "/columns"), 303)
    if one.state == "checked":
        return await _checked(page, one)
    if one.working:
        return await _working(page, one)
    return await _over(page, one)


async def _checked(page: Page, one: Import) -> Response:
    t = page.t
    outcome = page.query.get("outcome", "")
    outcome = outcome if outcome in _TONES else ""
    after = int(page.query["after"]) if page.query.get("after", "").isdecimal() else 0
    rows = await import_rows(page.work, one.id, outcome, after, ROWS + 1)
    more, rows = len(rows) > ROWS, rows[:ROWS]
    many = one.counts.get("created", 0) + one.counts.get("changed", 0)
    label = t("import_apply", n=f"{many:,}") if many else t("import_apply_none")
    names = {"created": "import_would_created", "changed": "import_would_changed", "same": "import_same"}
    names["refused"] = "import_would_refused"
    tabs = [Link(t("all"), _url(one), current=not outcome, count=f"{one.rows:,}")]
    for name, word in names.items():
        if count := one.counts.get(name, 0):
            tabs.append(Link(t(word), _url(one, f"?outcome={name}"), current=outcome == name, count=f"{count:,}"))
    stats = tuple(
        Stat(t(word), f"{one.counts.get(name, 0):,}", _url(one, f"?outcome={name}")) for name, word in names.items()
    )
    shown = t("import_rows_shown", first=rows[0].number, last=rows[-1].number) if rows else t("import_no_rows")
    following = _url(one, f"?outcome={outcome}&after={rows[-1].number}") if more else ""
    first = _url(one, f"?outcome={outcome}") if after else ""
    return page.show(
        "import/check.html",
        title=one.title,
        soft=_said(page, one),
        stats=stats,
        tabs=tuple(tabs),
        rows=tuple(_row(page, one, row, {n: t(w) for n, w in names.items()}) for row in rows),
        pager=Pager(shown, first, following),
        post=_url(one, "/apply"),
        apply=Button(label, kind="primary", icon="import") if many else Button(label, _url(one, "/columns")),
        sheet=Link(t("import_remarks"), _url(one, "/sheet")),
        back=_url(one, "/columns"),
    )


def _row(page: Page, one: Import, row: ImportRow, names: dict[str, str]) -> SheetRow:
    entity = page.version.entity(one.entity)
    paths = fillable_paths(entity)
    titles = {f.name: page.text(f.title) for f in entity.fields} | {p: page.text(t) for p, t in paths.items()}
    differences = tuple(Difference(titles.get(name, name), old, new) for name, old, new in row.differences)
    found = sorted(page.problems(row.problems), key=lambda p: p.warning)  # what stands in the way comes first
    problems = tuple(Problem(p.text, p.remedy, "", "", p.warning) for p in found)
    href = f"/r/{one.entity}/{row.record}" if row.record else ""
    return SheetRow(row.number, row.label, Pill(names[row.outcome], _TONES[row.outcome]), problems, differences, href)


async def _working(page: Page, one: Import) -> Response:
    t = page.t
    checking = one.state == "checking"
    tried = sum(one.counts.values())
    still = await stands_still(page.work, one)
    soft = t("import_now_row" if checking else "import_now_writing", n=f"{one.done:,}")
    again = Button(t("import_again"), name="go", value="again", icon="undo")
    return page.show(
        "work.html",
        title=t("import_checking" if checking else "import_applying", file=one.title),
        soft=" ".join((soft, t("import_still"))) if still else soft,
        done=tried,
        all=one.rows,
        address=_url(one),
        running=True,
        stats=(),
        results=None,
        buttons=(again,) if still else (),
        post=_url(one),
    )


async def _over(page: Page, one: Import) -> Response:
    t = page.t
    counts = {name: one.counts.get(name, 0) for name in ("created", "changed", "same", "refused")}
    buttons: list[Button] = [Button(t("import_open_list"), f"/r/{one.entity}", kind="primary")]
    results = None
    title, soft = t("import_stopped", file=one.title), _said(page, one)
    if one.state == "done":
        title = t("import_over", file=one.title)
        soft = t("import_over_soft", done=counts["created"] + counts["changed"], refused=counts["refused"])
        results = await _refused(page, one)
        if counts["created"] or counts["changed"]:
            sure = t("import_undo_sure")
            buttons.append(Button(t("import_undo"), name="go", value="undo", icon="undo", confirm=sure))
        if counts["refused"]:
            buttons.append(Button(t("import_remarks"), _url(one, "/sheet"), icon="export"))
    elif one.state == "undone":
        return await _undone(page, one)
    stats = (
        Stat(t("import_was_created"), f"{counts['created']:,}"),
        Stat(t("import_was_changed"), f"{counts['changed']:,}"),
        Stat(t("import_same"), f"{counts['same']:,}"),
        Stat(t("import_was_refused"), f"{counts['refused']:,}"),
    )
    buttons.append(Button(t("import_another"), f"/import?into={quote(one.entity)}"))
    return page.show(
        "work.html",
        title=title,
        soft=soft,
        done=one.rows if one.state == "done" else 0,
        all=one.rows,
        address=_url(one),
        running=False,
        stats=stats,
        results=results,
        buttons=tuple(buttons),
        post=_url(one),
    )


async def _refused(page: Page, one: Import) -> Listing | None:
    rows = await import_rows(page.work, one.id, "refused", limit=ROWS)
    if not rows:
        return None
    entries = tuple(
        Entry(
            page.t("import_row_n", n=row.number, label=row.label),
            f"/r/{one.entity}/{row.record}" if row.record else "",
            "；".join(p.text.rstrip("。.") for p in page.problems(row.problems) if not p.warning),
        )
        for row in rows
    )
    return Listing(page.t("import_refused_rows"), entries)


async def _undone(page: Page, one: Import) -> Response:
    t = page.t
    back = await batch_of(page.work, one.undone_by) if one.undone_by else None
    counts = {name: back.counts.get(name, 0) if back else 0 for name in ("removed", "changed", "refused")}
    running = back is not None and back.state == "running"
    entries = tuple(
        Entry(row.label, f"/r/{one.entity}/{row.record}", " ".join(p.text for p in page.problems(row.messages)))
        for row in (back.rows if back else ())
        if row.outcome == "refused"
    )
    return page.show(
        "work.html",
        title=t("import_undoing" if running else "import_undone", file=one.title),
        soft=t("import_soon") if running else t("import_undone_soft", **counts),
        done=0 if running else 1,
        all=1,
        address=_url(one),
        running=running,
        stats=(),
        results=Listing(t("import_not_undone"), entries) if entries else None,
        buttons=(Button(t("import_another"), f"/import?into={quote(one.entity)}"),),
        post=_url(one),
    )


async def applied(page: Page) -> Response:
    """Write what can be written."""
    one = await _one(page)
    await apply_import(page.work, one, later=True)
    await run_import(_fresh(page), one.id, seconds=PATIENCE)
    return RedirectResponse(_url(one), 303)


async def pressed(page: Page) -> Response:
    """Take an import back, go on with one that stands still, or give up one that was not written."""
    one = await _one(page)
    form = await page.form()
    if form.text("go") == "again":
        await resume_import(page.work, one)
        page.engine.runner.wake.set()
        return RedirectResponse(_url(one), 303)
    if form.text("go") != "undo":
        await stop_import(page.work, one)
        return page.done("/import", page.t("import_stopped", file=one.title))
    if one.counts.get("created", 0) + one.counts.get("changed", 0) > AT_ONCE:
        await undo_later(page.work, one.id, page.actor.id)
        page.engine.runner.wake.set()
        return page.done(_url(one), page.t("import_soon"))
    done = await undo_import(_fresh(page), one.id)
    counts = {name: done.counts.get(name, 0) for name in ("removed", "changed", "refused")}
    return page.done(_url(one), page.t("import_undone_soft", **counts))


async def sheet(page: Page) -> Response:
    """The sheet as it was, with what became of each row."""
    one = await _one(page)
    out = io.BytesIO()
    await remarked(page.work, one.id, out, page.lang)
    stem = one.title.rpartition(".")[0] or one.title
    return _file(out.getvalue(), f"{stem} - {page.t('import_remarks')}.xlsx")


ROUTES = (
    get("/import", upload),
    post("/import", uploaded),
    get("/import/sample", sample),
    get("/import/{id:int}", state, asks=True),
    post("/import/{id:int}", pressed),
    get("/import/{id:int}/columns", columns),
    post("/import/{id:int}/columns", columns_chosen),
    post("/import/{id:int}/apply", applied),
    get("/import/{id:int}/sheet", sheet),
)
