"""Publishing: one transaction changes the tables, writes the immutable version, the audit row and the pointer."""

from __future__ import annotations

from collections.abc import Mapping

from ..definition import load
from ..diagnostics import Refused, has_errors
from ..model import Sql
from ..plan import Base, diff
from ..policy import check_policies
from ..store import journal
from ..store.change import carry_out
from ..store.protocol import Insert, Run, Update
from ..store.tables import LIVE, VERSION
from .work import Work


async def install(work: Work, documents: Mapping[str, str], note: str = "") -> int:
    """Publish `documents` as they are, without anybody looking at a plan; the number of the version.

    For the first publication of an installation. Raises Refused with everything that is wrong.
    """
    loaded = load(documents, work.version.identity)
    if loaded.model is None:
        raise Refused(loaded.diagnostics)
    found = check_policies(loaded.model)
    if has_errors(found):
        raise Refused(found)
    base = Base(work.version.number, work.epoch, work.version.model.hash)
    plan = diff(work.version.model, work.version.identity, loaded.model, loaded.identity, base)
    number = work.version.number + 1
    (entry,) = await work.store.new_ids()
    row = {"number": number, "hash": loaded.model.hash, "parent": work.version.model.hash, "documents": dict(documents)}
    row |= {"identity": loaded.identity.to_json(), "steps": [], "note": note, "by": work.actor.id, "at": work.now.ms}
    async with work.store.transaction() as connection:
        await connection.apply([work.holds()])
        await carry_out(connection, plan.schema, work.store.dialect)
        await connection.apply(
            [
                Insert(VERSION, row),
                Update(LIVE, {"id": 1}, {"version": number}),
                Run(Sql("UPDATE sy_live SET epoch = epoch + 1, access = access + 1 WHERE id = 1")),
                journal.audit(entry, "publish", actor=work.actor.id, at=work.now.ms, detail={"version": number}),
            ]
        )
    return number
