"""`shuyuan serve` and `shuyuan worker`: the site on a port, and the background jobs without one."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import socket
from contextlib import suppress
from typing import Any

import click
from shuyuan.engine import Diagnostic, Refused, Settings, first_run, open_engine

from .installation import acting, guarded, installation, settings, settings_file
from .report import report
from .speech import Words, command, lang_of, option, remark, say

#: Seconds that requests under way have when the site is stopped.
GRACE = 10

#: Most connections of a process at once; whoever comes on top is told to come back.
CONNECTIONS = 1000

_AT = Words("书院已启动：{url}（按 Ctrl+C 停止）", "Shuyuan is at {url} (Ctrl+C stops it)")
_EVERYWHERE = Words("监听所有网卡，端口 {port}。", "Listening at every address of this machine, port {port}.")
_STOPPED = Words("已停止。", "Stopped.")
_FIRST = Words(
    "还没有账号。管理员登录名：{login}；打开 {url}/reset，用这个一次性重置码设置密码：{code}",
    "There is no account yet. Sign-in of the administrator: {login}; at {url}/reset this code sets the password once: "
    "{code}",
)
_WORKING = Words("正在处理后台任务（按 Ctrl+C 停止）", "Doing the background jobs (Ctrl+C stops it)")


@command(
    "启动网站。\n\n地址、端口、进程数取自配置，也可以用选项改。停止时，正在处理的请求会先做完。",
    "Serve the site.\n\nAddress, port and processes follow the settings unless given here. When it is stopped, "
    "requests "
    "under way are finished first.",
)
@option("--host", zh="监听地址。", en="Address to listen at.")
@option("--port", type=click.IntRange(1, 65535), zh="端口。", en="Port.")
@option("--workers", type=click.IntRange(1, 64), zh="进程数（PostgreSQL）。", en="Processes (with PostgreSQL).")
def serve_command(host: str | None, port: int | None, workers: int | None) -> None:
    """Serve the site of the settings."""
    given = {"HOST": host, "PORT": port, "WORKERS": workers}
    os.environ.update({f"SHUYUAN_SERVER_{name}": str(value) for name, value in given.items() if value is not None})
    if (file := settings_file()) is not None:
        os.environ["SHUYUAN_SETTINGS"] = str(file.absolute())
    guarded(lambda: serve(settings()))


def serve(found: Settings, banner: tuple[str, ...] = ()) -> int:
    """Serve until somebody stops it. banner: lines printed once the site is there. Raises Refused(CLI_001, CLI_002)."""
    listening = bound(found.server.host, found.server.port)
    try:
        for line in asyncio.run(_ready(found)):
            remark(line)
        run_server(found, listening, (*banner, *_addresses(found)))
    finally:
        listening.close()
    say(_STOPPED)
    return 0


def bound(host: str, port: int) -> socket.socket:
    """A socket at the address. Raises Refused(CLI_001) when the port is taken, (CLI_002) when it cannot be."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
        made.listen(2048)
        made.set_inheritable(True)
    except OSError as error:
        made.close()
        if error.errno == errno.EADDRINUSE:
            raise Refused(
                Diagnostic("CLI_001", args={"port": port, "other": port + 1 if port < 65535 else 8000})
            ) from None
        args = {"host": host, "port": port, "why": error.strerror or str(error)}
        raise Refused(Diagnostic("CLI_002", args=args)) from None
    return made


async def _ready(found: Settings) -> list[str]:
    """The database brought to this version, and what whoever starts the site should know first."""
    engine = await open_engine(found)
    try:
        if not engine.version.number:
            report([Diagnostic("CLI_005")])
            return []
        code = await first_run(engine.entrance)
        return [_FIRST.get(lang_of()).format(login="admin", url=address(found), code=code)] if code else []
    finally:
        await engine.close()


def address(found: Settings) -> str:
    """Where a browser on this machine finds the site."""
    if found.server.base_url:
        return found.server.base_url
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(found.server.host, found.server.host)  # noqa: S104 - compared
    return f"http://{host}:{found.server.port}"


def _addresses(found: Settings) -> tuple[str, ...]:
    lang = lang_of()
    everywhere = found.server.host in ("0.0.0.0", "::")  # noqa: S104 - compared
    more = (_EVERYWHERE.get(lang).format(port=found.server.port),) if everywhere else ()
    return (*more, _AT.get(lang).format(url=address(found)))


def run_server(found: Settings, listening: socket.socket, banner: tuple[str, ...]) -> None:
    """Run uvicorn over the socket: in this process, or several of them."""
    import uvicorn

    from .asgi import Site
    from .heads import BoundedHeads

    level = {"debug": "debug", "info": "warning"}.get(found.log_level, found.log_level)
    common: dict[str, Any] = {
        "http": BoundedHeads,
        "ws": "none",
        "lifespan": "on",
        "log_level": level,
        "access_log": found.log_level == "debug",
        "proxy_headers": False,  # the session layer believes the proxies of the settings only
        "server_header": False,
        "timeout_keep_alive": 75,
        "limit_concurrency": CONNECTIONS,
        "timeout_graceful_shutdown": GRACE,
    }

    class Announced(uvicorn.Server):
        """Says where it is once it is there."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                for line in banner:
                    say(line)

    if found.server.workers == 1:
        server = Announced(uvicorn.Config(Site(found), **common))
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listening])
        return
    from uvicorn.supervisors import Multiprocess

    config = uvicorn.Config(f"{__package__}.asgi:site", factory=True, workers=found.server.workers, **common)
    for line in banner:
        say(line)
    Multiprocess(config, sockets=[listening]).run()


@command(
    "只处理后台任务：通知邮件、到期提醒、回填。\n\n网站自己也会处理；需要分开运行时才用它。",
    "Do the background jobs: mail, reminders, backfills.\n\nThe site does them as well; this is for running them "
    "apart.",
)
@acting
async def worker_command() -> None:
    """Do jobs until stopped."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with installation() as engine:
        say(_WORKING)
        await engine.keep_house(stop)
    say(_STOPPED)
