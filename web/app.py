"""The application: the routes of pages and API inside the session layer and the guard, over one engine."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType

from shuyuan.engine import Diagnostic, Engine, Refused
from starlette.routing import BaseRoute, Match

from .api import Api, mine
from .pages import (
    around,
    audit,
    bulk,
    case,
    case_ask,
    definitions,
    definitions_field,
    definitions_kept,
    definitions_publish,
    definitions_versions,
    export,
    files,
    forms,
    home,
    imports,
    inbox,
    jobs,
    lists,
    notices,
    options,
    past,
    people,
    person,
    person_tasks,
    record,
    removal,
    requests,
    reveal,
    roles,
    saved_views,
    searching,
    settings,
    sign_in,
    tokens,
    undoing,
    why,
)
from .pages.page import PageRoute
from .pages.refusals import Failures, refusal_page
from .session import ENGINE, Doors, Guard, SessionLayer
from .session.guard import App, Receive, Scope, Send
from .session.packing import Packing

#: The modules of pages, each with its `ROUTES`; earlier ones are asked first.
MODULES: tuple[ModuleType, ...] = (
    around,
    inbox,
    case,
    case_ask,
    requests,
    sign_in,
    definitions,
    definitions_field,
    definitions_publish,
    definitions_versions,
    lists,
    settings,
    tokens,
    home,
    searching,
    forms,
    options,
    record,
    past,
    export,
    files,
    reveal,
    why,
    saved_views,
    people,
    roles,
    person,
    person_tasks,
    audit,
    jobs,
    notices,
    bulk,
    removal,
    undoing,
    imports,
    definitions_kept,
)


def routes() -> list[BaseRoute]:
    """Every route of the pages."""
    return [route for module in MODULES for route in module.ROUTES]


def create_app(engine: Engine, more: Sequence[BaseRoute] = ()) -> App:
    """The ASGI application of an installation. more: further routes, of tests and plugins."""
    found = [*routes(), *more]
    public = frozenset(r.path for r in found if isinstance(r, PageRoute) and r.public)
    layer = SessionLayer(
        Rooms(engine, found),
        engine.sessions,
        engine.settings,
        Doors(public=lambda path: path in public, programs=mine),
        refusal_page(engine),
        refresh=engine.refresh,
    )
    return Guard(Packing(Failures(layer, engine)), engine.settings)


def first(path: str) -> str:
    """The first part of a path, by which its routes are found; no route begins with a name in its place."""
    return path.split("/", 2)[1] if path.startswith("/") else ""


class Rooms:
    """The API, which finds its own way, and the pages, each request carrying its engine."""

    def __init__(self, engine: Engine, found: Sequence[BaseRoute]) -> None:
        self._engine = engine
        self._by_first: dict[str, list[BaseRoute]] = {}
        for route in found:
            self._by_first.setdefault(first(getattr(route, "path", "/")), []).append(route)
        self._api = Api(engine)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request. Raises Refused for an address or a method that there is not."""
        if mine(scope["path"]):
            await self._api(scope, receive, send)
            return
        scope[ENGINE] = self._engine
        other = False
        for route in self._by_first.get(first(scope["path"]), ()):
            match, child = route.matches(scope)
            if match is Match.FULL:
                scope.update(child)
                await route.handle(scope, receive, send)
                return
            other = other or match is Match.PARTIAL
        if other:
            raise Refused(Diagnostic("WEB_002", args={"method": scope["method"][:10]}))
        raise Refused(Diagnostic("WEB_001"))
