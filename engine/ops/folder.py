"""Documents as files again: a folder in a zip, with ids written into it where they shall be taken along."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Mapping

from ..definition.edit import with_ids
from ..definition.load import READ
from .planning import demand_right
from .versions import past
from .work import Work

#: The moment every file in a zip carries, so that the same documents give the same bytes.
_MOMENT = (2000, 1, 1, 0, 0, 0)


async def exported(work: Work, number: int = 0, ids: bool = False) -> dict[str, str]:
    """The documents of a version (0: the live one) by path, as they were published.

    ids: with `id:` at everything that can hold one, so that another installation goes on with the same ids.
    Raises Refused(ACCESS_012, PLAN_007), Moved.
    """
    demand_right(work)
    found = await past(work, number or work.version.number)
    if not ids:
        return dict(found.documents)

    def written() -> dict[str, str]:
        return {p: with_ids(t, found.identity) if p.endswith(READ) else t for p, t in found.documents.items()}

    return await asyncio.to_thread(written)


def zipped(documents: Mapping[str, str]) -> bytes:
    """The documents as a zip; equal documents give equal bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(documents):
            entry = zipfile.ZipInfo(path, _MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, documents[path].encode())
    return out.getvalue()
