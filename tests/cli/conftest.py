"""The command line as a person types it, in a folder of its own."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner
from shuyuan.web.cli import root

Typed = Callable[..., "Said"]


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it said: the answer, and what stood beside it."""

    code: int
    out: str
    err: str


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in; nothing in the environment says anything."""
    for name in [n for n in os.environ if n.startswith("SHUYUAN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def typed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Type a command: `typed("check", "school").out`. given: what comes on standard input."""

    def run(*args: str, given: str = "") -> Said:
        runner = CliRunner()
        with runner.isolation(input=given) as (out, err, _):
            code = root.run([str(a) for a in args])
            return Said(code, out.getvalue().decode(), err.getvalue().decode())

    return run


@pytest.fixture
def installed(typed: Typed) -> Typed:
    """The command line in a folder with an installation of the school pack on SQLite."""
    assert typed("init").code == 0
    return typed
