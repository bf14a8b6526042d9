"""What every store does: the same on SQLite and on PostgreSQL."""

from __future__ import annotations

from shuyuan.engine.store import Store


async def test_a_new_store_gives_ids(store: Store) -> None:
    assert len(await store.new_ids(3)) == 3
