"""How much of a request the server takes before anybody looks at it: a head of bounded length in bounded time."""

from __future__ import annotations

from asyncio import BaseTransport, TimerHandle
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

#: Most bytes of a head, or of whatever else is neither head nor body, such as what follows a body in chunks.
LONGEST = 65_536

#: Seconds until a head has to be complete.
PATIENCE = 20.0

_TOO_LONG = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class BoundedHeads(HttpToolsProtocol):
    """One connection. The parser keeps what it is sent for as long as a header lasts, so it is given no more."""

    patience = PATIENCE

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._silent = 0  # bytes since the last head or piece of a body was there
        self._waiting = True  # for a head
        self._late: TimerHandle | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        """Whoever connects has to say what for."""
        super().connection_made(transport)  # type: ignore[arg-type]
        self._late = self.loop.call_later(self.patience, self.timeout_keep_alive_handler)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is waited for any more."""
        self._in_time()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Give the parser as much as may be; end the connection at the byte that is too much."""
        while data and not self.transport.is_closing():
            room = LONGEST - self._silent
            if room <= 0:
                self._turn_away()
                return
            piece, data = data[:room], data[room:]
            self._silent += len(piece)
            super().data_received(piece)
        if self._waiting and self._silent and self._late is None:
            self._late = self.loop.call_later(self.patience, self.timeout_keep_alive_handler)

    def on_message_begin(self) -> None:
        """A head begins, maybe behind another request in one piece."""
        self._silent += 1
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head is there."""
        self._silent, self._waiting = 0, False
        self._in_time()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A piece of the body, whose length others bound."""
        self._silent = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The next head may come."""
        self._silent, self._waiting = 0, True
        super().on_message_complete()

    def _in_time(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _turn_away(self) -> None:
        if self.cycle is None or self.cycle.response_complete:
            self.transport.write(_TOO_LONG)
        self.transport.close()
