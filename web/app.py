"""The application: the routes of pages and API inside the session layer and the guard, over one engine."""

from __future__ import annotations

from shuyuan.engine import Engine
from starlette.applications import Starlette
from starlette.routing import Route

from .render.assets import serve
from .session.guard import App, Guard
from .session.layer import SessionLayer


def create_app(engine: Engine) -> App:
    """The ASGI application of an installation."""
    routes = [Route("/static/{path:path}", serve)]
    inner = Starlette(routes=routes)
    inner.state.engine = engine
    return Guard(SessionLayer(inner, engine.sessions, engine.settings), engine.settings)
