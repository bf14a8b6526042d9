"""The API as an ASGI application of its own, inside the session layer and beside the pages."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from shuyuan.engine import (
    API_ROUTES,
    Actor,
    Busy,
    Diagnostic,
    Engine,
    Outdated,
    Refused,
    Stale,
    Unfit,
    Work,
    operations,
)

from ..session import Passage, passage_of
from .about import ENDPOINTS as ABOUT
from .answer import Answer, sent
from .call import Call, Endpoint
from .cases import ENDPOINTS as CASES
from .files import ENDPOINTS as FILES
from .many import ENDPOINTS as MANY
from .problems import failed, refusal
from .records import ENDPOINTS as RECORDS
from .table import Found, Table, allowed, served

log = logging.getLogger("shuyuan.api")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

#: What serves each route, by its name.
ENDPOINTS: Mapping[str, Endpoint] = {**RECORDS, **MANY, **CASES, **FILES, **ABOUT}


class Api:
    """Serves every route of the description. Everything it needs of a request the session layer has found out."""

    def __init__(self, engine: Engine) -> None:
        served(ENDPOINTS, API_ROUTES)
        self._engine = engine
        self._table = Table(API_ROUTES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request. Raises Stale and Outdated when rights or definitions moved on: it is then run again."""
        begun = False

        async def noted(message: MutableMapping[str, Any]) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            answer = await self._answer(scope, receive)
            await sent(answer, noted, scope["method"] == "HEAD")
        except (Stale, Outdated):
            raise
        except Exception:
            if begun:
                raise
            log.exception("%s failed", passage_of(scope).request_id)
            await sent(failed(passage_of(scope)), noted, scope["method"] == "HEAD")

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        """The answer, that to a refusal included."""
        passage = passage_of(scope)
        work = self._engine.work(_actor(passage))
        try:
            found = self._table.find(scope["path"])
            if found is None:
                raise Refused(Diagnostic("WEB_001"))
            method = scope["method"]
            route = found.spot.routes.get("GET" if method == "HEAD" else method)
            if route is None:
                return _not_served(found, method, work, passage)
            call = Call(self._engine, work, route, scope, receive, passage)
            return await ENDPOINTS[route.name](call, *found.values)
        except Refused as refused:
            return await refusal(refused, work, scope, passage)
        except Outdated:
            raise
        except Busy:
            return failed(passage, Refused(Diagnostic("API_018")))
        except Unfit:
            return failed(passage, Refused(Diagnostic("API_019")))


def _actor(passage: Passage) -> Actor:
    if passage.visit is None or passage.visit.held is None:
        raise LookupError("the session layer lets nobody in who is not signed in")
    return passage.visit.held.actor


def _not_served(found: Found, method: str, work: Work, passage: Passage) -> Answer:
    """What a path says about the methods it takes from this actor. Raises Refused(ASK_009)."""
    routes = found.spot.routes
    if any(route.needs for route in routes.values()):
        may = operations(work, found.values[0])
        routes = {m: route for m, route in routes.items() if not route.needs or route.needs in may}
    allow = (b"allow", allowed(routes).encode())
    if method == "OPTIONS":
        return Answer(204, b"", [allow])
    answer = failed(passage, Refused(Diagnostic("WEB_002", args={"method": method[:20]})))
    answer.headers.append(allow)
    return answer
