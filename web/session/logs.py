"""How the log is written: one line for each thing, words at a terminal and JSON where a program reads it."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime
from typing import TextIO

import orjson

#: Where everything of ours is logged.
ROOT = "shuyuan"


class AsJson(logging.Formatter):
    """A line of JSON: time, level, logger, message, what the record gives as `fields`, and the trace of a fault."""

    def format(self, record: logging.LogRecord) -> str:
        """The line. Whatever a message holds, it stays on it."""
        found: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            found["trace"] = self.formatException(record.exc_info)
        return orjson.dumps(found, default=str).decode()


class AsWords(logging.Formatter):
    """A line for people: time of day, level, message."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(message)s", "%H:%M:%S")


def write_log(level: str, stream: TextIO | None = None) -> None:
    """Write what happens from `level` on to `stream` (standard error), each line whole; called once in a process."""
    where = stream or sys.stderr
    handler = logging.StreamHandler(where)
    handler.setFormatter(AsWords() if where.isatty() else AsJson())
    ours = logging.getLogger(ROOT)
    ours.handlers[:] = [handler]
    ours.setLevel(level.upper())
