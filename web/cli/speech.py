"""The command line in the reader's language: which one it is, and commands and options described in both."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


class Words(NamedTuple):
    """The same in Chinese and in English."""

    zh: str
    en: str

    def get(self, lang: str) -> str:
        """In one language."""
        return self.en if lang == "en" else self.zh


Lang = Literal["zh", "en"]


def usual_lang(env: Mapping[str, str]) -> Lang:
    """The language the terminal is set to; English for one that is neither."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if found := env.get(name):
            return "zh" if found.lower().startswith("zh") else "en"
    return "zh"


def lang_of(context: click.Context | None = None) -> Lang:
    """What `--lang` says, else the language of the terminal."""
    context = context or click.get_current_context(silent=True)
    given = context.find_root().params.get("lang") if context else None
    return ("en" if given == "en" else "zh") if given else usual_lang(os.environ)


def say(words: Words | str, /, **values: Any) -> None:
    """A line for the reader."""
    click.echo(_filled(words, values))


def remark(words: Words | str, /, **values: Any) -> None:
    """A line beside the answer: on standard error, so that the answer can be passed on."""
    click.echo(_filled(words, values), err=True)


def _filled(words: Words | str, values: Mapping[str, Any]) -> str:
    text = words.get(lang_of()) if isinstance(words, Words) else words
    return text.format_map(values) if values else text


_USAGE = Words("用法：", "Usage: ")
_OPTIONS = Words("选项", "Options")
_COMMANDS = Words("命令", "Commands")
_HELP = Words("显示这段说明。", "Show this text.")


class SpokenOption(click.Option):
    """An option with its meaning in both languages."""

    words: Words

    def __init__(self, *args: Any, words: Words, **more: Any) -> None:
        super().__init__(*args, **more)
        self.words = words

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """What the list of options says of it."""
        self.help = self.words.get(lang_of(ctx))
        return super().get_help_record(ctx)


class Spoken(click.Command):
    """A command described in both languages."""

    words: Words

    def __init__(self, *args: Any, words: Words, **more: Any) -> None:
        super().__init__(*args, **more)
        self.words = words

    def get_short_help_str(self, limit: int = 100) -> str:
        """Its first line, for lists."""
        return self.words.get(lang_of()).splitlines()[0]

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """How it is called."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), _USAGE.get(lang_of(ctx)))

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What it does."""
        formatter.write_paragraph()
        with formatter.indentation():
            for line in self.words.get(lang_of(ctx)).splitlines():
                formatter.write_text(line) if line else formatter.write_paragraph()

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Its options."""
        found = [record for param in self.get_params(ctx) if (record := param.get_help_record(ctx))]
        if found:
            with formatter.section(_OPTIONS.get(lang_of(ctx))):
                formatter.write_dl(found)
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """`--help`, in the reader's language."""
        found = super().get_help_option(ctx)
        if found:
            found.help = _HELP.get(lang_of(ctx))
        return found


class SpokenGroup(Spoken, click.Group):
    """A command of several, such as `shuyuan user`."""

    command_class = Spoken

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands in it, in the order they were written."""
        found = [(name, one) for name in self.list_commands(ctx) if (one := self.get_command(ctx, name))]
        if found:
            with formatter.section(_COMMANDS.get(lang_of(ctx))):
                formatter.write_dl([(name, one.get_short_help_str()) for name, one in found])

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names."""
        return list(self.commands)


def command(zh: str, en: str, name: str | None = None) -> Callable[[Callable[..., Any]], Spoken]:
    """A command with its description."""
    return click.command(name, cls=Spoken, words=Words(zh, en))


def option(*names: str, zh: str, en: str, **more: Any) -> Callable[[F], F]:
    """An option with its meaning."""
    return click.option(*names, cls=SpokenOption, words=Words(zh, en), **more)


def interactive() -> bool:
    """Whether somebody sits at a terminal and can be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()
