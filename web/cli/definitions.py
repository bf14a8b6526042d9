"""`shuyuan check, plan, publish, rollback, versions, schema`: definitions from files to what is live."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from shuyuan.engine import (
    OPERATIONS,
    Diagnostic,
    Identity,
    Place,
    Probe,
    Proposed,
    Published,
    Reach,
    Refused,
    Work,
    check_documents,
    did_you_mean,
    documents_of,
    has_errors,
    moment,
    openapi,
    past,
    propose,
    propose_rollback,
    publish,
    record_schema,
    rollback,
    shipped,
    shipped_packs,
    versions,
    words,
)

from .installation import acting, actor_named, demand_published, ended, guarded, installation
from .report import report
from .root import FOUND
from .speech import Words, command, interactive, lang_of, option, say

# ---------------------------------------------------------------- packs


@dataclass(frozen=True, slots=True)
class Documents:
    """Packs as they were read. texts: document path -> text; shown: document path -> path of the file on disk."""

    texts: Mapping[str, str]
    problems: tuple[Diagnostic, ...]
    shown: Mapping[str, str]

    def placed(self, found: Iterable[Diagnostic]) -> list[Diagnostic]:
        """The messages pointing at files as they were named on the command line."""
        return [Diagnostic(d.code, self._place(d.place), d.args) for d in found]

    def _place(self, place: Place) -> Place:
        head, slash, rest = place.file.partition("/")
        if head not in self.shown:
            return place
        return Place(self.shown[head] + slash + rest, place.line, place.column, place.path)


def documents_named(packs: Iterable[str]) -> Documents:
    """The documents of packs: folders, or names of those that come along. Raises Refused(CLI_003)."""
    texts: dict[str, str] = {}
    problems: list[Diagnostic] = []
    shown: dict[str, str] = {}
    for pack in packs:
        folder = Path(pack)
        if folder.is_dir():
            name = _pack_name(folder)
            found, wrong = documents_of(folder, name)
            shown[name] = pack.rstrip("/")
        elif pack in shipped_packs():
            found, wrong = shipped(pack)
        else:
            near = did_you_mean(pack, shipped_packs())
            args = {"path": pack, "near": _near(near), "packs": ", ".join(shipped_packs())}
            raise Refused(Diagnostic("CLI_003", args=args))
        texts.update(found)
        problems += wrong
    return Documents(texts, tuple(problems), shown)


def _pack_name(folder: Path) -> str:
    """What the pack in a folder calls itself, so that a copy under another name stands for the same pack."""
    file = folder / "pack.yaml"
    if not file.is_file():
        return folder.resolve().name
    said = re.search(rb"^pack:[ \t]*([a-z][a-z0-9_]{0,59})[ \t\r]*$", file.read_bytes()[:4096], re.MULTILINE)
    return said[1].decode() if said else folder.resolve().name


def _near(name: str | None) -> Any:
    return Words(f"是不是“{name}”？", f'Did you mean "{name}"?').get(lang_of()) if name else ""


@command(
    "检查定义；没有问题时什么也不输出。\n\nPACK 是定义包的文件夹，或随附定义包的名称；几个包一起检查。每条消息写明文"
    "件、"
    "行、列、编号、问题和改法。有必须改正的问题时退出码为 1。",
    "Check definitions; nothing is printed when all is well.\n\nPACK is a folder, or the name of a pack that comes "
    "along; "
    "several are checked together. Each message says file, line, column, code, what is wrong and what to do. Ends "
    "with 1 "
    "when anything must be mended.",
)
@click.argument("packs", nargs=-1, required=True, metavar="PACK...")
@option("--strict", is_flag=True, zh="有提示时退出码也为 1。", en="End with 1 for notes as well.")
def check_command(packs: tuple[str, ...], strict: bool) -> None:
    """Check packs beside any installation."""

    def body() -> int:
        documents = documents_named(packs)
        found = [*documents.problems, *check_documents(documents.texts, Identity()).diagnostics]
        report(documents.placed(found), err=False)
        return FOUND if has_errors(found) or (strict and found) else 0

    guarded(body)


# ---------------------------------------------------------------- plans

_RISKS: Mapping[str, Words] = {
    "safe": Words("安全", "safe"),
    "mapping": Words("转换", "convert"),
    "backfill": Words("重算", "rewrite"),
    "destructive": Words("有损", "LOSS"),
}
_COUNTS: Mapping[str, Words] = {
    "records": Words("{n} 条记录", "{n} records"),
    "filled": Words("{n} 条有值", "{n} have a value"),
    "empty": Words("{n} 条没有值", "{n} have none"),
    "unconvertible": Words("{n} 条转换不了", "{n} cannot be converted"),
    "duplicates": Words("{n} 条重复", "{n} repeat"),
    "values": Words("{n} 条用到", "{n} use it"),
    "breaking": Words("{n} 条不合规则", "{n} break it"),
    "drafts": Words("{n} 份草稿", "{n} drafts"),
    "cases": Words("{n} 件在办", "{n} open cases"),
    "saved_views": Words("{n} 个保存的列表", "{n} saved views"),
    "tokens": Words("{n} 个密钥", "{n} tokens"),
}
_HEAD = Words("第 {old} 版 → 第 {new} 版，{n} 处变化：", "Version {old} → {new}, {n} changes:")
_NOTHING = Words("没有要发布的改动。", "There is nothing to publish.")
_HASH = Words("计划编号：{hash}", "Plan: {hash}")
_TYPE = Words("有损的变化需要原样输入：{names}", "Losses have to be confirmed by typing: {names}")
_PUBLISH = Words("发布吗？", "Publish?")
_DONE = Words("已发布第 {number} 版。", "Version {number} is live.")
_KEPT = Words("没有发布。", "Nothing was published.")
_ASK = Words("输入“{name}”确认（直接回车则放弃）", "Type “{name}” to confirm (Enter to leave it)")


def show_plan(proposed: Proposed, documents: Documents | None = None) -> None:
    """Print what a publication would do."""
    lang = lang_of()
    said = documents.placed(proposed.diagnostics) if documents else list(proposed.diagnostics)
    report(said, err=False)
    plan = proposed.plan
    if plan is None:
        return
    if plan.empty:
        say(_NOTHING)
        return
    say(_HEAD, old=plan.base.version, new=proposed.number, n=len(plan.steps))
    for step in plan.steps:
        counts = [_counted(proposed, probe, lang) for probe in step.probes]
        more = "  [" + ", ".join(c for c in counts if c) + "]" if any(counts) else ""
        click.echo(f"  {_RISKS[step.risk].get(lang)}  {words(step.said, lang).what}{more}")
        for change in step.changes:
            click.echo(f"          {words(change, lang).what}")
    report(proposed.blocked, err=False, sort=False)
    if plan.confirm:
        say(_TYPE, names=", ".join(plan.confirm))
    say(_HASH, hash=plan.hash)


def _counted(proposed: Proposed, probe: Probe, lang: str) -> str:
    count = proposed.counts.get(probe)
    if not count:
        return ""
    return _COUNTS[probe.kind].get(lang).format(n=f"{count}{'+' if probe in proposed.atleast else ''}")


async def wanted(work: Work, documents: Documents) -> dict[str, str]:
    """What would be live: the packs given here, beside those that are live and were not given."""
    tops = {path.partition("/")[0] for path in documents.texts}
    kept: Mapping[str, str] = {}
    if work.version.number:
        kept = (await past(work, work.version.number)).documents
    return {p: t for p, t in kept.items() if p.partition("/")[0] not in tops} | dict(documents.texts)


@command(
    "说明发布 PACK 会改变什么；不写入任何东西。",
    "Say what publishing PACK would change; nothing is written.",
)
@click.argument("packs", nargs=-1, required=True, metavar="PACK...")
@option("--as", "login", default="", zh="以这个账号的权限。", en="With the rights of this account.")
@acting
async def plan_command(packs: tuple[str, ...], login: str) -> int:
    """Show the plan."""
    documents = documents_named(packs)
    async with installation() as engine:
        work = engine.work(await actor_named(engine, login))
        proposed = await propose(work, await wanted(work, documents))
        report(documents.problems, err=False)
        show_plan(proposed, documents)
        return FOUND if proposed.plan is None or documents.problems else 0


@command(
    "发布 PACK。\n\n先显示计划。安全的改动确认后发布；会失去数据的，还要用 --confirm 原样写出名称。已发布而这里没有写的"
    "定义包保持不变。",
    "Publish PACK.\n\nThe plan is shown first. Safe changes are published once you agree; a loss also needs its "
    "name in "
    "--confirm. Packs that are live and not named here stay as they are.",
)
@click.argument("packs", nargs=-1, required=True, metavar="PACK...")
@option(
    "--plan", "plan_hash", default="", zh="只在计划编号仍是这个时发布。", en="Only while the plan is still this one."
)
@option(
    "--confirm", multiple=True, metavar="NAME", zh="确认失去这里面的数据。", en="Confirm the loss of what is in it."
)
@option("--note", default="", zh="一句话说明改了什么。", en="A sentence about what changed.")
@option("--yes", is_flag=True, zh="不再询问。", en="Do not ask.")
@option("--as", "login", default="", zh="以这个账号的名义。", en="In the name of this account.")
@acting
async def publish_command(
    packs: tuple[str, ...], plan_hash: str, confirm: tuple[str, ...], note: str, yes: bool, login: str
) -> int:
    """Publish packs."""
    documents = documents_named(packs)
    if documents.problems:
        report(documents.problems)
        return FOUND
    async with installation() as engine:
        work = engine.work(await actor_named(engine, login))
        texts = await wanted(work, documents)
        proposed = await propose(work, texts)
        show_plan(proposed, documents)
        typed = await _agreed(proposed, confirm, yes)
        if typed is None:
            return FOUND if proposed.plan is None else 0
        assert proposed.plan is not None
        done = await publish(work, texts, plan_hash or proposed.plan.hash, typed, note)
        _published(done)
        return 0


async def _agreed(proposed: Proposed, confirm: tuple[str, ...], yes: bool) -> tuple[str, ...] | None:
    """What was typed to confirm; None when nothing is to be published. Raises Refused(CLI_016)."""
    plan = proposed.plan
    if plan is None or plan.empty:
        return None
    typed = list(confirm)
    missing = [name for name in plan.confirm if name not in typed]
    if not interactive():
        if missing:
            flags = " ".join(f"--confirm {name}" for name in missing)
            raise Refused(Diagnostic("CLI_016", args={"flags": flags}))
        return tuple(typed)
    for name in missing:
        text = await asyncio.to_thread(
            click.prompt, _ASK.get(lang_of()).format(name=name), default="", show_default=False
        )
        if text != name:
            say(_KEPT)
            return None
        typed.append(text)
    if not yes and not missing and not await asyncio.to_thread(click.confirm, _PUBLISH.get(lang_of())):
        say(_KEPT)
        return None
    return tuple(typed)


def _published(done: Published) -> None:
    say(_DONE, number=done.number)


@command(
    "恢复较早发布的第 NUMBER 版：它的定义、编号和之后收起来的数据。\n\n恢复也是一次发布，会得到新的版本号。",
    "Take up version NUMBER again: its definitions, its ids, and the values set aside since.\n\nGoing back is a "
    "publication too and gets a number of its own.",
)
@click.argument("number", type=click.IntRange(1))
@option(
    "--plan", "plan_hash", default="", zh="只在计划编号仍是这个时执行。", en="Only while the plan is still this one."
)
@option(
    "--confirm", multiple=True, metavar="NAME", zh="确认失去这里面的数据。", en="Confirm the loss of what is in it."
)
@option("--note", default="", zh="一句话说明原因。", en="A sentence about why.")
@option("--yes", is_flag=True, zh="不再询问。", en="Do not ask.")
@option("--as", "login", default="", zh="以这个账号的名义。", en="In the name of this account.")
@acting
async def rollback_command(
    number: int, plan_hash: str, confirm: tuple[str, ...], note: str, yes: bool, login: str
) -> int:
    """Go back to a version."""
    async with installation() as engine:
        work = engine.work(await actor_named(engine, login))
        proposed = await propose_rollback(work, number)
        show_plan(proposed)
        typed = await _agreed(proposed, confirm, yes)
        if typed is None or proposed.plan is None:
            return FOUND if proposed.plan is None else 0
        _published(await rollback(work, number, plan_hash or proposed.plan.hash, typed, note))
        return 0


_RESTORES = Words("恢复第 {number} 版", "takes up version {number} again")
_SYSTEM = Words("系统", "the system")
_STEPS = Words("{n} 处变化", "{n} changes")


@command("列出已发布的版本，最新的在前。", "List what was published, the newest first.")
@option("--limit", default=20, show_default=True, type=click.IntRange(1, 50), zh="最多几条。", en="At most so many.")
@acting
async def versions_command(limit: int) -> None:
    """List versions."""
    lang = lang_of()
    async with installation() as engine:
        demand_published(engine)
        for row in await versions(engine.work(), limit=limit):
            at = moment(row.at).astimezone(engine.zone)
            mark = "*" if row.live else " "
            by = row.by_name or _SYSTEM.get(lang)
            more = [_STEPS.get(lang).format(n=row.count)]
            more += [_RESTORES.get(lang).format(number=row.restores)] if row.restores else []
            more += [row.note] if row.note else []
            click.echo(f"{mark} {row.number:>4}  {at:%Y-%m-%d %H:%M}  {by}  {'; '.join(more)}")


# ---------------------------------------------------------------- schemas


@command(
    "输出实体 ENTITY 的 JSON Schema 2020-12；--openapi 输出全部接口的 OpenAPI 3.1。\n\n没有安装时加 --pack 读取定义"
    "包。",
    "Print JSON Schema 2020-12 of ENTITY, or OpenAPI 3.1 of the whole API with --openapi.\n\nWith --pack it reads a "
    "pack, "
    "without any installation.",
)
@click.argument("entity", required=False, default="")
@option("--openapi", "whole", is_flag=True, zh="输出 OpenAPI 3.1。", en="Print OpenAPI 3.1.")
@option("--pack", multiple=True, zh="读取定义包，而不是已发布的定义。", en="Read packs instead of what is live.")
@option("--use", type=click.Choice(("create", "change", "read")), default="create", show_default=True,
        zh="用于新建、修改还是读取。", en="For creating, changing or reading.")  # fmt: skip
def schema_command(entity: str, whole: bool, pack: tuple[str, ...], use: Any) -> None:
    """Print a schema."""
    if not entity and not whole:
        raise click.MissingParameter(param_hint="ENTITY", param_type="argument")

    async def printed() -> None:
        model = _model_of(pack) if pack else await _live_model()
        if whole:
            click.echo(
                json.dumps(
                    openapi(model, {name: Reach(frozenset(OPERATIONS)) for name in model.entities}, lang_of()),
                    ensure_ascii=False,
                    indent=2,
                )
            )
            return
        found = model.entities.get(entity)
        if found is None:
            names = sorted(model.entities)
            args = {"name": entity, "near": _near(did_you_mean(entity, names)), "names": ", ".join(names)}
            raise Refused(Diagnostic("CLI_007", args=args))
        click.echo(json.dumps(record_schema(model, found, lang_of(), use), ensure_ascii=False, indent=2))

    guarded(lambda: asyncio.run(printed()))


def _model_of(packs: tuple[str, ...]) -> Any:
    documents = documents_named(packs)
    loaded = check_documents(documents.texts, Identity())
    found = [*documents.problems, *loaded.diagnostics]
    if loaded.model is None or documents.problems:
        report(documents.placed(found))
        ended(FOUND)
    return loaded.model


async def _live_model() -> Any:
    async with installation() as engine:
        demand_published(engine)
        return engine.version.model
