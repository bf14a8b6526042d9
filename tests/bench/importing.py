"""How fast an import goes: a sheet of valid rows into an entity of its own, from the file to the last row written."""

from __future__ import annotations

from pathlib import Path


async def measure(database: str, count: int, folder: Path) -> float:
    """Rows a second."""
    raise NotImplementedError
