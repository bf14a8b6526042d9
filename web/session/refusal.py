"""How a request is turned away before any page sees it: plain words, the right status, a way to go on."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from shuyuan.engine import Kind, Refused, entry_of, kind_of, words
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from .choice import Lang
from .next_url import local
from .visit import Passage

STATUS: dict[Kind, int] = {
    Kind.INVALID: 422,
    Kind.CONFLICT: 409,
    Kind.STALE: 412,
    Kind.FORBIDDEN: 403,
    Kind.MISSING: 404,
    Kind.SIGNED_OUT: 401,
    Kind.TOO_LARGE: 413,
    Kind.TOO_MANY: 429,
    Kind.MALFORMED: 400,
    Kind.BUSY: 503,
}

#: Messages about the request itself that HTTP has a status of its own for.
STATUS_OF: dict[str, int] = {"API_005": 415, "API_007": 428, "WEB_002": 405, "WEB_003": 500}

SIGN_IN = "/sign-in"

#: Makes the page of a refusal; the application gives a handsome one, `plain` serves without it.
Page = Callable[[Passage, Refused, Lang, int], Response]


def status_of(refused: Refused) -> int:
    """The HTTP status of a refusal."""
    first = refused.diagnostics[0].code if refused.diagnostics else ""
    return STATUS_OF.get(first) or STATUS[kind_of(refused.diagnostics)]


def wants_json(path: str, passage: Passage) -> bool:
    """Whether a program asks."""
    accept = passage.headers.get(b"accept", b"")
    program = path.startswith("/api/") or path.endswith(".json")
    return program or (b"application/json" in accept and b"text/html" not in accept)


def bearer(passage: Passage) -> str | None:
    """The key of a program that the request carries, None when it carries none."""
    kind, _, token = passage.headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    return token if kind.lower() == "bearer" else None


def answer_to(
    refused: Refused, path: str, query: str, method: str, passage: Passage, lang: Lang, page: Page
) -> Response:
    """The answer to a request that is turned away. Somebody signed out is led to the sign-in page and back,
    a program is told so.
    """
    status = status_of(refused)
    if wants_json(path, passage):
        response: Response = problem(refused, lang, passage.request_id)
    elif status == 401 and passage.headers.get(b"hx-request") == b"true":
        here = passage.headers.get(b"hx-current-url", b"").decode("latin-1").partition(passage.client.origin)[2]
        response = Response(status_code=401, headers={"hx-redirect": sign_in_url(here)})
    elif status == 401 and method in ("GET", "HEAD") and bearer(passage) is None:
        response = RedirectResponse(sign_in_url(quote(path, safe="/") + (f"?{query}" if query else "")), 303)
    else:
        response = page(passage, refused, lang, status)
    if status == 401 and "location" not in response.headers:
        response.headers.setdefault("www-authenticate", "Bearer")
    if status in (429, 503):
        response.headers["retry-after"] = str(retry_after(refused))
    return response


def sign_in_url(after: str) -> str:
    """The sign-in page that leads on to `after`."""
    wanted = local(after)
    return SIGN_IN if wanted == "/" else f"{SIGN_IN}?next={quote(wanted, safe='/')}"


def problem(refused: Refused, lang: Lang, request_id: str = "") -> JSONResponse:
    """A refusal for programs."""
    content = problem_of(refused, lang, request_id)
    return JSONResponse(content, content["status"], media_type="application/problem+json")


def problem_of(refused: Refused, lang: str, request_id: str = "") -> dict[str, Any]:
    """A refusal as RFC 9457 has it, every reason at once; the shape is `problem` in the description of the API."""
    errors = []
    for diagnostic in refused.diagnostics:
        said = words(diagnostic, lang)
        path = diagnostic.place.path
        errors.append({"path": path, "code": diagnostic.code, "what": said.what, "remedy": said.remedy})
    found: dict[str, Any] = {
        "type": f"urn:shuyuan:problem:{kind_of(refused.diagnostics)}",
        "title": errors[0]["what"],
        "status": status_of(refused),
        "errors": errors,
        "retry": any(entry_of(d.code).retry for d in refused.diagnostics),
    }
    if request_id:
        found["instance"] = f"urn:shuyuan:request:{request_id}"
    return found


def retry_after(refused: Refused) -> int:
    """Seconds after which the same request may be let through."""
    args = refused.diagnostics[0].args
    return int(args.get("seconds") or args.get("minutes", 0) * 60 or 5)


def plain(passage: Passage, refused: Refused, lang: Lang, status: int) -> Response:
    """A page that needs nothing else to work."""
    said = [words(diagnostic, lang) for diagnostic in refused.diagnostics]
    text = "".join(f"<h1>{html.escape(s.what)}</h1><p>{html.escape(s.remedy)}</p>" for s in said)
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    title = html.escape(said[0].what)
    page = f'<!doctype html><html lang="{lang}"><head>{head}<title>{title}</title></head><body>{text}</body></html>'
    return HTMLResponse(page, status)
