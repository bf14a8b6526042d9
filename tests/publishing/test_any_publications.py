"""Whatever is published one after the other: tables and views are those of the live version; every way back works."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shuyuan.engine import Engine, Version, open_engine, propose, propose_rollback, publish, rollback
from shuyuan.engine.ops.publish import install
from shuyuan.engine.plan import physical, report_views
from shuyuan.engine.store.inspection import differences, inspect
from shuyuan.engine.store.tables import SYSTEM_TABLES

from tests.plan.models import documents

from .conftest import settings_for


async def whole(engine: Engine) -> None:
    await engine.refresh()
    version = engine.version
    found = await inspect(engine.store)
    expected = [*physical(version.model, version.identity).values(), *SYSTEM_TABLES.values()]
    assert differences(expected, found, engine.store.dialect) == []
    assert found.views == {n: tuple(c for c, _ in v.columns) for n, v in report_views(version.model).items()}


async def stepped(engine: Engine, wanted: dict[str, str] | int) -> Version:
    """Publish, or go back; what is live then."""
    work = engine.work()
    found = await (propose_rollback(work, wanted) if isinstance(wanted, int) else propose(work, wanted))
    assert found.plan is not None, found.diagnostics
    if not found.plan.empty:
        typed = found.plan.confirm
        if isinstance(wanted, int):
            await rollback(work, wanted, found.plan.hash, typed)
        else:
            await publish(work, wanted, found.plan.hash, typed)
    await whole(engine)
    return engine.version


def ids(version: Version) -> dict[str, list[tuple[str, str]]]:
    """Who is who."""
    return {e.id: [(f.id, f.name) for f in e.fields] for e in version.model.entities.values()}


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(documents(), min_size=2, max_size=4), st.data())
async def test_tables_and_views_follow_and_older_versions_come_back(
    sqlite_template: Path, said: list[dict[str, str]], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "school.sqlite3"
        shutil.copyfile(sqlite_template, path)
        engine = await open_engine(settings_for(f"sqlite:///{path}", Path(folder) / "files"))
        try:
            await install(engine.work(), said[0])
            await whole(engine)
            known = {engine.version.number: engine.version}
            for one in said[1:]:
                found = await stepped(engine, one)
                known[found.number] = found
            for _ in range(2):
                number = data.draw(st.sampled_from(sorted(known)))
                found = await stepped(engine, number)
                assert found.documents == known[number].documents and ids(found) == ids(known[number])
                known[found.number] = found
        finally:
            await engine.close()
