"""An installation with the pack for outcomes.csv, and what tests of imports do all the time."""

from __future__ import annotations

import io
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from shuyuan.engine.definition import documents_of
from shuyuan.engine.diagnostics import words
from shuyuan.engine.engine import Engine, open_engine
from shuyuan.engine.model import SYSTEM, Actor, Sql, Storage
from shuyuan.engine.ops.import_batch import Import, ImportRow, rows_of
from shuyuan.engine.ops.importing import apply_import, begin_import, check_import, run_import, set_columns
from shuyuan.engine.ops.publish import install
from shuyuan.engine.ops.sheet_write import write_xlsx
from shuyuan.engine.ops.work import Work
from shuyuan.engine.store import Query, Store
from shuyuan.engine.store.inspection import inspect

from ..school import Clock, quick_passwords, settings_for

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("SHUYUAN_SHARED") or ROOT.parent / "shared")
OUTCOMES = SHARED / "data/students/outcomes.csv"


def csv(*rows: Sequence[str], encoding: str = "utf-8", mark: str = ",") -> bytes:
    """A sheet as somebody saves it."""
    return "\r\n".join(mark.join(row) for row in rows).encode(encoding)


def xlsx(*rows: Sequence[Any]) -> bytes:
    """A workbook with one sheet."""
    out = io.BytesIO()
    write_xlsx(out, "名单", [str(c) for c in rows[0]], rows[1:])
    return out.getvalue()


@dataclass
class Desk:
    """Somebody who imports."""

    engine: Engine
    actor: Actor = SYSTEM

    async def fresh(self) -> Work:
        await self.engine.refresh()
        return self.engine.work(self.actor)

    async def begun(
        self, entity: str, content: bytes, chosen: Mapping[str, str] | None = None, key: Sequence[str] | None = None
    ) -> Import:
        one = await begin_import(await self.fresh(), entity, "名单.csv", content)
        if chosen or key is not None:
            one = await set_columns(await self.fresh(), one, chosen or {}, key)
        return one

    async def tried(self, one: Import) -> Import:
        await check_import(await self.fresh(), one)
        return await run_import(self.fresh, one.id)

    async def applied(self, one: Import) -> Import:
        await apply_import(await self.fresh(), one)
        return await run_import(self.fresh, one.id)

    async def all(self, entity: str, content: bytes, chosen: Mapping[str, str] | None = None, **more: Any) -> Import:
        return await self.applied(await self.begun(entity, content, chosen, **more))

    async def rows(self, one: Import, outcome: str = "") -> tuple[ImportRow, ...]:
        return await rows_of(await self.fresh(), one.id, outcome, limit=10_000)

    async def said(self, one: Import) -> dict[int, list[str]]:
        """Row -> codes of what was said of it, with the field."""
        found = await self.rows(one)
        return {row.number: [f"{d.code} {d.place.path}" for d in row.problems] for row in found if row.problems}

    async def words(self, one: Import, number: int) -> list[str]:
        (row,) = [r for r in await self.rows(one) if r.number == number]
        return [words(d, "zh").what for d in row.problems]


#: Tables that keep what was done, and go on when it is undone.
KEPT = {
    "sy_history", "sy_audit", "sy_batch", "sy_batch_row", "sy_counter", "sy_serial", "sy_once", "sy_file", "sy_notice",
    "sy_live", "tortoise_migrations",
}  # fmt: skip


async def contents(store: Store, meta: bool = False) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that says what is, in order. meta: with who changed it when, and how often."""
    found = {}
    for name, table in (await inspect(store)).tables.items():
        if name in KEPT:
            continue
        columns = [c for c in table.columns if meta or c not in ("version", "updated_at", "updated_by", "defn")]
        text = f"SELECT {', '.join(columns)} FROM {name}"
        kinds = {"bigint": "bigint", "integer": "bigint", "INTEGER": "bigint", "boolean": "boolean"}
        storages = tuple(Storage(kinds.get(table.columns[c].type, "text")) for c in columns)  # type: ignore[arg-type]
        rows = await store.rows(Query(Sql(text), storages))
        found[name] = sorted(map(repr, rows))
    return found  # type: ignore[return-value]


@pytest.fixture
async def study(store: Store, tmp_path: Path) -> AsyncIterator[Desk]:
    """An installation that only has the entity of outcomes.csv."""
    settings = settings_for(store.url, tmp_path / "files")
    engine = await open_engine(settings, Clock(), store, passwords=quick_passwords())
    documents, _ = documents_of(Path(__file__).parent / "outcomes", "outcomes")
    await install(engine.work(), documents)
    await engine.refresh()
    yield Desk(engine)
    engine.entrance.passwords.close()
