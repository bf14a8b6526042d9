"""The system tables: models, migrations and the database agree; upgrading is safe for several workers at once."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from shuyuan.engine.diagnostics import Refused
from shuyuan.engine.model import Column, Index, Storage, Table
from shuyuan.engine.model.steps import CreateTable
from shuyuan.engine.store import Store, open_store
from shuyuan.engine.store.inspection import Difference, differences, inspect
from shuyuan.engine.store.schema import statements
from shuyuan.engine.store.system import AccountRecord, UnitTree
from shuyuan.engine.store.tables import COUNTER, LIVE, MODELS, SYSTEM_TABLES, VERSION
from shuyuan.engine.store.upgrade import applied, shipped
from tortoise.migrations import AlterModelOptions
from tortoise.migrations.autodetector import MigrationAutodetector

from .shapes import BIG, SCHOOL, STUDENT, TEXT, make, select
from .test_together import child, finished


@pytest.fixture
async def empty_url(request: pytest.FixtureRequest, store_url: str, tmp_path: Path) -> str:
    """The address of a database without any table."""
    if store_url.startswith("sqlite"):
        return f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    store = await open_store(store_url, pool=2)
    async with store.transaction() as connection:
        await connection.script(["DROP SCHEMA public CASCADE", "CREATE SCHEMA public"])
    await store.close()
    return store_url


async def test_the_migrations_make_the_tables_of_the_models(store: Store) -> None:
    found = await inspect(store)
    assert differences(SYSTEM_TABLES.values(), found, store.dialect) == []
    assert len(found.tables) == len(MODELS) == 28


async def test_no_model_was_changed_without_a_migration(sqlite_store: Store) -> None:
    orm = sqlite_store._orm  # type: ignore[attr-defined]
    with sqlite_store.orm():
        changes = await MigrationAutodetector(orm._context.apps, orm._config["apps"]).changes()
    found = [operation for writer in changes for operation in writer.operations]
    # The options that differ are the first sentences of the docstrings, which are nowhere in the database.
    assert [o.describe() for o in found if not isinstance(o, AlterModelOptions)] == []


async def test_a_new_database_has_nothing_live_and_ids_from_one(store: Store) -> None:
    assert await store.rows(select(LIVE)) == [(1, 0, 0, 0)]
    assert await store.rows(select(COUNTER)) == [("id", 0)]
    assert await store.rows(select(VERSION)) == []
    assert (await store.new_ids()).start == 1


async def test_upgrading_twice_changes_nothing(store: Store) -> None:
    before = await inspect(store)
    await store.migrate()
    assert await inspect(store) == before
    assert await applied(store) == shipped()


async def test_several_workers_may_upgrade_at_once(empty_url: str) -> None:
    processes = [await child("migrate", empty_url, 0) for _ in range(2)]
    stores = [await open_store(empty_url, pool=2) for _ in range(2)]
    await asyncio.gather(*(s.migrate() for s in stores))
    for process in processes:
        await finished(process)
    assert differences(SYSTEM_TABLES.values(), await inspect(stores[0]), stores[0].dialect) == []
    for store in stores:
        await store.close()


async def test_an_upgrade_that_is_interrupted_leaves_nothing(empty_url: str) -> None:
    store = await open_store(empty_url, pool=2)
    task = asyncio.create_task(store.migrate())
    for _ in range(40):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    if not task.cancelled():
        await task
    assert (await inspect(store)).tables == {} or await applied(store) == shipped()
    await store.migrate()
    assert differences(SYSTEM_TABLES.values(), await inspect(store), store.dialect) == []
    await store.close()


async def test_a_database_from_a_later_version_is_refused(store: Store) -> None:
    async with store.transaction() as connection:
        await connection.script(
            ["INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('system', 'm9999_later', '2030-01-01')"]
        )
    with pytest.raises(Refused, match="STORE_001"):
        await store.migrate()


async def test_inspecting_tells_what_is_missing_what_is_extra_and_what_is_other(store: Store) -> None:
    await make(store, *SCHOOL)
    wanted = [*SYSTEM_TABLES.values(), *SCHOOL]
    found = await inspect(store)
    assert differences(wanted, found, store.dialect) == []
    other = Table(
        "r_student",
        (
            *(c for c in STUDENT.columns if c.name not in ("c_no", "c_class")),
            Column("c_no", Storage("bigint")),
            Column("c_new", TEXT),
            Column("c_class", BIG),
        ),
        (Index("r_student_c_no_key", ("c_no",)), Index("r_student_c_name_idx", ("c_name",))),
    )
    more = Table("r_more", (Column("id", BIG, nullable=False),))
    wanted = [*SYSTEM_TABLES.values(), *(t for t in SCHOOL if t.name not in ("r_student", "r_note")), other, more]
    assert sorted(differences(wanted, found, store.dialect), key=repr) == [
        Difference("extra", "r_note"),
        Difference("extra", "r_student", "r_student_c_class_idx"),
        Difference("missing", "r_more"),
        Difference("missing", "r_student", "c_new"),
        Difference("missing", "r_student", "r_student_c_name_idx"),
        Difference("other", "r_student", "c_class"),
        Difference("other", "r_student", "c_no"),
        Difference("other", "r_student", "r_student_c_no_key"),
    ]
    assert Difference("extra", "r_note") not in differences(wanted, found, store.dialect, extra=False)


@pytest.mark.parametrize("model", [UnitTree, AccountRecord])
async def test_a_row_whose_key_has_several_columns_is_not_deleted_through_its_object(
    sqlite_store: Store, model: type[UnitTree]
) -> None:
    with pytest.raises(TypeError, match="filter"):
        await model().delete()


async def test_opening_says_what_is_wrong_with_an_address(tmp_path: Path) -> None:
    for url, code in [
        ("mysql://x/y", "STORE_002"),
        ("sqlite://x", "STORE_002"),
        ("sqlite:///", "STORE_002"),
        ("sqlite:///:memory:", "STORE_002"),
        ("postgres://host", "STORE_002"),
        ("postgres://host:port/x", "STORE_002"),
        ("postgres://host/x?options=-c", "STORE_002"),
        (f"sqlite:///{tmp_path}/none/x.sqlite3", "STORE_004"),
    ]:
        with pytest.raises(Refused, match=code):
            await open_store(url)


async def test_an_address_keeps_its_password_out_of_messages() -> None:
    with pytest.raises(Refused) as caught:
        await open_store("postgres://wang:secret@host:port/x")
    assert "secret" not in str(caught.value.diagnostics[0].args)


async def test_a_store_may_be_moved_as_a_file_when_it_is_closed(sqlite_store: Store, tmp_path: Path) -> None:
    await make(sqlite_store, *SCHOOL)
    path = Path(sqlite_store.url.removeprefix("sqlite:///"))
    await sqlite_store.close()
    assert [p.name for p in path.parent.iterdir()] == [path.name]  # no log is left beside it
    shutil.move(path, tmp_path / "moved.sqlite3")
    store = await open_store(f"sqlite:///{tmp_path / 'moved.sqlite3'}")
    assert differences([*SYSTEM_TABLES.values(), *SCHOOL], await inspect(store), "sqlite") == []
    await store.close()


def test_statements_are_made_of_the_names_the_engine_makes() -> None:
    wicked = Table('r"; DROP TABLE x', (Column("id", BIG),))
    for dialect in ("sqlite", "postgres"):
        with pytest.raises(ValueError, match="not a name"):
            statements([CreateTable(wicked)], dialect)  # type: ignore[arg-type]
