"""Files, backups and the doctor: what was kept comes back, and what is wrong is found."""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
import stat
import zipfile
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from shuyuan.engine.diagnostics import Refused, catalogue, words
from shuyuan.engine.model import Sql
from shuyuan.engine.model.steps import CreateTable
from shuyuan.engine.store import Insert, Run, Store, Update, open_store
from shuyuan.engine.store.archive import reading
from shuyuan.engine.store.backup import backup, manifest_of, restore
from shuyuan.engine.store.change import carry_out
from shuyuan.engine.store.doctor import examine
from shuyuan.engine.store.files import Gone, LocalFiles, Stored, TooLarge, whole
from shuyuan.engine.store.inspection import inspect
from shuyuan.engine.store.tables import FILE, SYSTEM_TABLES

from .shapes import ALL, KINDS, SCHOOL, STUDENT, everything, make, row, select
from .test_conformance import VALUES
from .worker import write_pair

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


@pytest.fixture
def files(tmp_path: Path) -> LocalFiles:
    return LocalFiles(tmp_path / "files")


def in_folder(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


async def read(files: LocalFiles, sha256: str, start: int = 0, end: int | None = None) -> bytes:
    return b"".join([piece async for piece in files.read(sha256, start, end)])


async def test_content_is_kept_once_under_its_own_hash(files: LocalFiles, tmp_path: Path) -> None:
    content = "成绩单".encode() * 700_000
    stored = await files.put(whole(content))
    assert stored == Stored(hashlib.sha256(content).hexdigest(), len(content))
    assert await files.put(whole(content)) == stored
    assert in_folder(tmp_path / "files") == [f"{stored.sha256[:2]}/{stored.sha256}"]
    assert await read(files, stored.sha256) == content
    assert await read(files, stored.sha256, 5, 9) == content[5:9]
    assert await read(files, stored.sha256, len(content)) == b""
    assert await files.size(stored.sha256) == len(content)
    empty = await files.put(whole(b""))
    assert [s async for s in files.every()] == sorted([stored, empty], key=lambda s: s.sha256)
    await files.delete(stored.sha256)
    await files.delete(stored.sha256)
    assert await files.size(stored.sha256) is None
    with pytest.raises(Gone):
        await read(files, stored.sha256)


async def test_an_upload_that_breaks_off_or_is_too_long_leaves_nothing(files: LocalFiles, tmp_path: Path) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"x" * 100
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await files.put(broken())
    with pytest.raises(TooLarge):
        await files.put(whole(b"x" * 11), most=10)
    assert in_folder(tmp_path / "files") == []
    assert (await files.put(whole(b"x" * 10), most=10)).size == 10


@pytest.mark.parametrize("name", ["../etc/passwd", "", "a" * 63, "A" * 64, "a" * 64 + "\n", "/" * 64])
async def test_what_is_no_hash_reaches_no_file(files: LocalFiles, name: str) -> None:
    for ask in (files.size, files.delete):
        with pytest.raises(ValueError, match="SHA-256"):
            await ask(name)
    with pytest.raises(ValueError, match="SHA-256"):
        await read(files, name)


def file_row(number: int, stored: Stored, **values: Any) -> Insert:
    common = {"name": f"{number}.pdf", "media_type": "application/pdf", "account": 1, "entity": "", "record": None}
    return Insert(
        FILE,
        {"id": number, "sha256": stored.sha256, "size": stored.size, "state": "kept", "created_at": 0}
        | common
        | values,
    )


@pytest.fixture
async def school(store: Store, files: LocalFiles) -> Store:
    """A school with a value of every kind, texts that are hard to quote, and two files."""
    await make(store, *SCHOOL)
    numbers = iter(await store.new_ids(len(VALUES) + 4))
    kept, temp = await files.put(whole(b"kept" * 1000)), await files.put(whole(b"\0\xff" * 99))
    await store.apply(
        [
            *(Insert(ALL, row(next(numbers), **{c: v})) for c, v in VALUES if not isinstance(v, str) or len(v) < 999),
            Insert(ALL, row(next(numbers), c_text="\\N \\. \\\\ \t \r\n ,\"'")),
            Insert(STUDENT, row(next(numbers), c_name="王")),
            file_row(next(numbers), kept),
            file_row(next(numbers), temp, state="temp"),
        ]
    )
    return store


@pytest.fixture
async def elsewhere(store: Store, tmp_path: Path) -> AsyncIterator[str]:
    """The address of another database of the same kind, without any table."""
    if store.dialect == "sqlite":
        yield f"sqlite:///{tmp_path / 'other.sqlite3'}"
        return
    import asyncpg

    name = store.url.partition("?")[0].rpartition("/")[2]
    connection = await asyncpg.connect(store.url)
    await connection.execute(f'CREATE DATABASE "{name}_x" TEMPLATE template0')
    yield store.url.replace(f"/{name}", f"/{name}_x")
    await connection.execute(f'DROP DATABASE "{name}_x" WITH (FORCE)')
    await connection.close()


async def test_a_backup_brings_everything_back_elsewhere(
    school: Store, files: LocalFiles, tmp_path: Path, elsewhere: str
) -> None:
    archive = tmp_path / "backup.zip"
    made = await backup(school, files, archive, now=NOW)
    assert made == manifest_of(archive)
    assert (made.made_at, len(made.files), made.missing) == ("2026-11-24T08:00:00+00:00", 2, ())
    url, other_files = elsewhere, LocalFiles(tmp_path / "other")
    assert await restore(archive, url, other_files) == made
    other = await open_store(url, pool=3)
    try:
        tables = [*SYSTEM_TABLES.values(), *SCHOOL]
        assert await everything(other, *tables) == await everything(school, *tables)
        assert (await inspect(other)) == (await inspect(school))
        assert [s async for s in other_files.every()] == [s async for s in files.every()]
        assert await examine(other, other_files, SCHOOL) == ()
        assert (await other.new_ids()).start > max(i for (i,) in await other.rows(select(ALL, "id")))
    finally:
        await other.close()
    assert in_folder(tmp_path).count("backup.zip.part") == 0


async def test_a_backup_is_of_one_moment_while_people_work(
    school: Store, files: LocalFiles, tmp_path: Path, elsewhere: str
) -> None:
    from .shapes import NOTE

    stop = asyncio.Event()

    async def work() -> int:
        number = 1000
        while not stop.is_set():
            await write_pair(school, number)
            number += 1
        return number

    worker = asyncio.create_task(work())
    await write_pair(school, 1)
    await backup(school, files, tmp_path / "b.zip", now=NOW)
    stop.set()
    assert await worker > 1000
    url = elsewhere
    await restore(tmp_path / "b.zip", url, None)
    other = await open_store(url, pool=2)
    sides: dict[int, int] = {}
    for (pair,) in await other.rows(select(NOTE, "c_on")):
        sides[pair] = sides.get(pair, 0) + 1
    await other.close()
    assert set(sides.values()) == {2} and 1 in sides


async def test_a_database_that_is_there_is_replaced_only_when_asked(
    school: Store, files: LocalFiles, tmp_path: Path
) -> None:
    archive = tmp_path / "b.zip"
    await backup(school, files, archive, now=NOW)
    before = await everything(school, *SCHOOL)
    await school.apply([Update(STUDENT, {}, {"c_name": "changed"})])
    with pytest.raises(Refused, match="STORE_022"):
        await restore(archive, school.url, files)
    if school.dialect == "sqlite":
        with pytest.raises(Refused, match="STORE_023"):
            await restore(archive, school.url, files, replace=True)
        await school.close()
    await restore(archive, school.url, files, replace=True)
    again = await open_store(school.url, pool=2)
    assert await everything(again, *SCHOOL) == before
    assert await examine(again, files, SCHOOL) == ()
    await again.close()


async def test_files_that_are_gone_are_named_in_the_backup(school: Store, files: LocalFiles, tmp_path: Path) -> None:
    (first, _) = [s async for s in files.every()]
    await files.delete(first.sha256)
    made = await backup(school, files, tmp_path / "b.zip", now=NOW)
    assert made.missing == (first.sha256,) and len(made.files) == 1


def rewritten(source: Path, target: Path, change: Callable[[dict[str, bytes]], Any]) -> Path:
    with zipfile.ZipFile(source) as old:
        members = {info.filename: old.read(info) for info in old.infolist()}
    change(members)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in members.items():
            new.writestr(name, content)
    return target


def manifest_with(members: dict[str, bytes], **values: Any) -> None:
    members["manifest.json"] = orjson.dumps({**orjson.loads(members["manifest.json"]), **values})


def first(members: dict[str, bytes], start: str) -> str:
    return next(name for name in members if name.startswith(start))


WICKED: dict[str, Callable[[dict[str, bytes]], Any]] = {
    "climbs out": lambda m: m.update({"../evil": b""}),
    "absolute": lambda m: m.update({"/etc/evil": b""}),
    "climbs inside": lambda m: m.update({"files/../../evil": b""}),
    "backslash": lambda m: m.update({"files\\evil": b""}),
    "unknown member": lambda m: m.update({"setup.py": b""}),
    "no manifest": lambda m: m.pop("manifest.json"),
    "manifest is no json": lambda m: m.update({"manifest.json": b"{"}),
    "manifest is a list": lambda m: m.update({"manifest.json": b"[]"}),
    "other format": lambda m: manifest_with(m, format=2),
    "other kind": lambda m: manifest_with(m, dialect="mysql"),
    "file missing": lambda m: m.pop(first(m, "files/")),
    "file changed": lambda m: m.update({first(m, "files/"): b"other"}),
    "file with wrong manifest": lambda m: manifest_with(m, files={"../x": 1}),
}


@pytest.mark.parametrize("wicked", WICKED)
async def test_an_archive_that_was_tampered_with_is_refused(
    school: Store, files: LocalFiles, tmp_path: Path, elsewhere: str, wicked: str
) -> None:
    await backup(school, files, tmp_path / "b.zip", now=NOW)
    archive = rewritten(tmp_path / "b.zip", tmp_path / "wicked.zip", WICKED[wicked])
    other = LocalFiles(tmp_path / "other")
    url = elsewhere
    with pytest.raises(Refused, match="STORE_020"):
        await restore(archive, url, other)
    assert not (tmp_path / "evil").exists() and not (tmp_path.parent / "evil").exists()
    assert not (tmp_path / "other.sqlite3").exists()


def tampered(template: Path, copy: Path, statement: str) -> bytes:
    """The template after a statement; damaged when there is none."""
    copy.write_bytes(template.read_bytes())
    if not statement:
        return copy.read_bytes()[:8000] + b"\xff" * 9000
    with sqlite3.connect(copy) as connection:
        connection.execute(statement)
    connection.close()
    return copy.read_bytes()


async def test_a_database_in_an_archive_that_acts_by_itself_is_refused(
    sqlite_store: Store, tmp_path: Path, sqlite_template: Path
) -> None:
    await backup(sqlite_store, None, tmp_path / "b.zip", now=NOW)
    for number, statement in enumerate(
        [
            "CREATE TRIGGER t AFTER INSERT ON sy_setting BEGIN DELETE FROM sy_account; END",
            'CREATE TABLE "x"";evil" (id INTEGER)',
            "",
        ]
    ):
        content = tampered(sqlite_template, tmp_path / f"{number}.sqlite3", statement)
        archive = rewritten(
            tmp_path / "b.zip", tmp_path / f"{number}.zip", lambda m, c=content: m.update({"database.sqlite3": c})
        )
        with pytest.raises(Refused, match="STORE_020"):
            await restore(archive, f"sqlite:///{tmp_path}/target.sqlite3", None)
    assert not (tmp_path / "target.sqlite3").exists()


async def test_names_and_types_in_a_manifest_never_reach_the_database(
    postgres_store: Store, tmp_path: Path, sqlite_url: str
) -> None:
    await make(postgres_store, *SCHOOL)
    await backup(postgres_store, None, tmp_path / "b.zip", now=NOW)

    def table(members: dict[str, bytes], change: Callable[[dict[str, Any]], Any]) -> None:
        manifest = orjson.loads(members["manifest.json"])
        change(next(t for t, _ in manifest["tables"] if t["name"] == "r_student"))
        members["manifest.json"] = orjson.dumps(manifest)

    for number, change in enumerate(
        [
            lambda t: t["columns"][0].update(name='x"; DROP TABLE sy_live; --'),
            lambda t: t["columns"][3].update(refers='x"; DROP'),
            lambda t: t["columns"][3].update(storage={"kind": "text; DROP", "scale": 0, "precision": 0}),
            lambda t: t["columns"][3].update(storage={"kind": "decimal", "scale": "0); DROP", "precision": 1}),
            lambda t: t["indexes"][0].update(name='x"; DROP'),
            lambda t: t.update(key=['x"; DROP']),
        ]
    ):
        archive = rewritten(tmp_path / "b.zip", tmp_path / f"{number}.zip", lambda m, change=change: table(m, change))
        with pytest.raises(Refused, match="STORE_020"):
            await restore(archive, postgres_store.url, None, replace=True)
        assert (await inspect(postgres_store)).tables.keys() >= {"sy_live", "r_student"}


async def test_symbolic_links_and_bombs_are_refused(tmp_path: Path, sqlite_url: str) -> None:
    link = tmp_path / "link.zip"
    with zipfile.ZipFile(link, "w") as archive:
        info = zipfile.ZipInfo("files/" + "a" * 64)
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    with pytest.raises(Refused, match="STORE_020"):
        manifest_of(link)
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", b" " * 5_000_000)
    with pytest.raises(Refused, match="STORE_021"):
        manifest_of(bomb, most=1_000_000)
    noise = tmp_path / "noise.zip"
    noise.write_bytes(b"PK\3\4 no zip")
    for path in (noise, tmp_path / "none.zip"):
        with pytest.raises(Refused, match="STORE_020"), reading(path, 1000):
            pass


async def test_an_archive_of_the_other_kind_of_database_is_refused(
    school: Store, files: LocalFiles, tmp_path: Path
) -> None:
    await backup(school, files, tmp_path / "b.zip", now=NOW)
    other = f"sqlite:///{tmp_path}/y.sqlite3" if school.dialect == "postgres" else "postgres://nobody@localhost/none"
    with pytest.raises(Refused, match="STORE_025"):
        await restore(tmp_path / "b.zip", other, files)


async def test_the_doctor_finds_nothing_in_a_healthy_school(school: Store, files: LocalFiles) -> None:
    assert await examine(school, files, SCHOOL) == ()


async def test_the_doctor_finds_each_fault(school: Store, files: LocalFiles) -> None:
    (kept, temp) = [s async for s in files.every()]
    await files.delete(kept.sha256)
    files.path(temp.sha256).write_bytes(b"short")
    async with school.transaction() as connection:
        await carry_out(connection, [CreateTable(type(ALL)("r_more", ALL.columns))], school.dialect)
        await connection.apply([Run(Sql("UPDATE sy_counter SET value = 3 WHERE name = 'id'"))])
        await connection.script(['ALTER TABLE "r_student" DROP COLUMN "c_fee"', 'DROP INDEX "r_class_c_name_key"'])
    found = await examine(school, files, SCHOOL)
    assert sorted((d.code, d.place.path) for d in found if d.code not in ("STORE_017", "STORE_018")) == [
        ("STORE_013", "r_class/r_class_c_name_key"),
        ("STORE_013", "r_student/c_fee"),
        ("STORE_015", "r_more"),
        ("STORE_016", ""),
    ]
    assert {d.code: d.place.path for d in found if d.code in ("STORE_017", "STORE_018")} == {
        "STORE_017": kept.sha256,
        "STORE_018": temp.sha256,
    }
    async with school.transaction() as connection:
        await connection.script(["DELETE FROM tortoise_migrations"])
    assert [d.code for d in await examine(school, files, SCHOOL)] == ["STORE_010"]


async def test_the_doctor_finds_references_that_lead_to_nothing(sqlite_store: Store) -> None:
    await make(sqlite_store, *SCHOOL)
    with sqlite3.connect(sqlite_store.url.removeprefix("sqlite:///")) as connection:
        connection.execute("INSERT INTO r_student (id, version, defn, c_class) VALUES (1, 1, 1, 99)")
        connection.execute("UPDATE sy_counter SET value = 10")
    connection.close()
    assert [(d.code, d.place.path) for d in await examine(sqlite_store, None, SCHOOL)] == [("STORE_012", "r_student")]


async def test_deleted_values_are_gone_from_the_file(sqlite_store: Store, tmp_path: Path) -> None:
    canary = "CANARY110101199003070000"
    await make(sqlite_store, *SCHOOL)
    await sqlite_store.apply([Insert(STUDENT, row(n, c_name=canary * 50, c_no=f"{canary}{n}")) for n in range(200)])
    await sqlite_store.apply([Update(STUDENT, {}, {"c_name": "x", "c_no": None})])
    await sqlite_store.checkpoint()
    folder = Path(sqlite_store.url.removeprefix("sqlite:///")).parent
    for path in folder.glob("school.sqlite3*"):
        assert canary.encode() not in path.read_bytes(), path.name


def test_every_message_of_the_store_has_both_languages_and_a_remedy() -> None:
    for code, entry in catalogue().items():
        if code.startswith("STORE_"):
            assert entry.zh and entry.en and entry.fix_zh and entry.fix_en, code
    from shuyuan.engine.diagnostics import Diagnostic

    assert "x.sqlite3" in words(Diagnostic("STORE_023", args={"file": "x.sqlite3"}), "en").what


def test_every_kind_is_in_the_school_that_is_backed_up() -> None:
    assert {c for c, _ in VALUES} == set(KINDS)
