"""Files of records: sent as multipart, given back as they were, never to be run by a browser."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Mapping
from urllib.parse import quote

from python_multipart.exceptions import FormParserError
from shuyuan.engine import Diagnostic, Place, Refused, download, upload
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request

from .answer import Answer, in_json
from .call import Call, Endpoint, number_of
from .once import once
from .query import unknown

#: Bytes handed on at a time.
PIECE = 1 << 16
_PARTS = "multipart/form-data"
#: A file that is opened all the same runs nothing and reads nothing of this site.
_SANDBOX = (b"content-security-policy", b"default-src 'none'; sandbox")


async def put(call: Call) -> Answer:
    """A new file, to be named in a field of a record within a day."""
    call.parameters()
    if call.headers.get(b"content-type", b"").split(b";", 1)[0].strip().lower() != _PARTS.encode():
        got = call.headers.get(b"content-type", b"")[:60].decode("latin-1")
        raise Refused(Diagnostic("API_005", args={"got": got, "wanted": _PARTS}))
    request = Request(call.scope, call.receive)  # type: ignore[arg-type]  # a mapping of what it is made from
    try:
        async with request.form(max_files=1, max_fields=5) as form:
            wrong = [unknown("API_016", name, ("file",)) for name in form if name not in ("file", "csrf")]
            if wrong:
                raise Refused(wrong)
            found = form.get("file")
            if not isinstance(found, UploadFile) or not found.filename:
                raise Refused(Diagnostic("API_014", Place(path="file")))
            marked = await _hashed(found) if b"idempotency-key" in call.headers else b""
            mark = once(call.headers, call.actor.id, f"POST {call.path} {found.filename}", marked)
            kept = await upload(call.work, found.filename, _pieces(found), token=mark.token, digest=mark.digest)
    except (HTTPException, MultiPartException, FormParserError, ClientDisconnect):
        raise Refused(Diagnostic("API_014", Place(path="file"))) from None
    answer = in_json({"id": kept.id, "name": kept.name, "size": kept.size, "media_type": kept.media_type}, 201)
    answer.headers.append((b"location", f"/api/v1/files/{kept.id}".encode()))
    return answer


async def _hashed(file: UploadFile) -> bytes:
    found = hashlib.sha256()
    async for piece in _pieces(file):
        found.update(piece)
    await file.seek(0)
    return found.digest()


async def _pieces(file: UploadFile) -> AsyncIterator[bytes]:
    while piece := await file.read(PIECE):
        yield piece


async def fetch(call: Call, number: str) -> Answer:
    """The content of a file whose record the actor sees."""
    call.parameters()
    file, content = await download(call.work, number_of(number))
    name = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
    headers = [
        (b"content-type", b"application/octet-stream"),
        (b"content-length", str(file.size).encode()),
        (b"content-disposition", name.encode()),
        _SANDBOX,
    ]
    return Answer(200, b"", headers, content)


#: By name of the route.
ENDPOINTS: Mapping[str, Endpoint] = {"upload": put, "download": fetch}
