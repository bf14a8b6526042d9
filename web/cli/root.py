"""`shuyuan` itself: the list of commands, each loaded when it is called, and what becomes of failures."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

from .speech import SpokenGroup, Words, lang_of, option, remark

#: Command, the module that holds it, what the list says of it. A list costs no import of the engine.
COMMANDS: tuple[tuple[str, str, Words], ...] = (
    ("demo", "demo", Words("建立并打开一所演示学校", "Make a demo school and open it")),
    ("init", "setup", Words("在当前目录建立一个新的安装", "Begin a new installation in this folder")),
    ("serve", "serving", Words("启动网站", "Serve the site")),
    ("worker", "serving", Words("只处理后台任务，不提供网站", "Do the jobs in the background, without a site")),
    ("config", "setup", Words("检查或显示配置", "Check or show the settings")),
    ("check", "definitions", Words("检查定义，没有问题时不输出", "Check definitions; says nothing when all is well")),
    ("plan", "definitions", Words("说明发布会改变什么，不写入", "Say what publishing would change; writes nothing")),
    ("publish", "definitions", Words("发布定义", "Publish definitions")),
    ("rollback", "definitions", Words("恢复较早发布的版本", "Take up an older version again")),
    ("versions", "definitions", Words("列出已发布的版本", "List what was published")),
    (
        "schema",
        "definitions",
        Words("输出实体的 JSON Schema 或全部的 OpenAPI", "Print JSON Schema of an entity, or OpenAPI"),
    ),
    ("import", "exchange", Words("导入表格，可试算、可撤销", "Import a spreadsheet; can be tried and undone")),
    ("export", "exchange", Words("把记录导出为表格", "Export records as a spreadsheet")),
    ("user", "people", Words("管理账号与角色", "Manage accounts and roles")),
    ("token", "people", Words("管理程序用的 API 密钥", "Manage API tokens for programs")),
    ("backup", "care", Words("备份数据库和文件", "Back up database and files")),
    ("restore", "care", Words("从备份恢复", "Restore a backup")),
    ("drill", "care", Words("演练一次恢复并核对", "Practise a restore and compare")),
    ("doctor", "care", Words("检查数据库与文件是否完好", "Look whether database and files are sound")),
    ("migrate", "care", Words("把数据库升级到本版本", "Bring the database to this version")),
)

#: How a command ends: 0 done, 1 refused or something found, 2 wrong usage, 3 the database is busy or out of reach.
OK, FOUND, USAGE, BUSY, STOPPED = 0, 1, 2, 3, 130


class Root(SpokenGroup):
    """The commands of the table, imported one by one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names."""
        return [name for name, _, _ in COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, loaded."""
        for name, module, _ in COMMANDS:
            if name == cmd_name:
                found = importlib.import_module(f".{module}", __package__)
                loaded: click.Command = getattr(found, f"{name}_command")
                return loaded
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list, from the table."""
        lang = lang_of(ctx)
        with formatter.section(Words("命令", "Commands").get(lang)):
            formatter.write_dl([(name, words.get(lang)) for name, _, words in COMMANDS])


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"shuyuan {version('shuyuan')}")
        ctx.exit()


@click.group(
    "shuyuan",
    cls=Root,
    words=Words(
        "书院：用 YAML 声明的表单、记录与审批。\n\n第一次使用：shuyuan demo；正式安装：shuyuan init，再 shuyuan "
        "serve。",
        "Shuyuan: forms, records and approvals declared in YAML.\n\n"
        "To look at it: shuyuan demo. To install it: shuyuan init, then shuyuan serve.",
    ),
)
@option(
    "--lang",
    type=click.Choice(("zh", "en")),
    is_eager=True,
    zh="输出的语言；不写则按终端的语言。",
    en="Language of what is printed; that of the terminal unless given.",
)
@option(
    "--settings",
    "settings_file",
    type=click.Path(dir_okay=False),
    zh="配置文件；不写则用当前目录的 shuyuan.toml。",
    en="The settings file; shuyuan.toml in this folder unless given.",
)
@option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    zh="显示版本。",
    en="Show the version.",
)
@click.pass_context
def shuyuan(ctx: click.Context, lang: str | None, settings_file: str | None) -> None:
    """The command itself."""
    ctx.obj = settings_file


_WRONG_USAGE = Words("命令写法不对：{said}", "That is not how the command is called: {said}")
_TRY = Words("用法见：{command} --help", "See: {command} --help")


def main(args: list[str] | None = None) -> None:
    """Run the command line and end the process with what came of it."""
    sys.exit(run(args))


def run(args: list[str] | None = None) -> int:
    """Run the command line; how it ended."""
    try:
        ended: Any = shuyuan.main(args, "shuyuan", standalone_mode=False)
        return ended if isinstance(ended, int) else OK
    except click.exceptions.Exit as ended_early:
        return int(ended_early.exit_code)
    except click.UsageError as wrong:
        return _wrong(wrong)
    except (click.Abort, KeyboardInterrupt):
        return STOPPED
    except click.ClickException as wrong:
        remark(wrong.format_message())
        return wrong.exit_code
    except BrokenPipeError:  # whoever read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK


def _wrong(wrong: click.UsageError) -> int:
    lang = lang_of(wrong.ctx)
    remark(_WRONG_USAGE.get(lang).format(said=_said(wrong, lang)))
    remark(_TRY.get(lang).format(command=wrong.ctx.command_path if wrong.ctx else "shuyuan"))
    return USAGE


_NO_OPTION = Words("没有选项 {name}{near}", "there is no option {name}{near}")
_NO_COMMAND = Words("没有命令 {name}{near}", "there is no command {name}{near}")
_NEAR = Words("，是不是 {near}？", "; did you mean {near}?")
_MISSING = Words("缺少 {name}", "{name} is missing")


def _said(wrong: click.UsageError, lang: str) -> str:
    if isinstance(wrong, click.NoSuchOption):
        near = _NEAR.get(lang).format(near=", ".join(wrong.possibilities)) if wrong.possibilities else ""
        return _NO_OPTION.get(lang).format(name=wrong.option_name, near=near)
    if isinstance(wrong, click.MissingParameter):
        name = wrong.param.get_error_hint(wrong.ctx) if wrong.param and wrong.ctx else wrong.param_hint
        return _MISSING.get(lang).format(name=name)
    name = getattr(wrong, "command_name", "")
    if name:
        from difflib import get_close_matches

        close = get_close_matches(name, [c for c, _, _ in COMMANDS], 1)
        return _NO_COMMAND.get(lang).format(name=name, near=_NEAR.get(lang).format(near=close[0]) if close else "")
    return wrong.format_message()
