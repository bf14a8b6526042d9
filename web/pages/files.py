"""Files of records: shown or saved by whoever sees the field they hang on; taken in for a form that is filled in."""

from __future__ import annotations

from urllib.parse import quote

from shuyuan.engine import INLINE_TYPES, Diagnostic, Refused, download
from starlette.responses import JSONResponse, Response, StreamingResponse

from ..render.form import faces_of
from ..render.formats import size
from .form_answers import taken_in
from .page import Page, get, post

#: A file that is opened runs nothing and reads nothing of this site.
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; media-src 'self'; sandbox"


async def show(page: Page) -> Response:
    """The file: pictures and PDF as they are, everything else to be saved."""
    found, content = await download(page.work, page.number("id"))
    inline = found.media_type in INLINE_TYPES and "save" not in page.query
    how = "inline" if inline else "attachment"
    headers = {
        "content-disposition": f"{how}; filename*=UTF-8''{quote(found.name, safe='')}",
        "content-length": str(found.size),
        "content-security-policy": SANDBOX,
        "cache-control": "private, no-store",
    }
    media = found.media_type if inline else "application/octet-stream"
    return StreamingResponse(content, media_type=media, headers=headers)


async def take(page: Page) -> Response:
    """Keep a file until the form it belongs to is sent; what the script shows of it."""
    entity = page.work.entity(page.path("entity"))
    path = page.query.get("field", "")
    name, _, column = path.partition("/")
    face = faces_of(page.version, entity.name).get(name)
    if face is not None and column:
        face = next((c for c in face.columns if c.name == column.rpartition("/")[2]), None)
    if face is None or face.shape != "file":
        raise Refused(Diagnostic("ASK_001", args={"name": path[:80], "entity": entity.title, "near": ""}))
    sent = await page.form()
    found = [await taken_in(page, face, file) for file in sent.files("file")]
    return JSONResponse([{"id": f.id, "name": f.name, "size": size(f.size)} for f in found])


ROUTES = (get("/files/{id:int}", show), post("/r/{entity}/files", take))
