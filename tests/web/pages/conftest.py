"""A site over the demo school."""

from __future__ import annotations

import pytest

from tests.school import School
from tests.web.site import Site, site_of


@pytest.fixture
def site(school_sqlite: School) -> Site:
    """The application over the demo school on SQLite."""
    return site_of(school_sqlite)
