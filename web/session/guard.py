"""The outermost layer: each request gets a number, a bounded body and a line in the log; each answer its headers."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from time import perf_counter
from typing import Any

from shuyuan.engine import Settings

from .address import client_of, networks
from .body import Body
from .cookies import parsed
from .headers import secured
from .visit import KEY, Passage

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

log = logging.getLogger("shuyuan.requests")

#: Seconds from which on a request is worth a line although it went well.
SLOW = 1.0


class Guard:
    """Wraps the whole application. `number` makes request numbers; tests give their own."""

    def __init__(self, app: App, settings: Settings, number: Callable[[], str] = lambda: secrets.token_hex(8)) -> None:
        self._app = app
        self._trusted = networks(settings.server.trusted_proxies)
        self._base_url = settings.server.base_url
        self._body = settings.limits.body_kb * 1000
        self._upload = settings.limits.upload_mb * 1_000_000
        self._number = number

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        passage = self._passage(scope, receive)
        scope[KEY] = passage
        began, status = perf_counter(), 500

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                cookies = [(b"set-cookie", cookie.encode("latin-1")) for cookie in passage.set_cookies]
                message["headers"] = secured(
                    [*message.get("headers", ()), *cookies],
                    passage.request_id.encode("ascii"),
                    secure=passage.client.secure,
                    personal=passage.personal,
                )
            await send(message)

        try:
            await self._app(scope, passage.body.receive, answer)
        finally:
            self._note(scope, passage, status, perf_counter() - began)

    def _passage(self, scope: Scope, receive: Receive) -> Passage:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        peer = scope.get("client")
        client = client_of(peer[0] if peer else "", scope.get("scheme", "http"), headers, self._trusted, self._base_url)
        files = headers.get(b"content-type", b"").lower().startswith(b"multipart/form-data")
        length = headers.get(b"content-length", b"")
        declared = int(length) if length.isdigit() and len(length) < 20 else 0
        body = Body(receive, self._upload if files else self._body, declared)
        cookies = parsed(headers.get(b"cookie", b"").decode("latin-1"))
        return Passage(self._number(), client, headers, cookies, body)

    def _note(self, scope: Scope, passage: Passage, status: int, seconds: float) -> None:
        """One line without personal data: no query, no address, people as ids. What went well is told on request."""
        level = logging.ERROR if status >= 500 else logging.INFO if status >= 400 or seconds >= SLOW else logging.DEBUG
        if not log.isEnabledFor(level):
            return
        actor = passage.visit.actor if passage.visit else None
        who, took = actor.id if actor else 0, round(seconds * 1000, 1)
        path = scope["path"].encode("unicode_escape").decode("ascii")[:200]
        fields = {"request": passage.request_id, "method": scope["method"], "path": path, "status": status}
        fields |= {"ms": took, "account": who}
        line = "%s %s %s %s %s ms account %s"
        log.log(level, line, passage.request_id, scope["method"], path, status, took, who, extra={"fields": fields})
