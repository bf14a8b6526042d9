"""`docs/reference/cli.md`: every command with its options, written from the commands themselves."""

from __future__ import annotations

import click

from .root import COMMANDS, shuyuan
from .speech import Spoken, SpokenOption, Words

_HEAD = """\
# Command line · 命令行

<!-- Written by `shuyuan.web.cli.reference`; a test compares. Change the commands, not this page. -->

`shuyuan COMMAND --help` says the same in the language of the terminal; `--lang zh` or `--lang en` chooses it.
`shuyuan COMMAND --help` 用终端的语言显示同样的内容；`--lang zh`、`--lang en` 指定语言。

| ends with · 退出码 | meaning · 含义 |
|---|---|
| 0 | done · 完成 |
| 1 | refused, or something was found · 被拒绝，或发现了问题 |
| 2 | wrong usage · 命令写法不对 |
| 3 | the database is busy or out of reach · 数据库忙或连不上 |
| 130 | stopped by Ctrl+C · 被 Ctrl+C 中断 |

Messages go to standard error and answers to standard output, so that these can be passed on.
消息输出到标准错误，结果输出到标准输出。
"""


def reference() -> str:
    """The page."""
    out = [_HEAD, "## shuyuan", "", *_options(shuyuan), ""]
    context = click.Context(shuyuan, info_name="shuyuan")
    for name, _, _ in COMMANDS:
        found = shuyuan.get_command(context, name)
        if isinstance(found, click.Group):
            out += [f"## shuyuan {name}", "", *_words(found), ""]
            for inner, one in found.commands.items():
                out += _section("###", f"{name} {inner}", one)
        elif found is not None:
            out += _section("##", name, found)
    return "\n".join(out).rstrip() + "\n"


def _section(mark: str, name: str, found: click.Command) -> list[str]:
    arguments = " ".join(_argument(p) for p in found.params if isinstance(p, click.Argument))
    options = " [OPTIONS]" if any(isinstance(p, click.Option) for p in found.params) else ""
    usage = f"shuyuan {name}{options}{' ' if arguments else ''}{arguments}"
    return [f"{mark} shuyuan {name}", "", "```sh", usage, "```", "", *_words(found), "", *_options(found), ""]


def _argument(argument: click.Argument) -> str:
    name = (argument.metavar or (argument.name or "").upper()).removesuffix("...")
    shown = name + ("..." if argument.nargs == -1 else "")
    return shown if argument.required else f"[{shown}]"


def _words(found: click.Command) -> list[str]:
    words = found.words if isinstance(found, Spoken) else Words("", "")
    return [*words.zh.splitlines(), "", *words.en.splitlines()]


def _options(found: click.Command) -> list[str]:
    rows = []
    for one in found.params:
        if isinstance(one, SpokenOption) and not one.hidden:
            names = ", ".join(f"`{n}`" for n in (*one.opts, *one.secondary_opts))
            kind = "" if one.is_flag else f" {_kind(one)}"
            usual = f"`{one.default}`" if one.show_default and one.default not in (None, "") else ""
            rows.append(f"| {names}{kind} | {usual} | {one.words.zh} {one.words.en} |")
    return ["| option | default | meaning |", "|---|---|---|", *rows] if rows else []


def _kind(one: SpokenOption) -> str:
    if one.metavar:
        return one.metavar
    if isinstance(one.type, click.Choice):
        return " / ".join(f"`{c}`" for c in one.type.choices)
    names = {"integer range": "NUMBER", "integer": "NUMBER", "text": "TEXT", "path": "PATH", "datetime": "DATE"}
    return names.get(one.type.name, one.type.name.upper())
