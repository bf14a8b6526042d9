"""Many changes in one request, each with its outcome."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

from shuyuan.engine import MAX_BULK, Diagnostic, Place, Recorded, Refused, Submission, Text, demand_right, submit_all

from .answer import Answer, in_json
from .call import Call, Endpoint
from .once import once
from .records import remarks
from .shape import LIST, OBJECT, RECORD_ID, VERSION, one_of, problems, read_shape

_BODY = {"mode": one_of("each", "all"), "changes": LIST}
_CHANGE = {"id": RECORD_ID, "version": VERSION, "values": OBJECT}
#: What is wrong with a request of many changes is told so far, and looked for no further.
_MOST_TOLD = 200


async def bulk(call: Call, entity: str) -> Answer:
    """New and changed records, at most MAX_BULK; with mode `all` either every one of them or none."""
    demand_right(call.work, entity, "edit")
    call.parameters()
    content, body = await call.json()
    changes = _changes(read_shape(content, _BODY, ("changes",)))
    mark = once(call.headers, call.actor.id, f"POST {call.path}", body)
    wanted = [
        Submission(entity, one["values"], id=one.get("id"), version=one.get("version", 0), source="api")
        for one in changes
    ]
    together = content.get("mode") == "all"
    found = await submit_all(call.work, wanted, together, mark.token, mark.digest)
    outcomes = [_outcome(at, one, call.lang) for at, one in enumerate(found)]
    written = any(one.outcome in ("created", "changed") for one in found)
    return in_json({"outcomes": outcomes, "written": written})


def _changes(content: dict[str, Any]) -> list[dict[str, Any]]:
    changes: list[dict[str, Any]] = content["changes"]
    if not 1 <= len(changes) <= MAX_BULK:
        wanted = Text(f"1 到 {MAX_BULK} 项", f"1 to {MAX_BULK} changes")
        raise Refused(Diagnostic("API_015", Place(path="changes"), {"name": "changes", "wanted": wanted}))
    every = (d for at, one in enumerate(changes) for d in problems(one, _CHANGE, ("values",), f"changes/{at}/"))
    wrong = list(islice(every, _MOST_TOLD))
    if wrong:
        raise Refused(wrong)
    return changes


def _outcome(index: int, one: Recorded, lang: str) -> dict[str, Any]:
    found = remarks(one.errors, lang), remarks(one.warnings, lang)
    return {
        "index": index,
        "outcome": one.outcome,
        "id": one.id,
        "version": one.version,
        "errors": found[0],
        "warnings": found[1],
    }


#: By name of the route.
ENDPOINTS: Mapping[str, Endpoint] = {"bulk": bulk}
