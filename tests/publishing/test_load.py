"""A small run of `python -m tests.load.publishing`: two worker processes read and write under publications."""

from __future__ import annotations

from tests.conftest import PgServer
from tests.load.publishing import run


async def test_nobody_notices_that_definitions_are_published_under_their_hands(pg_server: PgServer) -> None:
    report = await run(9, people=2)
    assert (report.publications, report.rollbacks) == (9, 2)
    assert report.failed == [] and report.wrong == [] and report.late == []
    assert len(report.reads) > 9 and len(report.writes) > 9
