"""The application: the routes of pages and API inside the session layer and the guard, over one engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import ModuleType

from shuyuan.engine import Diagnostic, Engine, Refused
from starlette.routing import BaseRoute, Route, Router

from .pages.page import PageRoute
from .pages.refusals import refusal_page
from .render.assets import serve
from .session import ENGINE, Doors, Guard, SessionLayer
from .session.guard import App, Receive, Scope, Send

#: The modules of pages and of the API, each with its `ROUTES`; earlier ones are asked first.
MODULES: tuple[ModuleType, ...] = ()


def routes() -> list[BaseRoute]:
    """Every route of the application."""
    return [Route("/static/{path:path}", serve), *(route for module in MODULES for route in module.ROUTES)]


def open_paths(found: Sequence[BaseRoute]) -> frozenset[str]:
    """The paths that are open to whoever is not signed in."""
    return frozenset(r.path for r in found if isinstance(r, PageRoute) and r.public)


def create_app(engine: Engine, more: Sequence[BaseRoute] = ()) -> App:
    """The ASGI application of an installation. more: further routes, of tests and plugins."""
    found = [*routes(), *more]
    public = open_paths(found)
    inner = Rooms(engine, found)
    layer = SessionLayer(
        inner,
        engine.sessions,
        engine.settings,
        Doors(public=lambda path: path in public),
        refusal_page(engine),
        refresh=engine.refresh,
    )
    return Guard(layer, engine.settings)


class Rooms:
    """The routes, each request carrying its engine; what leads nowhere is refused like everything else."""

    def __init__(self, engine: Engine, found: Sequence[BaseRoute]) -> None:
        self._engine = engine
        self._router = Router(routes=found, redirect_slashes=False, default=nowhere)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        scope[ENGINE] = self._engine
        await self._router(scope, receive, send)


async def nowhere(scope: Scope, receive: Receive, send: Send) -> None:
    """No route fits. Raises Refused(WEB_001)."""
    raise Refused(Diagnostic("WEB_001"))


def every_path(found: Sequence[BaseRoute]) -> Iterator[tuple[str, frozenset[str]]]:
    """Path and methods of every route, for whoever walks them."""
    for route in found:
        if isinstance(route, Route):
            yield route.path, frozenset(route.methods or ())
