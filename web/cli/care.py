"""`shuyuan backup, restore, drill, doctor, migrate`: keeping an installation safe and sound."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path

import click
from shuyuan.engine import (
    Diagnostic,
    LocalFiles,
    Manifest,
    Refused,
    Settings,
    backup,
    drill,
    has_errors,
    look_over,
    make_views,
    remove_scratch,
    restore,
    scratch_beside,
)

from .installation import acting, guarded, installation, settings
from .report import report
from .root import FOUND
from .speech import Words, command, interactive, lang_of, option, say

_DONE = Words(
    "已备份到 {file}：{size}，{tables} 张表，{files} 个文件。",
    "Backed up to {file}: {size}, {tables} tables, {files} files.",
)
_DONE_FILE = Words("已备份到 {file}：{size}，{files} 个文件。", "Backed up to {file}: {size}, {files} files.")


def sized(count: int) -> str:
    """Bytes as people read them."""
    for unit in ("B", "KB", "MB", "GB"):
        if count < 1000 or unit == "GB":
            return f"{count:.1f} {unit}" if unit != "B" and count < 100 else f"{count:.0f} {unit}"
        count = count / 1000  # type: ignore[assignment]
    return ""


@command(
    "把数据库和文件备份成一个 zip 文件；不必停止网站。\n\nFILE 不写则按日期命名。写到一半中断不会留下文件。",
    "Back up database and files into one zip file; the site need not be stopped.\n\nFILE is named by the day unless "
    "given. "
    "Nothing is left behind when it is interrupted.",
)
@click.argument("file", required=False, type=click.Path(dir_okay=False))
@acting
async def backup_command(file: str | None) -> int:
    """Back up."""
    async with installation() as engine:
        now = datetime.now(UTC)
        target = Path(file or f"shuyuan-{now.astimezone(engine.zone):%Y%m%d-%H%M%S}.zip")
        if not target.parent.is_dir():
            raise Refused(Diagnostic("CLI_012", args={"file": str(target.parent)}))
        manifest = await backup(engine.store, engine.files, target, now=now)
        _said(manifest, target)
        return 0


def _said(manifest: Manifest, target: Path) -> None:
    size = sized(target.stat().st_size)
    words = _DONE if manifest.tables else _DONE_FILE
    say(words, file=target, size=size, tables=len(manifest.tables), files=len(manifest.files))
    if manifest.missing:
        report([Diagnostic("CLI_017", args={"count": len(manifest.missing)})])


_REPLACE = Words("现有的数据会被备份里的替换。继续吗？", "What is in the database now will be replaced. Go on?")
_RESTORED = Words("已恢复 {made_at} 的备份：{files} 个文件。", "Restored the backup of {made_at}: {files} files.")
_BEFORE = Words("原来的数据库保留为 {file}。", "The former database is kept as {file}.")


@command(
    "把备份 FILE 恢复到配置所指的数据库和文件夹。\n\n数据库须是空的；要替换现有数据，加 --replace，并先停止网站。"
    "SQLite 的"
    "原数据库会保留在旁边。",
    "Restore the backup FILE into the database and folder of the settings.\n\nThe database has to be empty; to "
    "replace what "
    "is there add --replace, with the site stopped. A former SQLite database is kept beside the new one.",
)
@click.argument("file", type=click.Path(dir_okay=False))
@option("--replace", is_flag=True, zh="替换现有的数据。", en="Replace what is there.")
@option("--yes", is_flag=True, zh="不再询问。", en="Do not ask.")
def restore_command(file: str, replace: bool, yes: bool) -> None:
    """Restore."""
    guarded(lambda: _restored(Path(file), replace, yes))


def _restored(source: Path, replace: bool, yes: bool) -> int:
    found = settings()
    if not source.is_file():
        raise Refused(Diagnostic("CLI_012", args={"file": str(source)}))
    if replace and not yes and interactive() and not click.confirm(_REPLACE.get(lang_of())):
        return FOUND
    files = LocalFiles(Path(found.files_folder))
    manifest = asyncio.run(_put_back(source, found, files, replace))
    say(_RESTORED, made_at=manifest.made_at, files=len(manifest.files))
    if found.database.url.startswith("sqlite:///"):
        before = Path(found.database.url.removeprefix("sqlite:///") + ".before-restore")
        if replace and before.exists():
            say(_BEFORE, file=before)
    return 0


async def _put_back(source: Path, found: Settings, files: LocalFiles, replace: bool) -> Manifest:
    manifest = await restore(source, found.database.url, files, replace=replace)
    async with installation(found) as engine:
        await make_views(engine.work())
    return manifest


_DRILLED = Words(
    "演练成功：{rows} 行、{files} 个文件恢复后与备份一致；备份 {size}，用时 {seconds:.1f} 秒。",
    "The drill succeeded: {rows} rows and {files} files came back as they were; backup {size}, {seconds:.1f} s.",
)


@command(
    "演练恢复：备份正在使用的数据，恢复到旁边的临时数据库，逐行核对，然后删除。\n\n现有数据不受影响。PostgreSQL 账号"
    "须能建库，"
    "或用 --into 指定一个空库。",
    "Practise a restore: back up what is live, restore it into a database beside it, compare row by row, remove "
    "it.\n\nWhat "
    "is live is not touched. On PostgreSQL the account has to be allowed to make databases, or --into names an "
    "empty one.",
)
@option(
    "--into",
    default="",
    zh="用这个空数据库，不新建也不删除。",
    en="Use this empty database instead of making and removing one.",
)
@acting
async def drill_command(into: str) -> int:
    """Practise a restore."""
    begun = time.monotonic()
    async with installation() as engine:
        now = datetime.now(UTC)
        scratch = into or await scratch_beside(engine.store, now)
        try:
            done = await drill(engine.store, engine.files, scratch, now)
        finally:
            if not into:
                await remove_scratch(engine.store, scratch)
    seconds = time.monotonic() - begun
    say(_DRILLED, rows=f"{sum(done.rows.values()):,}", files=done.files, size=sized(done.size), seconds=seconds)
    return 0


_SOUND = Words("检查完毕，一切正常。", "Looked over: everything is sound.")


@command(
    "检查数据库、文件和定义是否一致、完好；只读。\n\n有必须处理的问题时退出码为 1。",
    "Look whether database, files and definitions agree and are sound; only reads.\n\nEnds with 1 when anything "
    "must be "
    "mended.",
)
@acting
async def doctor_command() -> int:
    """Look over the installation."""
    async with installation() as engine:
        found = await look_over(engine.work())
        report(found, err=False)
        if not found:
            say(_SOUND)
        return FOUND if has_errors(found) else 0


_MIGRATED = Words("数据库已是本版本。", "The database is of this version.")


@command(
    "把数据库升级到本版本的程序；可重复执行。\n\n升级前先备份：shuyuan backup。",
    "Bring the database to the version of this program; can be repeated.\n\nBack up first: shuyuan backup.",
)
@acting
async def migrate_command() -> None:
    """Migrate."""
    async with installation():
        say(_MIGRATED)
