"""What the server takes of a request before the application sees it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from shuyuan.web.cli.heads import LONGEST, BoundedHeads
from uvicorn import Config
from uvicorn.server import ServerState


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Answers with the length of the body."""
    size, more = 0, True
    while more:
        message = await receive()
        size, more = size + len(message.get("body", b"")), message.get("more_body", False)
    body = str(size).encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class Hasty(BoundedHeads):
    """Waits for nobody."""

    patience = 0.5


async def _served(made: type[BoundedHeads]) -> tuple[asyncio.Server, int]:
    config = Config(echo, ws="none", lifespan="off", log_level="critical")
    state = ServerState()
    server = await asyncio.get_running_loop().create_server(lambda: made(config, state, {}), "127.0.0.1", 0)
    return server, server.sockets[0].getsockname()[1]


@pytest.fixture
async def port() -> AsyncIterator[int]:
    server, found = await _served(BoundedHeads)
    yield found
    server.close()


async def said(port: int, *pieces: bytes) -> bytes:
    """Everything the server answers until it or the last request closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        return await reader.read()
    except ConnectionError:
        return b"closed"
    finally:
        writer.close()


HEAD = b"POST / HTTP/1.1\r\nhost: a\r\n"
LAST = b"connection: close\r\n"


@pytest.mark.parametrize(
    ("pieces", "wanted"),
    [
        ((HEAD, LAST + b"content-length: 3\r\n\r\nabc"), b"3"),
        ((HEAD + LAST + b"x: " + b"a" * 60_000 + b"\r\n\r\n",), b"0"),
        ((HEAD + LAST + b"content-length: 900000\r\n\r\n" + b"a" * 900_000,), b"900000"),
        ((HEAD + LAST + b"transfer-encoding: chunked\r\n\r\n" + b"1\r\na\r\n" * 40_000 + b"0\r\n\r\n",), b"40000"),
        ((HEAD + b"\r\n" + HEAD[:9], HEAD[9:] + LAST + b"\r\n"), b"0"),
    ],
)
async def test_what_is_in_its_bounds_is_served(port: int, pieces: tuple[bytes, ...], wanted: bytes) -> None:
    answer = await said(port, *pieces)
    assert b"HTTP/1.1 200" in answer and answer.endswith(b"\r\n\r\n" + wanted)


@pytest.mark.parametrize(
    "pieces",
    [
        (HEAD, b"x: ", b"a" * LONGEST),
        (HEAD, b"x: 1\r\n" * LONGEST),
        (b"GET /" + b"a" * LONGEST,),
        (b"\r\n" * LONGEST,),
    ],
)
async def test_a_head_without_end_is_cut_off(port: int, pieces: tuple[bytes, ...]) -> None:
    answer = await said(port, *pieces)
    assert answer == b"closed" or answer.startswith(b"HTTP/1.1 431 ")


async def test_what_follows_a_body_is_cut_off_too(port: int) -> None:
    trailers = HEAD + b"transfer-encoding: chunked\r\n\r\n0\r\nx: "
    assert b"200" not in await said(port, trailers, b"a" * LONGEST * 2)


@pytest.mark.parametrize("start", [b"", HEAD, HEAD + b"\r\n" + HEAD])
async def test_nobody_is_waited_for_without_end(start: bytes) -> None:
    server, port = await _served(Hasty)
    async with asyncio.timeout(20):
        answer = await said(port, start)
    assert answer.count(b"HTTP/1.1 200") == (1 if b"\r\n\r\n" in start else 0)
    server.close()
