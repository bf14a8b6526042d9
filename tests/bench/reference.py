"""The hand-written application that the engine is measured against: one table, Starlette and asyncpg, nothing generic.

It is what a good programmer writes for one school: a bearer token looked up in memory, SQL by hand, orjson, and for the
pages Jinja with a compiled template.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import asyncpg
import orjson
from jinja2 import DictLoader, Environment
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

TOKENS = {os.environ.get("BENCH_TOKEN", "reference"): "registrar"}
COLUMNS = "id, version, student_no, name, sex, birth_date, class_id, class_name, phone, status, entry_date, boarding"
FIELDS = COLUMNS.split(", ")
PAGES = Environment(
    autoescape=True,
    loader=DictLoader(
        {
            "list": """<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>学生</title>
<link rel="stylesheet" href="/static/app.css"></head><body><nav>{% for n in nav %}<a href="/{{ n }}">{{ n }}</a>{% endfor %}</nav>
<main><h1>学生</h1><form><input name="q" value="{{ q }}"><select name="status">{% for s in statuses %}
<option value="{{ s }}"{% if s == status %} selected{% endif %}>{{ s }}</option>{% endfor %}</select><button>筛选</button></form>
<table><thead><tr>{% for c in columns %}<th><a href="?sort={{ c }}">{{ c }}</a></th>{% endfor %}</tr></thead><tbody>
{% for r in rows %}<tr><td><input type="checkbox" name="id" value="{{ r.id }}"></td><td><a href="/students/{{ r.id }}">{{ r.name }}</a></td>
<td><span class="pill pill-{{ r.status }}">{{ r.status }}</span></td><td>{{ r.student_no }}</td><td>{{ r.class_name }}</td><td>{{ r.sex }}</td>
<td>{{ r.birth_date or "" }}</td><td>{{ mask(r.phone) }}</td><td>{{ r.entry_date or "" }}</td><td>{{ "是" if r.boarding else "否" }}</td></tr>{% endfor %}
</tbody></table><a href="?after={{ after }}">下一页</a></main></body></html>""",
            "form": """<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>学生</title>
<link rel="stylesheet" href="/static/app.css"></head><body><nav>{% for n in nav %}<a href="/{{ n }}">{{ n }}</a>{% endfor %}</nav>
<main><h1>{{ r.name }}</h1><form method="post"><input type="hidden" name="version" value="{{ r.version }}">
{% for f in fields %}<div class="field"><label for="{{ f.name }}">{{ f.title }}{% if not f.required %}（选填）{% endif %}</label>
{% if f.kind == "select" %}<select id="{{ f.name }}" name="{{ f.name }}">{% for o in f.options %}<option value="{{ o }}"
{% if o == r[f.name] %} selected{% endif %}>{{ o }}</option>{% endfor %}</select>{% else %}<input id="{{ f.name }}" name="{{ f.name }}"
type="{{ f.kind }}" value="{{ r[f.name] if r[f.name] is not none else "" }}">{% endif %}</div>{% endfor %}
<button>保存</button></form></main></body></html>""",
        }
    ),
)
PAGES.globals["mask"] = lambda v: v[:3] + "****" + v[-4:] if v and len(v) > 7 else v
FORM = [
    {"name": "name", "title": "姓名", "kind": "text", "required": True, "options": []},
    {"name": "student_no", "title": "学号", "kind": "text", "required": True, "options": []},
    {"name": "sex", "title": "性别", "kind": "select", "required": True, "options": ["1", "2"]},
    {"name": "birth_date", "title": "出生日期", "kind": "date", "required": False, "options": []},
    {"name": "class_id", "title": "班级", "kind": "text", "required": False, "options": []},
    {"name": "phone", "title": "电话", "kind": "tel", "required": False, "options": []},
    {"name": "status", "title": "状态", "kind": "select", "required": True, "options": ["active", "suspended", "left"]},
    {"name": "entry_date", "title": "入学日期", "kind": "date", "required": False, "options": []},
    {"name": "boarding", "title": "住宿", "kind": "checkbox", "required": False, "options": []},
]
NAV = ["home", "students", "classes", "inbox", "requests", "courses", "attendance", "settings"]


def _json(value: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(value), status, media_type="application/json")


def _user(request: Request) -> str | None:
    return TOKENS.get(request.headers.get("authorization", "")[7:])


async def get_one(request: Request) -> Response:
    if _user(request) is None:
        return _json({"detail": "sign in"}, 401)
    row = await request.app.state.pool.fetchrow(
        f"SELECT {COLUMNS} FROM ref_student WHERE id = $1", request.path_params["id"]
    )
    return _json(dict(row)) if row else _json({"detail": "not found"}, 404)


async def get_list(request: Request) -> Response:
    if _user(request) is None:
        return _json({"detail": "sign in"}, 401)
    rows = await request.app.state.pool.fetch(
        f"SELECT {COLUMNS} FROM ref_student WHERE status = $1 ORDER BY name, id LIMIT 51",
        request.query_params.get("status", "active"),
    )
    return _json({"rows": [dict(r) for r in rows[:50]], "more": len(rows) > 50})


def _wrong(values: dict[str, Any]) -> list[str]:
    found = []
    if not values.get("name") or len(values["name"]) > 60:
        found.append("name")
    if values.get("sex") not in ("1", "2"):
        found.append("sex")
    if values.get("phone") and not (values["phone"].isdigit() and len(values["phone"]) == 11):
        found.append("phone")
    try:
        values["birth_date"] = date.fromisoformat(values["birth_date"]) if values.get("birth_date") else None
    except ValueError:
        found.append("birth_date")
    return found


async def create(request: Request) -> Response:
    if _user(request) is None:
        return _json({"detail": "sign in"}, 401)
    values = orjson.loads(await request.body())
    if wrong := _wrong(values):
        return _json({"wrong": wrong}, 422)
    new = await request.app.state.pool.fetchval(
        """INSERT INTO ref_student (version, student_no, name, sex, birth_date, class_id, class_name, phone, status)
           VALUES (1, $1, $2, $3, $4, $5, $6, $7, 'active') RETURNING id""",
        values.get("student_no"),
        values["name"],
        values["sex"],
        values["birth_date"],
        values.get("class_id"),
        values.get("class_name"),
        values.get("phone"),
    )
    return _json({"id": new}, 201)


async def update(request: Request) -> Response:
    if _user(request) is None:
        return _json({"detail": "sign in"}, 401)
    values = orjson.loads(await request.body())
    done = await request.app.state.pool.fetchval(
        "UPDATE ref_student SET phone = $1, version = version + 1 WHERE id = $2 AND version = $3 RETURNING version",
        values["phone"],
        request.path_params["id"],
        values["version"],
    )
    return _json({"version": done}) if done else _json({"detail": "changed"}, 409)


async def transition(request: Request) -> Response:
    if _user(request) is None:
        return _json({"detail": "sign in"}, 401)
    done = await request.app.state.pool.fetchval(
        """WITH c AS (UPDATE ref_case SET step = 'approved', version = version + 1
             WHERE id = $1 AND version = $2 AND step = 'review' RETURNING id),
           l AS (INSERT INTO ref_log (case_id, who, act) SELECT id, $3, 'approve' FROM c)
           SELECT id FROM c""",
        request.path_params["id"],
        orjson.loads(await request.body())["version"],
        "registrar",
    )
    return _json({"id": done}) if done else _json({"detail": "changed"}, 409)


async def list_page(request: Request) -> Response:
    if _user(request) is None:
        return _json({"detail": "sign in"}, 401)
    rows = await request.app.state.pool.fetch(
        f"SELECT {COLUMNS} FROM ref_student WHERE status = $1 ORDER BY name, id LIMIT 51", "active"
    )
    page = PAGES.get_template("list").render(
        rows=rows[:50], nav=NAV, q="", status="active", statuses=["active", "suspended"], columns=FIELDS[:9], after=50
    )
    return HTMLResponse(page)


async def form_page(request: Request) -> Response:
    if _user(request) is None:
        return _json({"detail": "sign in"}, 401)
    row = await request.app.state.pool.fetchrow(
        f"SELECT {COLUMNS} FROM ref_student WHERE id = $1", request.path_params["id"]
    )
    return HTMLResponse(PAGES.get_template("form").render(r=row, nav=NAV, fields=FORM))


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    async def no_reset(connection: asyncpg.Connection) -> None:
        return None

    app.state.pool = await asyncpg.create_pool(os.environ["BENCH_DSN"], min_size=8, max_size=8, reset=no_reset)
    yield
    await app.state.pool.close()


app = Starlette(
    lifespan=lifespan,
    routes=[
        Route("/api/students/{id:int}", get_one, methods=["GET"]),
        Route("/api/students/{id:int}", update, methods=["PATCH"]),
        Route("/api/students", get_list, methods=["GET"]),
        Route("/api/students", create, methods=["POST"]),
        Route("/api/cases/{id:int}/acts", transition, methods=["POST"]),
        Route("/students", list_page),
        Route("/students/{id:int}", form_page),
    ],
)
