"""Messages about: workflow."""

from __future__ import annotations

from .diagnostic import Entry

ENTRIES: dict[str, Entry] = {}
