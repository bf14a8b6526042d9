"""An installation with a small pack, on either database."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from shuyuan.engine import SYSTEM, Actor, Engine, Work, open_engine
from shuyuan.engine.fieldtypes import type_of
from shuyuan.engine.model import Column, Sql, Storage
from shuyuan.engine.ops.publish import install
from shuyuan.engine.settings import Database, Settings, defaults
from shuyuan.engine.store import Store
from shuyuan.engine.store.protocol import Query

STAMP = "'2026-09-01T00:00:00.000000Z'"


def texts(rules: Any = (), unique: Any = (), **fields: Any) -> dict[str, str]:
    """A pack with rooms and pupils; the pupils have a name and whatever fields are given."""
    room = {
        "entity": "room",
        "title": "Room",
        "label": "name",
        "schema": {"properties": {"name": {"is": "text", "title": "Name"}}},
    }
    pupil: dict[str, Any] = {
        "entity": "pupil",
        "title": {"zh": "学生", "en": "Pupil"},
        "label": "name",
        "schema": {"properties": {"name": {"is": "text", "title": {"zh": "姓名", "en": "Name"}}, **fields}},
    }
    if rules:
        pupil["rules"] = rules
    if unique:
        pupil["unique"] = unique
    admin = {"policy": "all", "role": "admin", "title": "Admin", "system": ["definitions", "users"]}
    admin["lines"] = [{"for": "*", "can": ["see", "create", "edit", "delete"], "scope": "all"}]
    made = {
        "pack.json": {"pack": "small", "title": "Small", "version": "1.0.0"},
        "room.json": room,
        "pupil.json": pupil,
    }
    return {path: json.dumps(one, ensure_ascii=False) for path, one in {**made, "admin.json": admin}.items()}


def settings_for(url: str, folder: Path) -> Settings:
    return dataclasses.replace(defaults(), database=Database(url, 4), files_folder=str(folder))


@dataclasses.dataclass
class Small:
    """An open installation, and short ways to put rows into it past everything."""

    engine: Engine

    @property
    def store(self) -> Store:
        return self.engine.store

    def work(self, actor: Actor = SYSTEM) -> Work:
        return self.engine.work(actor)

    async def install(self, documents: Mapping[str, str]) -> None:
        await install(self.work(), documents)
        await self.engine.refresh()

    def table(self, entity: str = "pupil") -> str:
        return "t_" + self.engine.version.entity(entity).id

    def column(self, field: str, entity: str = "pupil") -> Column:
        spec = self.engine.version.entity(entity).field(field)
        assert spec is not None
        made = type_of(spec).column(spec)
        assert made is not None
        return made

    async def put(self, number: int, entity: str = "pupil", **values: str) -> None:
        """A row; values are SQL."""
        columns = "".join(f", {self.column(name, entity).name}" for name in values)
        shown = "".join(f", {value}" for value in values.values())
        meta = "id, version, defn, created_by, created_at, updated_by, updated_at"
        row = f"{number}, 1, 1, 0, {STAMP}, 0, {STAMP}{shown}"
        async with self.store.transaction() as connection:
            await connection.run(Sql(f"INSERT INTO {self.table(entity)} ({meta}{columns}) VALUES ({row})"))

    async def held(self, field: str, entity: str = "pupil") -> list[Any]:
        """The values of a field, by id."""
        one = self.column(field, entity)
        text = f"SELECT id, {one.name} FROM {self.table(entity)} ORDER BY id"
        return [row[1] for row in await self.store.rows(Query(Sql(text), (Storage("bigint"), one.storage)))]


@pytest.fixture
async def small(store_url: str, tmp_path: Path) -> AsyncIterator[Small]:
    """An installation without definitions; the test runs once for each database."""
    engine = await open_engine(settings_for(store_url, tmp_path / "files"))
    yield Small(engine)
    await engine.close()


@pytest.fixture
async def colleague(store_url: str, tmp_path: Path) -> AsyncIterator[Callable[[], Any]]:
    """Opens the installation in further workers."""
    opened: list[Engine] = []

    async def one() -> Small:
        opened.append(await open_engine(settings_for(store_url, tmp_path / "files")))
        return Small(opened[-1])

    yield one
    for each in opened:
        await each.close()
