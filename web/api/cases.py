"""Approvals: what waits for the actor, one case, beginning one, acting in one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from shuyuan.engine import Answer as CaseAnswer
from shuyuan.engine import (
    Diagnostic,
    Place,
    Press,
    Refused,
    Submission,
    Text,
    begin_over,
    case_json,
    press,
    submit,
    tasks_json,
)

from .answer import Answer, in_json
from .behind import behind
from .call import Call, Endpoint, number_of
from .conditional import BRIEF, brief, tagged
from .once import Once, once
from .problems import answered
from .query import whole
from .shape import IDS, OBJECT, RECORD_ID, VERSION, Kind, one_of, read_shape, text

_CASE: dict[str, Kind] = {
    "workflow": text(60, 1),
    "values": OBJECT,
    "record": RECORD_ID,
    "act": text(60),
    "comment": text(4_000),
}
_ACT: dict[str, Kind] = {
    "act": text(60, 1),
    "version": VERSION,
    "comment": text(4_000),
    "to": text(60),
    "values": OBJECT,
    "people": IDS,
    "task": RECORD_ID,
    "when": one_of("before", "after"),
    "must": (lambda v: isinstance(v, bool), Text("真假值", "true or false")),
}
_PLACE = re.compile(r"[0-9]{1,19}\.[0-9]{1,19}", re.ASCII)
#: The message of whoever comes second.
_OVERTAKEN = "FLOW_021"


async def tasks(call: Call) -> Answer:
    """What waits for the actor, oldest first."""
    asked = call.parameters("limit", "after")
    limit = whole("limit", asked.get("limit", "50"), 1, 200)
    after = asked.get("after", "")
    if after and not _PLACE.fullmatch(after):
        raise Refused(Diagnostic("ASK_004", Place(path="after")))
    return in_json(await tasks_json(call.work, after, limit, call.lang))


async def case(call: Call, number: str) -> Answer:
    """A case as the actor sees it."""
    call.parameters()
    found = await case_json(call.work, number_of(number), call.lang)
    return tagged(in_json(found), call.headers, found["version"])


async def start(call: Call) -> Answer:
    """A new request, about a new record or over one that is there."""
    call.parameters()
    content, body = await call.json()
    read_shape(content, _CASE, ("workflow",))
    mark = once(call.headers, call.actor.id, f"POST {call.path}", body)
    done = await (_over if "record" in content else _with)(call, content, mark)
    answer = await _done(call, done, 201)
    answer.headers.append((b"location", f"/api/v1/cases/{done.case}".encode()))
    return answer


async def _over(call: Call, content: dict[str, Any], mark: Once) -> CaseAnswer:
    if content.get("values"):
        raise Refused(Diagnostic("API_016", Place(path="values"), {"name": "values", "near": ""}))
    return await begin_over(
        call.work,
        content["workflow"],
        content["record"],
        name=content.get("act", ""),
        comment=content.get("comment", ""),
        token=mark.token,
        digest=mark.digest,
    )


async def _with(call: Call, content: dict[str, Any], mark: Once) -> CaseAnswer:
    flow = call.work.version.model.workflows.get(content["workflow"])
    if flow is None:
        raise Refused(Diagnostic("FLOW_030"))
    wanted = Submission(
        flow.of,
        content.get("values", {}),
        source="api",
        token=mark.token,
        digest=mark.digest,
        workflow=flow.name,
        act=content.get("act", ""),
        comment=content.get("comment", ""),
    )
    saved = await submit(call.work, wanted)
    if saved.case is None:
        raise LookupError(f"no case began with record {saved.id}")
    return saved.case


async def act(call: Call, number: str) -> Answer:
    """Something done to a case. The later of two people at once is told so with 412 and the case as it is now."""
    call.parameters()
    content, body = await call.json()
    read_shape(content, _ACT, ("act", "version"))
    mark = once(call.headers, call.actor.id, f"POST {call.path}", body)
    done = Press(
        content["act"],
        content["version"],
        content.get("comment", ""),
        content.get("values", {}),
        content.get("to", ""),
        tuple(content.get("people", ())),
        content.get("task", 0),
        {name: content[name] for name in ("when", "must") if name in content},
        mark.token,
        mark.digest,
    )
    found = number_of(number)
    try:
        answer = await press(call.work, found, done)
    except Refused as refused:
        if refused.diagnostics[0].code != _OVERTAKEN:
            raise
        return answered(refused, call.lang, call.passage, 412, await case_json(call.work, found, call.lang))
    return await _done(call, answer, 200)


async def _done(call: Call, done: CaseAnswer, status: int) -> Answer:
    """The case after something was done to it; with `Prefer: return=minimal` no more than where it stands."""
    lang = call.lang
    least: dict[str, Any] = {"id": done.case, "version": done.version, "status": done.status}
    least["step"] = {"name": done.step, "title": done.title.get(lang)}
    if brief(call.headers):
        answer, found = in_json(least, status), least
        answer.headers.append(BRIEF)
    else:
        found = await behind(call, lambda work: case_json(work, done.case, lang), least)
        answer = in_json(found, status)
    answer.headers.append((b"etag", f'"{found["version"]}"'.encode()))
    return answer


#: By name of the route.
ENDPOINTS: Mapping[str, Endpoint] = {"tasks": tasks, "case": case, "start": start, "act": act}
