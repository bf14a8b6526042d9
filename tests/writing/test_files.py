"""Uploads: what a file is, how large it may be, who keeps it and who may open it."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from shuyuan.engine.model import Sql
from shuyuan.engine.ops.sniffing import media_type, picture_size
from shuyuan.engine.ops.submission import Submission
from shuyuan.engine.ops.submit import submit
from shuyuan.engine.ops.uploads import download, safe_name, sweep_files, upload

from ..school import School
from .desk import PNG, a_student, codes, pieces, refused, sent


def _zip(*names: str) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as out:
        for name in names:
            out.writestr(name, "x" * 100)
    return made.getvalue()


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xc0\x00\x11\x08\x00\x20\x00\x30\x03" + b"\0" * 30
#: Name, content, what it is.
KINDS: tuple[tuple[str, bytes, str], ...] = (
    ("a.png", PNG, "image/png"),
    ("a.jpg", JPEG, "image/jpeg"),
    ("a.gif", b"GIF89a\x10\0\x10\0" + b"\0" * 20, "image/gif"),
    ("a.webp", b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x0f\0\0\x0f\0\0" + b"\0" * 20, "image/webp"),
    ("a.pdf", b"%PDF-1.7\n" + b"x" * 50, "application/pdf"),
    (
        "a.docx",
        _zip("[Content_Types].xml", "word/document.xml"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    (
        "a.xlsx",
        _zip("[Content_Types].xml", "xl/workbook.xml"),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    ("a.zip", _zip("a.txt"), "application/zip"),
    ("a.doc", _OLE + "WordDocument".encode("utf-16-le"), "application/msword"),
    ("a.xls", _OLE + "Workbook".encode("utf-16-le"), "application/vnd.ms-excel"),
    ("名单.csv", "姓名,年龄\n张三,12\n".encode("gb18030"), "text/csv"),
    ("a.txt", "你好，世界\n".encode(), "text/plain"),
    ("读我.md", b"# x\n", "text/markdown"),
    # What lies about itself.
    ("photo.png", b"MZ\x90\0" + b"\0" * 100, "application/vnd.microsoft.portable-executable"),
    ("photo.png", b"<html><script>alert(1)</script></html>", "text/html"),
    ("photo.jpg", b"\x89PNG\r\n\x1a\n" + b"\0" * 4, "application/octet-stream"),
    ("a.pdf", b"\0\1\2\3" * 30, "application/octet-stream"),
    ("a.csv", b"a,b\0\0", "application/octet-stream"),
    ("empty.txt", b"", "application/octet-stream"),
)


@pytest.mark.parametrize(
    ("name", "content", "kind"), KINDS, ids=[f"{n}-{k.rpartition('/')[2][-20:]}" for n, _, k in KINDS]
)
def test_a_file_is_what_its_content_says(name: str, content: bytes, kind: str) -> None:
    found = media_type(name, content, content[-60_000:])
    assert found == kind or (
        kind == "application/octet-stream" and not found.startswith(("image/", "text/", "application/pdf"))
    )


def test_a_text_cut_in_the_middle_of_a_character_is_text() -> None:
    content = ("书" * 200_000).encode()
    assert media_type("a.txt", content[: 1 << 18], content[-100:]) == "text/plain"
    assert picture_size(JPEG) == (48, 32) and picture_size(b"GIF89a") is None


NAMES = (
    ("../../etc/passwd", "passwd"), ("C:\\temp\\照片.png", "照片.png"), ("a\u202egnp.exe", "agnp.exe"), ("", "file"),
    ("...", "file"), ("a\0b\n.txt", "ab.txt"), ('<x>"|?*.txt', "x.txt"), ("字" * 300 + ".docx", "字" * 115 + ".docx"),
)  # fmt: skip


@pytest.mark.parametrize(("sent_name", "kept"), NAMES)
def test_a_name_is_kept_as_far_as_it_is_harmless(sent_name: str, kept: str) -> None:
    assert safe_name(sent_name) == kept


async def test_what_is_too_large_is_refused_and_nothing_stays(school_sqlite: School) -> None:
    work = await school_sqlite.work("admin")
    found = await refused(upload(work, "a.txt", pieces(b"x" * 50_000), most=10_000))
    assert codes(found) == [("WRITE_020", "file")]
    bomb = PNG[:16] + (60_000).to_bytes(4, "big") + (60_000).to_bytes(4, "big") + PNG[24:]
    assert codes(await refused(upload(work, "a.png", pieces(bomb)))) == [("WRITE_021", "file")]
    assert await school_sqlite.rows("SELECT count(*) FROM sy_file", "bigint") == [(0,)]


async def test_nobody_fills_the_disk_with_files_that_no_record_keeps(
    school_sqlite: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shuyuan.engine.ops.uploads.MOST_WAITING", 3)
    for _ in range(3):
        await upload(await school_sqlite.work("student"), "a.txt", pieces(b"x"))
    assert codes(await refused(upload(await school_sqlite.work("student"), "a.txt", pieces(b"x")))) == [
        ("WRITE_022", "file")
    ]
    assert (await upload(await school_sqlite.work("guardian"), "a.txt", pieces(b"x"))).id


async def test_the_same_upload_sent_twice_is_one_file(school_sqlite: School) -> None:
    one = await upload(await school_sqlite.work("admin"), "a.txt", pieces(b"x"), token="api:1:u", digest="d")
    two = await upload(await school_sqlite.work("admin"), "a.txt", pieces(b"x"), token="api:1:u", digest="d")
    assert one == two and await school_sqlite.rows("SELECT count(*) FROM sy_file", "bigint") == [(1,)]
    again = upload(await school_sqlite.work("admin"), "a.txt", pieces(b"y"), token="api:1:u", digest="e")
    assert codes(await refused(again)) == [("API_009", "")]


async def _content(school: School, who: str, file: int) -> bytes:
    _, content = await download(await school.work(who), file)
    return b"".join([piece async for piece in content])


async def test_a_file_is_opened_by_whoever_sees_its_field(school: School) -> None:
    file = await upload(await school.work("registrar.east"), "照片.png", pieces(PNG))
    assert await _content(school, "registrar.east", file.id) == PNG
    for who in ("head.east", "admin"):
        assert codes(await refused(_content(school, who, file.id))) == [("WRITE_023", "")], "not yet theirs to see"
    saved = await a_student(school, "registrar.east", photo=file.id)
    assert await _content(school, "admin", file.id) == PNG
    for who in ("registrar.west", "student", "guardian"):
        assert codes(await refused(_content(school, who, file.id))) == [("WRITE_023", "")]
    await sent(school, "registrar.east", "student", {"photo": ""}, id=saved.id)
    assert codes(await refused(_content(school, "registrar.east", file.id))) == [("WRITE_023", "")]
    assert codes(await refused(_content(school, "admin", 999_999_999))) == [("WRITE_023", "")]


async def test_a_file_behind_a_mask_stays_closed(school: School) -> None:
    me = await school.actor("student")
    file = await upload(await school.work("student"), "诊断.png", pieces(PNG))
    leave = {"student": me.records[0], "kind": "sick", "first_day": "2026-11-25", "last_day": "2026-11-25", "days": "1"}
    leave |= {"reason": "发烧", "leaves_school": "false", "attachments": [str(file.id)]}
    await submit(
        await school.work("student"), Submission("leave_request", leave, workflow="student_leave", act="submit")
    )
    assert await _content(school, "student", file.id) == PNG
    assert codes(await refused(_content(school, "admin", file.id))) == [("WRITE_024", "")]


async def test_only_own_fresh_uploads_and_kinds_that_fit_are_kept(school: School) -> None:
    theirs = await upload(await school.work("registrar.east"), "a.png", pieces(PNG))
    assert codes(await refused(a_student(school, photo=theirs.id))) == [("REC_037", "photo")]
    fake = await upload(await school.work("admin"), "a.png", pieces(b"%PDF-1.7 x"))
    assert codes(await refused(a_student(school, photo=fake.id))) == [("REC_039", "photo")]
    own = await upload(await school.work("admin"), "a.png", pieces(PNG))
    await a_student(school, photo=own.id)
    assert codes(await refused(a_student(school, name="乙", photo=own.id))) == [("REC_037", "photo")], "it has a record"


async def test_files_nobody_uses_are_swept_and_shared_content_stays(school_sqlite: School) -> None:
    school = school_sqlite
    used, waiting = [await upload(await school.work("admin"), f"{n}.png", pieces(PNG)) for n in ("a", "b")]
    other = await upload(await school.work("admin"), "c.txt", pieces(b"nobody"))
    await a_student(school, photo=used.id)
    store, files = school.engine.store, school.engine.files
    assert await sweep_files(store, files, school.clock()) == 0
    school.clock.move(days=2)
    assert await sweep_files(store, files, school.clock()) == 2
    assert await school.rows("SELECT id FROM sy_file", "bigint") == [(used.id,)]
    ((sha256,),) = await school.rows(Sql("SELECT sha256 FROM sy_file WHERE id = ?", (used.id,)), "text")
    assert await files.size(sha256) == len(PNG) and waiting.id != other.id
