"""The files of `web/static`, each at an address that carries the hash of its content, packed once."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import Response

FOLDER = Path(__file__).resolve().parent.parent / "static"

#: Media types of what is served; a file of another kind in the folder is not served.
MEDIA = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".png": "image/png",
}
#: The address names the content, so whoever has it never asks again.
FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file: its path under `web/static`, its address, and its bytes as they are and packed with gzip."""

    path: str
    url: str
    media: str
    body: bytes
    packed: bytes


def _read(file: Path) -> Asset:
    body = file.read_bytes()
    mark = hashlib.sha256(body).hexdigest()[:10]
    path = file.relative_to(FOLDER).as_posix()
    url = f"/static/{path.removesuffix(file.suffix)}.{mark}{file.suffix}"
    return Asset(path, url, MEDIA[file.suffix], body, gzip.compress(body, 9, mtime=0))


@cache
def assets() -> Mapping[str, Asset]:
    """Every asset by its path, such as `css/shuyuan.css`; read once in the life of the process."""
    files = (f for f in sorted(FOLDER.rglob("*")) if f.suffix in MEDIA)
    return MappingProxyType({a.path: a for a in map(_read, files)})


@cache
def _by_url() -> Mapping[str, Asset]:
    return {a.url: a for a in assets().values()}


def asset(path: str) -> str:
    """The address of the asset at `path`. Raises KeyError when there is none."""
    return assets()[path].url


async def serve(request: Request) -> Response:
    """The asset whose address is asked for, packed where the browser takes that; 404 for any other address."""
    found = _by_url().get(request.scope["path"])  # not from the URL, which cannot be made of every path
    if found is None:
        return Response(status_code=404)
    headers = {"cache-control": FOREVER, "content-type": found.media, "vary": "accept-encoding"}
    if "gzip" in request.headers.get("accept-encoding", "") and len(found.packed) < len(found.body):
        return Response(found.packed, headers=headers | {"content-encoding": "gzip"})
    return Response(found.body, headers=headers)
