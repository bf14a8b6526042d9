"""Files over the API: sent, hung on a record, fetched by whoever sees it."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Program, Site, codes

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc000000301010018dd8db0"
    "0000000049454e44ae426082"
)


async def sent(program: Program, name: str = "照片.png", content: bytes = PNG, **more: Any) -> Any:
    return await program.send("POST", "/files", files={"file": (name, content, "image/png")}, **more)


async def test_a_file_hangs_on_a_record_and_comes_back(both: Site) -> None:
    office = await both.program("registrar.east")
    answer = await sent(office)
    assert answer.status_code == 201, answer.text
    file = answer.json()
    assert file == {"id": file["id"], "name": "照片.png", "size": len(PNG), "media_type": "image/png"}
    assert answer.headers["location"] == f"/api/v1/files/{file['id']}"
    student = (await office.get("/records/student?limit=1")).json()["items"][0]
    changed = await office.patch(f"/records/student/{student['id']}", {"photo": file["id"]}, student["version"])
    assert changed.json()["record"]["photo"] == file, changed.text
    fetched = await office.get(f"/files/{file['id']}")
    assert fetched.status_code == 200 and fetched.content == PNG
    assert fetched.headers["content-disposition"] == "attachment; filename*=UTF-8''%E7%85%A7%E7%89%87.png"
    assert fetched.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert fetched.headers["content-type"] == "application/octet-stream"
    assert fetched.headers["x-content-type-options"] == "nosniff"
    head = await office.send("HEAD", f"/files/{file['id']}")
    assert head.status_code == 200 and head.content == b"" and head.headers["content-length"] == str(len(PNG))
    west = await both.program("head.west")
    assert (await west.get(f"/files/{file['id']}")).status_code == 404
    own = await both.program("head.east")
    assert (await own.get(f"/files/{file['id']}")).status_code == (
        200 if (await own.get(f"/records/student/{student['id']}")).status_code == 200 else 404
    )


async def test_a_file_that_hangs_on_nothing_is_seen_by_its_owner_only(site: Site) -> None:
    office, other = await site.program("registrar.east"), await site.program("admin")
    number = (await sent(office)).json()["id"]
    assert (await office.get(f"/files/{number}")).status_code == 200
    assert (await other.get(f"/files/{number}")).status_code == 404


async def test_a_file_that_is_sent_again_is_kept_once(site: Site) -> None:
    office = await site.program("registrar.east")
    key = {"idempotency-key": "photo-0001"}
    first, again = await sent(office, headers=key), await sent(office, headers=key)
    assert first.json() == again.json() and again.status_code == 201
    assert codes(await sent(office, content=PNG + b"x", headers=key)) == ["API_009"]
    assert codes(await sent(office, name="别的.png", headers=key)) == ["API_009"]


async def test_a_file_that_is_too_large(site: Site) -> None:
    office = await site.program("registrar.east")
    limit = site.school.engine.settings.limits.upload_mb * 1_000_000
    answer = await sent(office, content=b"x" * (limit + 1))
    assert answer.status_code == 413 and codes(answer)[0] in ("ACCESS_007", "WRITE_020")


BROKEN: list[dict[str, Any]] = [
    {"content": b"", "headers": {"content-type": "multipart/form-data"}},
    {"content": b"x", "headers": {"content-type": "multipart/form-data; boundary=y"}},
    {"content": b"--y\r\n\r\n", "headers": {"content-type": "multipart/form-data; boundary=y"}},
    {"content": b"--y--\r\n", "headers": {"content-type": "multipart/form-data; boundary=y"}},
    {"files": {"photo": ("a.png", PNG)}},
    {"files": {"file": ("", PNG)}},
    {"files": [("file", ("a.png", PNG)), ("file", ("b.png", PNG))]},
    {"files": {"file": ("a.png", PNG)}, "data": {f"f{n}": "x" for n in range(20)}},
    {"files": {"x": ("", b"")}, "data": {"file": "text"}},
]


@pytest.mark.parametrize("broken", BROKEN)
async def test_a_form_without_a_file(site: Site, broken: dict[str, Any]) -> None:
    answer = await (await site.program("registrar.east")).send("POST", "/files", **broken)
    assert answer.status_code in (400, 422) and codes(answer)[0] in ("API_014", "API_016"), answer.text


async def test_a_file_in_json_is_415(site: Site) -> None:
    answer = await (await site.program("registrar.east")).post("/files", {"file": "x"})
    assert answer.status_code == 415 and codes(answer) == ["API_005"]


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a/b\\c.png", "a\r\nset-cookie: x.png", "。" * 300 + ".png", "\u202egnp.exe"]
)
async def test_a_name_is_a_name(site: Site, name: str) -> None:
    office = await site.program("registrar.east")
    answer = await sent(office, name=name)
    if answer.status_code != 201:
        assert codes(answer)
        return
    fetched = await office.get(f"/files/{answer.json()['id']}")
    shown = fetched.headers["content-disposition"]
    assert shown.isascii() and "set-cookie" not in fetched.headers and "/" not in shown and "\\" not in shown
