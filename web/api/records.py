"""Records one by one and in lists: read, made, changed, removed, and what became of them over time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

from shuyuan.engine import (
    MAX_FIELDS,
    MAX_SORTS,
    Ask,
    Conflict,
    Diagnostic,
    Entity,
    Place,
    Refused,
    Saved,
    Submission,
    Text,
    count,
    demand_right,
    detail_json,
    history_json,
    listing_json,
    read_ask,
    remove,
    submit,
    views_of,
    words,
)

from .answer import Answer, in_json
from .behind import behind
from .call import PATCH_TYPES, Call, Endpoint, number_of
from .conditional import BRIEF, brief, expected_version, tagged
from .once import once
from .problems import answered
from .query import Pairs, lang_of, read_query, repeated, truth, whole, wrong_value
from .shape import OBJECT

#: Questions kept for each version as they were read: programs ask the same ones over and over.
KEPT = 1024
_RECORD = Text("记录", "the record")
#: Most values of one filter, and most characters of one value or of a search.
VALUES, LONGEST = 200, 200
#: A count of a list stops here.
COUNTED = 10_000_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What a query asks for. counted: with the total; query: it again without its place, to be followed by one."""

    ask: Ask
    counted: bool = False
    query: str = ""


async def list_records(call: Call, entity: str) -> Answer:
    """A page of the records, with links to the pages beside it."""
    demand_right(call.work, entity, "see")
    asked = await _saved(call, entity) or _asked(call, entity, _read_list)
    found = await listing_json(call.work, asked.ask)
    if asked.counted:
        found["total"] = await count(call.work, asked.ask, COUNTED)
    answer = in_json(found)
    links = [_link(call.path, asked, name, rel, found[name]) for name, rel in _PLACES if found[name]]
    if links:
        answer.headers.append((b"link", ", ".join(links).encode("ascii")))
    return answer


_PLACES = (("after", "next"), ("before", "prev"))


def _link(path: str, asked: Asked, name: str, rel: str, cursor: str) -> str:
    return f'<{quote(path)}?{asked.query}{name}={quote(cursor)}>; rel="{rel}"'


async def get(call: Call, entity: str, number: str) -> Answer:
    """One record."""
    demand_right(call.work, entity, "see")
    columns = _asked(call, entity, _read_columns).ask.columns if call.query else ()
    found = await detail_json(call.work, entity, number_of(number), columns)
    return tagged(in_json(found), call.headers, found["version"])


def _asked(call: Call, entity: str, read: Callable[[Call, Entity], Asked]) -> Asked:
    """What the query asks for. Raises Refused with everything wrong in it."""
    version = call.work.version
    kept: OrderedDict[Any, Asked] = version.made(("api", "asked"), OrderedDict)
    key = (read, entity, call.query)
    found = kept.get(key)
    if found is None:
        found = kept[key] = read(call, version.entity(entity))
        while len(kept) > KEPT:
            kept.popitem(last=False)
    return found


async def _saved(call: Call, entity: str) -> Asked | None:
    """The list that a page shows under a saved view, with what the address says over it; None for any other."""
    if not call.path.startswith("/r/") or b"view=my." not in call.query:
        return None
    pairs = read_query(call.query)
    number = next((value.removeprefix("my.") for name, value in pairs if name == "view"), "")
    saved = next((v for v in await views_of(call.work, entity) if str(v.id) == number), None)
    if saved is None:
        raise Refused(Diagnostic("WRITE_033"))
    own = [pair for pair in pairs if pair[0] != "view"]
    said = {name for name, _ in own}
    read = _read_pairs(call, call.work.version.entity(entity), [*(p for p in saved.params if p[0] not in said), *own])
    return replace(read, query=_without_place(pairs))


def _read_list(call: Call, entity: Entity) -> Asked:
    return _read_pairs(call, entity, read_query(call.query))


def _read_pairs(call: Call, entity: Entity, pairs: Pairs) -> Asked:
    lang_of(pairs)
    read = read_ask(call.work.version.model, entity, pairs)
    wrong = [*read.diagnostics, *_too_much(read.ask, dict(pairs))]
    if not call.path.startswith("/r/"):  # the form of a page sends what was left empty, and ticked boxes one by one
        wrong += [*repeated(pairs), *(wrong_value(name, "", "…") for name, value in pairs if not value.strip())]
    counted = False
    try:
        counted = truth("count", next((v for n, v in pairs if n == "count"), "false"))
    except Refused as refused:
        wrong += refused.diagnostics
    if wrong:
        raise Refused(wrong)
    return Asked(read.ask, counted, _without_place(pairs))


def _without_place(pairs: Pairs) -> str:
    query = urlencode([pair for pair in pairs if pair[0] not in ("after", "before")])
    return f"{query}&" if query else ""


def _too_much(ask: Ask, pairs: Mapping[str, str]) -> Iterator[Diagnostic]:
    """What is longer than the description allows."""
    for name, most in (("fields", MAX_FIELDS), ("sort", MAX_SORTS)):
        if (count_of := pairs.get(name, "").count(",") + 1) > most:
            yield wrong_value(name, f"{count_of} ×", f"≤ {most} ×")
    if len(ask.q) > LONGEST:
        yield wrong_value("q", ask.q, f"≤ {LONGEST}")
    for one in ask.filters:
        name = ".".join(one.path)
        if len(one.values) > VALUES:
            yield wrong_value(name, f"{one.values[0]} …", f"≤ {VALUES} ×")
        elif any(len(value) > LONGEST for value in one.values):
            yield wrong_value(name, max(one.values, key=len), f"≤ {LONGEST}")


def _read_columns(call: Call, entity: Entity) -> Asked:
    fields = call.parameters("fields").get("fields", "")
    read = read_ask(call.work.version.model, entity, (("fields", fields),))
    wrong = [*read.diagnostics, *_too_much(read.ask, {"fields": fields})]
    if wrong:
        raise Refused(wrong)
    return Asked(read.ask)


async def create(call: Call, entity: str) -> Answer:
    """A new record."""
    demand_right(call.work, entity, "create")
    call.parameters()
    values, body = await call.json()
    mark = once(call.headers, call.actor.id, f"POST {call.path}", body)
    wanted = Submission(entity, _record(values), source="api", token=mark.token, digest=mark.digest)
    return await written(call, entity, await submit(call.work, wanted), 201)


async def change(call: Call, entity: str, number: str) -> Answer:
    """The fields that were sent, over the version that was read."""
    demand_right(call.work, entity, "edit")
    call.parameters()
    record, version = number_of(number), expected_version(call.headers)
    values, _ = await call.json(PATCH_TYPES)
    wanted = Submission(entity, _record(values), id=record, version=version, source="api")
    try:
        saved = await submit(call.work, wanted)
    except Refused as refused:
        return await overtaken(call, entity, record, refused)
    return await written(call, entity, saved, 200)


async def delete(call: Call, entity: str, number: str) -> Answer:
    """The record goes."""
    demand_right(call.work, entity, "delete")
    call.parameters()
    record, version = number_of(number), expected_version(call.headers)
    try:
        await remove(call.work, entity, record, version)
    except Refused as refused:
        return await overtaken(call, entity, record, refused)
    return Answer(204)


async def history(call: Call, entity: str, number: str) -> Answer:
    """The changes of a record, the newest first."""
    demand_right(call.work, entity, "see")
    asked = call.parameters("limit", "after", "before")
    limit = whole("limit", asked.get("limit", "50"), 1, 200)
    after = whole("after", asked.get("after") or "0", 0, 1 << 53)
    before = whole("before", asked.get("before") or "0", 0, 1 << 53)
    return in_json(await history_json(call.work, entity, number_of(number), after, before, limit))


def _record(values: Any) -> Mapping[str, Any]:
    """What was sent, if it is a record. Raises Refused(API_015)."""
    if isinstance(values, dict):
        return values
    raise Refused(Diagnostic("API_015", Place(), {"name": _RECORD, "wanted": OBJECT[1]}))


async def written(call: Call, entity: str, saved: Saved, status: int) -> Answer:
    """The record after a write, as the actor sees it, with what is worth knowing about it.

    A program that says `Prefer: return=minimal` gets no more than its id, version and label, and gets it sooner.
    """
    warnings = remarks(saved.warnings, call.lang)
    headers = [(b"location", f"/api/v1/records/{quote(entity)}/{saved.id}".encode())] if status == 201 else []
    if brief(call.headers):
        record: dict[str, Any] = {"id": saved.id, "version": saved.version, "label": saved.label}
        headers.append(BRIEF)
    else:
        least = {"id": saved.id, "version": saved.version}  # for whoever may write it and not see it
        record = await behind(call, lambda work: detail_json(work, entity, saved.id), least)
    answer = in_json({"record": record, "warnings": warnings}, status)
    answer.headers += [*headers, (b"etag", f'"{record["version"]}"'.encode())]
    return answer


async def overtaken(call: Call, entity: str, record: int, refused: Refused) -> Answer:
    """412 with the record as it is now when somebody else saved it meanwhile; any other refusal goes on."""
    if not isinstance(refused.detail, Conflict):
        raise refused
    return answered(refused, call.lang, call.passage, 412, await detail_json(call.work, entity, record))


def remarks(diagnostics: Any, lang: str) -> list[dict[str, Any]]:
    """Messages as the API gives them."""
    found = []
    for diagnostic in diagnostics:
        said = words(diagnostic, lang)
        path = diagnostic.place.path
        found.append({"path": path, "code": diagnostic.code, "what": said.what, "remedy": said.remedy})
    return found


#: By name of the route.
ENDPOINTS: Mapping[str, Endpoint] = {
    "list": list_records,
    "get": get,
    "create": create,
    "change": change,
    "delete": delete,
    "history": history,
}

__all__ = ["ENDPOINTS", "overtaken", "remarks", "written"]
