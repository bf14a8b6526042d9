"""`shuyuan import` and `shuyuan export`: records from spreadsheets, and lists as spreadsheets."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import BinaryIO

import click
from shuyuan.engine import (
    IMPORT_STATES,
    LINE_HEADER,
    Actor,
    Diagnostic,
    Engine,
    Import,
    ImportRow,
    Refused,
    Work,
    apply_import,
    begin_import,
    check_import,
    did_you_mean,
    export_file,
    import_rows,
    imports_of,
    is_error,
    load_import,
    moment,
    read_ask,
    remarked,
    run_import,
    set_columns,
    stop_import,
    undo_import,
    words,
)

from .installation import acting, actor_named, demand_published, installation
from .progress import Progress
from .report import report
from .root import FOUND
from .speech import Words, command, interactive, lang_of, option, remark, say

_MAPPED = Words("列的去处：", "Where the columns go:")
_GUESSED = Words("（猜测，请核对）", "(a guess, look at it)")
_KEY = Words("依据：{key}", "Records are found by: {key}")
_CHECKING = Words("检查", "Checking")
_WRITING = Words("写入", "Writing")
_WOULD = Words(
    "将新建 {created}、更新 {changed}、未变 {same}、拒绝 {refused}。",
    "Would create {created}, change {changed}, leave {same} unchanged, refuse {refused}.",
)
_DID = Words(
    "第 {batch} 批：新建 {created}，更新 {changed}，未变 {same}，拒绝 {refused}。撤销：shuyuan import --undo {batch}",
    "Batch {batch}: {created} created, {changed} changed, {same} unchanged, {refused} refused. To undo: "
    "shuyuan import --undo {batch}",
)
_DRY = Words("只是试算，没有写入。", "Only tried; nothing was written.")
_ASK = Words("写入吗？", "Write them?")
_NOT = Words("没有写入。", "Nothing was written.")
_NONE = Words(
    "有被拒绝的行，所以都没有写入（--all-or-nothing）。",
    "Some rows were refused, so none was written (--all-or-nothing).",
)
_ROW = Words("第 {number} 行", "row {number}")
_MORE = Words(
    "……还有 {count} 行被拒绝；全部见 --remarks 文件。", "... {count} more refused rows; --remarks FILE has them all."
)
_REMARKS = Words("带说明的表格：{file}", "The sheet with remarks: {file}")
_UNDONE = Words(
    "已撤销：删除 {removed}、恢复 {changed}；不能撤销 {refused}。",
    "Undone: {removed} removed, {changed} set back; {refused} could not be.",
)

#: Refused rows printed.
SHOWN = 20


@command(
    "把表格 FILE 导入实体。\n\nCSV（各种编码和分隔符）、xlsx、xls。先逐行检查，再写入；被拒绝的行不影响其他行。表格"
    "里没有的记录不会"
    "被删除；重复导入不会重复新建。\n\n列按表头猜测，用 --map 表头=字段 更正；没有编号的表格可以用行号：--map '#=字"
    "段'。",
    "Import the spreadsheet FILE into an entity.\n\nCSV of any usual encoding and separator, xlsx, xls. Every row is "
    "checked, then written; rows that are refused do not stop the others. Records that are missing in the sheet are "
    "never "
    "deleted, and importing it again creates nothing twice.\n\nColumns are guessed by their headers; --map "
    "HEADER=FIELD "
    "corrects that. Sheets without any number of their own may use the row number: --map '#=FIELD'.",
    name="import",
)
@click.argument("file", required=False, type=click.Path(dir_okay=False))
@option("--into", "entity", default="", metavar="ENTITY", zh="导入到哪个实体。", en="The entity to import into.")
@option(
    "--map",
    "pairs",
    multiple=True,
    metavar="HEADER=FIELD",
    zh="列的去处；字段留空则不导入。",
    en="Where a column goes; no field leaves it out.",
)
@option(
    "--key",
    default=None,
    metavar="FIELD[,FIELD]",
    zh="据以找到已有记录的字段。",
    en="Fields that tell which record a row means.",
)
@option("--sheet", default="", zh="工作簿里的哪个表。", en="Which sheet of a workbook.")
@option("--dry-run", is_flag=True, zh="只检查，不写入。", en="Only check; write nothing.")
@option(
    "--all-or-nothing", is_flag=True, zh="只要有一行被拒绝，就都不写入。", en="Write nothing when any row is refused."
)
@option(
    "--remarks",
    type=click.Path(dir_okay=False),
    zh="把原表连同每行的结果写成这个 xlsx 文件。",
    en="Write the sheet with the outcome of each row to this xlsx file.",
)
@option("--undo", type=int, metavar="BATCH", zh="撤销一批导入。", en="Undo a batch.")
@option("--resume", type=int, metavar="BATCH", zh="继续一批中断的导入。", en="Go on with a batch that was cut off.")
@option("--list", "listing", is_flag=True, zh="列出做过的导入。", en="List imports that were made.")
@option("--yes", is_flag=True, zh="不再询问。", en="Do not ask.")
@option(
    "--as", "login", default="", zh="以这个账号的权限和名义。", en="With the rights and in the name of this account."
)
@acting
async def import_command(
    file: str | None,
    entity: str,
    pairs: tuple[str, ...],
    key: str | None,
    sheet: str,
    dry_run: bool,
    all_or_nothing: bool,
    remarks: str | None,
    undo: int | None,
    resume: int | None,
    listing: bool,
    yes: bool,
    login: str,
) -> int:
    """Import, undo, go on, or list."""
    async with _session(login) as (engine, fresh):
        if listing:
            return await _listed(await fresh(), engine)
        if undo is not None:
            return await _undone(fresh, undo)
        if resume is not None:
            return await _applied(fresh, resume, remarks)
        if file is None or not entity:
            raise click.MissingParameter(param_hint="FILE" if file is None else "--into", param_type="argument")
        one = await _begun(await fresh(), engine, Path(file), entity, _pairs(pairs), key, sheet)
        return await _imported(fresh, one, dry_run, all_or_nothing, yes, remarks)


Fresh = Callable[[], Awaitable[Work]]


@asynccontextmanager
async def _session(login: str) -> AsyncIterator[tuple[Engine, Fresh]]:
    """The installation, and what gives a fresh piece of work for whoever imports."""
    async with installation() as engine:
        demand_published(engine)
        actor: Actor = await actor_named(engine, login)

        async def fresh() -> Work:
            nonlocal actor
            await engine.refresh()
            if actor.id:
                engine.entrance.actors.forget(actor.id)
                actor = await actor_named(engine, login)
            return engine.work(actor)

        yield engine, fresh


def _pairs(pairs: Iterable[str]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        header, mark, path = pair.rpartition("=")
        if not mark or not header:
            raise Refused(Diagnostic("CLI_011", args={"pair": pair}))
        found[header.strip() if header != LINE_HEADER else header] = path.strip()
    return found


def _demand_entity(engine: Engine, name: str) -> None:
    names = sorted(engine.version.model.entities)
    if name not in names:
        near = did_you_mean(name, names)
        hint = Words(f"是不是“{near}”？", f'Did you mean "{near}"?').get(lang_of()) if near else ""
        raise Refused(Diagnostic("CLI_007", args={"name": name, "near": hint, "names": ", ".join(names)}))


async def _begun(
    work: Work, engine: Engine, file: Path, entity: str, pairs: dict[str, str], key: str | None, sheet: str
) -> Import:
    _demand_entity(engine, entity)
    content = _content(file)
    one = await begin_import(work, entity, file.name, content, sheet, engine.settings.limits.import_rows)
    wanted = None if key is None else [name.strip() for name in key.split(",") if name.strip()]
    if pairs or wanted is not None:
        one = await set_columns(work, one, pairs, wanted)
    _show_columns(one)
    return one


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        raise Refused(Diagnostic("CLI_012", args={"file": str(file)})) from None


def _show_columns(one: Import) -> None:
    lang = lang_of()
    remark(_MAPPED)
    for column in one.scheme.columns:
        if column.field:
            remark(f"  {column.header} → {column.field}" + ("" if column.sure else f"  {_GUESSED.get(lang)}"))
    left = [c.header for c in one.scheme.columns if not c.field]
    report([Diagnostic("EXCH_006", args={"header": header}) for header in left], sort=False)
    if one.scheme.key:
        remark(_KEY, key=", ".join(one.scheme.key))
    else:
        report([Diagnostic("EXCH_024")])


async def _imported(
    fresh: Fresh, one: Import, dry_run: bool, all_or_nothing: bool, yes: bool, remarks: str | None
) -> int:
    asked = interactive() and not yes
    if dry_run or all_or_nothing or asked:
        await check_import(await fresh(), one)
        one = await _run(fresh, one, _CHECKING)
        say(_WOULD, **_counts(one))
        await _show_refused(await fresh(), one)
        stopped = (
            dry_run
            or (all_or_nothing and one.counts.get("refused"))
            or (asked and not click.confirm(_ASK.get(lang_of())))
        )
        if stopped:
            await _remarks(fresh, one, remarks)
            await stop_import(await fresh(), one)
            say(_DRY if dry_run else _NONE if all_or_nothing and one.counts.get("refused") else _NOT)
            return FOUND if one.counts.get("refused") else 0
    await apply_import(await fresh(), one)
    return await _applied(fresh, one.id, remarks)


async def _applied(fresh: Fresh, batch: int, remarks: str | None) -> int:
    one = await _run(fresh, await load_import(await fresh(), batch), _WRITING)
    say(_DID, batch=one.id, **_counts(one))
    await _show_refused(await fresh(), one)
    await _remarks(fresh, one, remarks)
    return FOUND if one.counts.get("refused") else 0


async def _run(fresh: Fresh, one: Import, name: Words) -> Import:
    with Progress() as progress:
        progress.step(name.get(lang_of()))
        return await run_import(
            fresh, one.id, lambda now: progress.note(f"{sum(now.counts.values()):,} / {now.rows:,}")
        )


def _counts(one: Import) -> dict[str, int]:
    return {name: one.counts.get(name, 0) for name in ("created", "changed", "same", "refused")}


async def _show_refused(work: Work, one: Import) -> None:
    lang = lang_of()
    for row in await import_rows(work, one.id, "refused", limit=SHOWN):
        for line in _refused_lines(row, lang):
            click.echo(line)
    more = one.counts.get("refused", 0) - SHOWN
    if more > 0:
        say(_MORE, count=more)


def _refused_lines(row: ImportRow, lang: str) -> Iterable[str]:
    for one in row.problems:
        if is_error(one):
            said = words(one, lang)
            yield f"{_ROW.get(lang).format(number=row.number)}  {one.place.path}  {one.code} {said.what}"
            if said.remedy:
                yield f"    {said.remedy}"


async def _remarks(fresh: Fresh, one: Import, file: str | None) -> None:
    if file:
        await remarked(await fresh(), one.id, Path(file), lang_of())
        say(_REMARKS, file=file)


async def _undone(fresh: Fresh, batch: int) -> int:
    done = await undo_import(fresh, batch)
    counts = {name: done.counts.get(name, 0) for name in ("removed", "changed", "refused")}
    say(_UNDONE, **counts)
    lang = lang_of()
    for row in done.rows[:SHOWN]:
        for one in row.messages:
            click.echo(f"{row.label}  {one.code} {words(one, lang).what}")
    return FOUND if counts["refused"] else 0


async def _listed(work: Work, engine: Engine) -> int:
    lang = lang_of()
    for one in await imports_of(work, limit=50):
        at = moment(one.at).astimezone(engine.zone)
        counts = " ".join(f"{name} {count}" for name, count in _counts(one).items())
        state = IMPORT_STATES[one.state].get(lang)
        click.echo(f"{one.id}  {at:%Y-%m-%d %H:%M}  {one.title} → {one.entity}  {state}  {counts}")
    return 0


# ---------------------------------------------------------------- export

_WRITTEN = Words("已导出到 {file}。", "Exported to {file}.")


@command(
    "把实体 ENTITY 的记录导出为 csv 或 xlsx。\n\n--where 是列表的筛选：字段=值、字段.gte=值、字段.in=甲,乙，可多次。"
    "不写 --out 时，"
    "CSV 输出到标准输出。每次导出都记入审计。",
    "Export records of ENTITY as csv or xlsx.\n\n--where filters as lists do: FIELD=VALUE, FIELD.gte=VALUE, "
    "FIELD.in=A,B; "
    "it may be given several times. Without --out CSV goes to standard output. Every export is audited.",
)
@click.argument("entity")
@option(
    "--out",
    type=click.Path(dir_okay=False),
    zh="写到这个文件，按扩展名决定格式。",
    en="File to write; its ending says the format.",
)
@option(
    "--format",
    "form",
    type=click.Choice(("csv", "xlsx")),
    zh="格式；不写则看文件扩展名。",
    en="Format, by the ending of the file unless given.",
)
@option(
    "--fields",
    default="",
    metavar="FIELD,...",
    zh="哪些列，可跨关联，例如 student.name。",
    en="Which columns, over links too, such as student.name.",
)
@option("--where", multiple=True, metavar="FIELD[.OP]=VALUE", zh="筛选。", en="A filter.")
@option("--sort", default="", metavar="FIELD,-FIELD", zh="次序。", en="Order.")
@option("--view", default="", zh="按定义里的这个列表。", en="As this declared view.")
@option("--as", "login", default="", zh="以这个账号的权限。", en="With the rights of this account.")
@acting
async def export_command(
    entity: str,
    out: str | None,
    form: str | None,
    fields: str,
    where: tuple[str, ...],
    sort: str,
    view: str,
    login: str,
) -> int:
    """Export a list."""
    async with _session(login) as (engine, fresh):
        _demand_entity(engine, entity)
        work = await fresh()
        params = [("fields", fields), ("sort", sort), ("view", view), *(_condition(part) for part in where)]
        read = read_ask(work.version.model, work.version.entity(entity), [(k, v) for k, v in params if v])
        if read.diagnostics:
            raise Refused(read.diagnostics)
        chosen = form or ("xlsx" if out and out.lower().endswith(".xlsx") else "csv")
        most = engine.settings.limits.export_rows
        shown = work.version.model.views.get(view) if view else None
        _, content = await export_file(work, read.ask, "xlsx" if chosen == "xlsx" else "csv", lang_of(), shown, most)
        await _sent(content, out)
        if out:
            remark(_WRITTEN, file=out)
        return 0


def _condition(part: str) -> tuple[str, str]:
    name, mark, value = part.partition("=")
    if not mark or not name.strip():
        raise Refused(Diagnostic("CLI_015", args={"part": part}))
    return name.strip(), value


async def _sent(content: AsyncIterator[bytes], out: str | None) -> None:
    """The content to a file, which appears when it is complete, or to standard output."""
    if out is None:
        stream = sys.stdout.buffer
        async for piece in content:
            stream.write(piece)
        stream.flush()
        return
    target = Path(out)
    part = target.with_name(target.name + ".part")
    try:
        with _opened(part) as file:
            async for piece in content:
                file.write(piece)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _opened(part: Path) -> BinaryIO:
    try:
        return part.open("wb")
    except OSError:
        raise Refused(Diagnostic("CLI_012", args={"file": str(part.with_suffix(""))})) from None
