"""`shuyuan init` and `shuyuan config`: a new installation, and its settings checked and shown."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from shuyuan.engine import (
    SETTINGS_FILE,
    Diagnostic,
    Refused,
    Settings,
    check_settings,
    first_run,
    has_errors,
    install,
    load_settings,
    open_engine,
    read_settings,
    settings_listed,
    settings_reference,
)

from .definitions import documents_named
from .installation import guarded, settings, settings_file
from .report import report
from .serving import address
from .speech import SpokenGroup, Words, command, lang_of, option, say

_MADE = Words("已建立配置文件 {file}", "Made the settings file {file}")
_PUBLISHED = Words("已发布定义，版本 {number}：{count} 个实体", "Published version {number}: {count} entities")
_FIRST = Words(
    "\n管理员登录名：{login}\n一次性重置码（只显示这一次）：{code}\n\n下一步：\n  {enter}shuyuan serve\n  打开 "
    "{url}/reset，输入重置码，设置密码。",
    "\nSign-in of the administrator: {login}\nCode to set the password once (shown only now): {code}\n\nNext:\n"
    "  {enter}shuyuan serve\n  Open {url}/reset, enter the code and choose a password.",
)

_FILE = Words(
    "# 书院的配置。全部配置项及含义：shuyuan config show，或 docs/reference/settings.md\n"
    "# 环境变量优先于本文件，例如 SHUYUAN_DATABASE_URL。改后运行 shuyuan config check。\n",
    "# Settings of Shuyuan. All of them with their meaning: shuyuan config show, or docs/reference/settings.md\n"
    "# A variable of the environment comes before this file, such as SHUYUAN_DATABASE_URL.\n"
    "# After a change: shuyuan config check\n",
)
_BODY = """\
timezone = "Asia/Shanghai"
language = "{lang}"

[database]
url = {url}

[files]
folder = "files"

[server]
host = "127.0.0.1"
port = 8000
# base_url = "https://school.example.cn"
"""


@command(
    "建立一个新的安装：配置文件、数据库、定义、管理员。\n\n在 FOLDER（不写则在当前目录）里建立；不会动已有的安装。",
    "Begin a new installation: settings file, database, definitions, administrator.\n\nIn FOLDER, or in this folder "
    "unless given; an installation that is there is left alone.",
)
@click.argument("folder", default=".", type=click.Path(file_okay=False))
@option(
    "--database",
    zh="数据库地址；不写则用文件夹里的 SQLite。",
    en="Address of the database; SQLite in the folder unless given.",
)
@option(
    "--pack",
    default="school",
    show_default=True,
    zh="要发布的定义包：随附的名称或文件夹。",
    en="Pack to publish: one that comes along, or a folder.",
)
@option("--login", default="admin", show_default=True, zh="管理员的登录名。", en="Sign-in of the administrator.")
def init_command(folder: str, database: str | None, pack: str, login: str) -> None:
    """Make an installation."""
    guarded(lambda: _init(Path(folder), database, pack, login))


def _init(folder: Path, database: str | None, pack: str, login: str) -> None:
    file = folder / SETTINGS_FILE
    if file.exists():
        raise Refused(Diagnostic("CLI_004", args={"folder": str(folder), "file": str(file)}))
    documents = documents_named((pack,))
    folder.mkdir(parents=True, exist_ok=True)
    lang = lang_of()
    url = database or "sqlite:///shuyuan.sqlite3"
    text = _FILE.get(lang) + "\n" + _BODY.format(lang=lang, url=_quoted(url))
    problems = check_settings(text, {}, str(file))
    if has_errors(problems):
        raise Refused(problems)
    os.chdir(folder)  # addresses in the file count from where the installation is started
    Path("files").mkdir(exist_ok=True)
    found = settings_of_text(text)
    code = asyncio.run(_installed(found, documents.texts, login))
    Path(SETTINGS_FILE).write_text(text, encoding="utf-8")
    say(_MADE, file=str(file))
    if code:
        enter = "" if str(folder) == "." else f"cd {folder} && "
        say(_FIRST, login=login, code=code, url=address(found), enter=enter)


async def _installed(found: Settings, documents: Mapping[str, str], login: str) -> str | None:
    """Definitions published and the first account made, where that was not done before; the code of its owner."""
    engine = await open_engine(found)
    try:
        if engine.version.number == 0:
            number = await install(engine.work(), documents)
            await engine.refresh()
            say(_PUBLISHED, number=number, count=len(engine.version.model.entities))
        return await first_run(engine.entrance, login)
    finally:
        await engine.close()


def settings_of_text(text: str) -> Settings:
    """The settings of a text that was checked, as the environment overrides them."""
    found, problems = read_settings(text, os.environ)
    if found is None:
        raise Refused(problems)
    return found


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@click.group(
    "config",
    cls=SpokenGroup,
    words=Words("检查或显示配置。", "Check or show the settings."),
)
def config_command() -> None:
    """Settings."""


_FINE = Words("配置没有问题。", "The settings are fine.")


@config_command.command(
    "check",
    words=Words(
        "指出配置文件和环境变量里每一处错误。", "Name everything that is wrong in the file and the environment."
    ),
)
def config_check() -> None:
    """Check the settings."""

    def body() -> int:
        file = settings_file() or Path(os.environ.get("SHUYUAN_SETTINGS") or SETTINGS_FILE)
        if not file.exists() and (settings_file() or os.environ.get("SHUYUAN_SETTINGS")):
            load_settings(file, os.environ)
        text = file.read_bytes().decode("utf-8-sig", "replace") if file.exists() else ""
        found = check_settings(text, os.environ, str(file))
        report(found, err=False)
        if not found:
            say(_FINE)
        return int(has_errors(found))

    guarded(body)


@config_command.command(
    "show",
    words=Words(
        "显示每一项配置的值和来源；密码不显示。",
        "Show every setting, its value and where it comes from, without passwords.",
    ),
)
@option("--reference", is_flag=True, zh="改为输出配置项的参考文档。", en="Print the reference of all settings instead.")
def config_show(reference: bool) -> None:
    """Show the settings."""

    def body() -> int:
        if reference:
            click.echo(settings_reference())
            return 0
        lang, section = lang_of(), None
        for key, value in settings_listed(settings()):
            head, _, name = key.name.rpartition(".")
            if head != section:
                section = head
                click.echo(f"\n[{head}]" if head else "", nl=bool(head))
            click.echo(f"{name} = {_toml(value)}  # {_origin(key, value).get(lang)}; {key.doc.get(lang)}")
        return 0

    guarded(body)


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "[" + ", ".join(_quoted(v) for v in value) + "]"
    return str(value) if isinstance(value, int) else _quoted(str(value))


def _origin(key: Any, value: Any) -> Words:
    if key.variable in os.environ:
        return Words(f"来自 {key.variable}", f"from {key.variable}")
    return Words("默认", "default") if value == key.default else Words("来自配置文件", "from the file")
