"""The page about the command line says what the commands are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
from shuyuan.web.cli.reference import reference
from shuyuan.web.cli.root import COMMANDS, shuyuan
from shuyuan.web.cli.speech import Spoken, SpokenOption

PAGE = Path(__file__).resolve().parents[2] / "docs/reference/cli.md"


def every() -> list[tuple[str, click.Command]]:
    context = click.Context(shuyuan, info_name="shuyuan")
    found = []
    for name, _, _ in COMMANDS:
        one = shuyuan.get_command(context, name)
        assert one is not None
        found += [(f"{name} {inner}", c) for inner, c in one.commands.items()] if isinstance(one, click.Group) else []
        found.append((name, one))
    return found


def test_the_page_is_as_the_commands_are() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference(), "write it anew: make docs, or web/cli/reference.py"


def test_every_command_and_option_is_described_in_both_languages() -> None:
    for name, one in every():
        assert isinstance(one, Spoken) and one.words.zh and one.words.en, name
        for option in one.params:
            if isinstance(option, click.Option):
                assert isinstance(option, SpokenOption) and option.words.zh and option.words.en, (name, option.name)


def test_help_of_every_command_can_be_read_in_both_languages() -> None:
    for lang in ("zh", "en"):
        for name, _ in every():
            context = click.Context(shuyuan, info_name="shuyuan")
            context.params["lang"] = lang
            command: click.Command = shuyuan
            for part in name.split():
                assert isinstance(command, click.Group)
                found = command.get_command(context, part)
                assert found is not None
                command, context = found, click.Context(found, context, info_name=part)
            text = command.get_help(context)
            assert text.startswith("Usage: shuyuan" if lang == "en" else "用法：shuyuan")


def test_the_module_runs_as_the_command() -> None:
    done = subprocess.run([Path(sys.executable).with_name("shuyuan"), "--version"], capture_output=True, check=False)
    assert done.returncode == 0 and done.stdout.startswith(b"shuyuan ")
