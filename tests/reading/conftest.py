"""The library of these tests, on either database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from .shelf import Shelf, shelf


@pytest.fixture
async def books(store_url: str, tmp_path: Path) -> AsyncIterator[Shelf]:
    """The library; the test runs once for each database."""
    async with shelf(store_url, tmp_path / "files") as found:
        yield found
