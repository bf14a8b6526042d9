"""One worker process of an installation: `python -m tests.load.worker URL FOLDER PORT`; it says "ready" on a line."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import uvicorn
from shuyuan.engine import open_engine
from shuyuan.web.app import create_app

from .place import settings_at


class Server(uvicorn.Server):
    """Says when it listens."""

    async def startup(self, sockets: object = None) -> None:
        await super().startup()
        print("ready", flush=True)


async def main(url: str, folder: str, port: str) -> None:
    engine = await open_engine(settings_at(url, Path(folder)))
    stop = asyncio.Event()
    house = asyncio.create_task(engine.keep_house(stop))
    # Kept open longer than the clients keep theirs: one that the server closes just as a request is sent is no failure.
    config = uvicorn.Config(
        create_app(engine), "127.0.0.1", int(port), log_level="error", lifespan="off", ws="none", timeout_keep_alive=600
    )
    await Server(config).serve()
    stop.set()
    await house
    await engine.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4]))
