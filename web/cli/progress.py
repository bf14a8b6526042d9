"""What is going on while a long command runs: one line that is written over, or a line for each part."""

from __future__ import annotations

import sys
import time
from types import TracebackType

import click


class Progress:
    """The lines of one command, on standard error.

    A step is begun with its name; `note` says how far it is; the next step, or the end, writes what it took.
    """

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._name = ""
        self._begun = 0.0
        self._shown = 0.0

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.end()
        elif self._name and self._live:
            click.echo(err=True)

    def step(self, name: str) -> None:
        """Begin a step; the one before is over."""
        self.end()
        self._name, self._begun, self._shown = name, time.monotonic(), 0.0
        if self._live:
            click.echo(f"  … {name}", err=True, nl=False)

    def note(self, text: str) -> None:
        """How far the step is; written at most ten times a second, and only on a terminal."""
        now = time.monotonic()
        if self._live and now - self._shown > 0.1:
            self._shown = now
            click.echo(f"\r\x1b[K  … {self._name}  {text}", err=True, nl=False)

    def end(self, text: str = "") -> None:
        """The step is over."""
        if not self._name:
            return
        took = f"{time.monotonic() - self._begun:.1f} s"
        start = "\r\x1b[K" if self._live else ""
        click.echo(f"{start}  ✓ {self._name}  {text}{'  ' if text else ''}{took}", err=True)
        self._name = ""
