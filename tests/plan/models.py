"""Random models that are valid by construction, as documents, and loading them one after another."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st
from shuyuan.engine.definition import Identity, Loaded, load
from shuyuan.engine.diagnostics import has_errors

ENTITIES = ("alpha", "beta", "gamma")
NAMES = ("one", "two", "three", "four")
CHOICES = [{"name": n, "title": n.upper()} for n in ("red", "green", "blue")]

_PLAIN: list[dict[str, Any]] = [
    {"is": "text"},
    {"is": "long_text"},
    {"is": "integer"},
    {"is": "decimal", "scale": 2},
    {"is": "decimal", "scale": 4},
    {"is": "boolean"},
    {"is": "date"},
    {"is": "datetime"},
    {"is": "phone"},
    {"is": "choice", "choices": CHOICES},
    {"is": "choice", "choices": CHOICES[:2]},
    {"is": "multi_choice", "choices": CHOICES},
    {"is": "link", "to": "alpha"},
    {"is": "computed", "as": "integer", "value": "1 + 1"},
]
_FLAGS = [{}, {"index": True}, {"unique": True}, {"search": True}, {"required": True}]


def _plain() -> st.SearchStrategy[dict[str, Any]]:
    def made(pair: tuple[dict[str, Any], dict[str, Any]]) -> dict[str, Any]:
        spec, flags = pair
        usable = {} if spec["is"] in ("computed", "multi_choice") and ("unique" in flags or "index" in flags) else flags
        return {**spec, **usable, "title": "T"}

    return st.tuples(st.sampled_from(_PLAIN), st.sampled_from(_FLAGS)).map(made)


def _rows() -> st.SearchStrategy[dict[str, Any]]:
    columns = st.dictionaries(st.sampled_from(NAMES), _plain(), min_size=1, max_size=3)
    return columns.map(lambda of: {"is": "rows", "title": "R", "of": of})


def _fields() -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(NAMES), st.one_of(_plain(), _plain(), _plain(), _rows()), min_size=1)


def _entity(name: str, fields: dict[str, Any], renames: dict[str, str]) -> dict[str, Any]:
    for new, old in renames.items():
        if new in fields and new != old:
            fields = {**fields, new: {**fields[new], "was": old}}
    groups = [["one", "two"]] if {"one", "two"} <= {n for n, f in fields.items() if _stored(f)} else []
    return {"entity": name, "title": name, "label": '"x"', "schema": {"properties": fields}, "indexes": groups}


def _stored(spec: dict[str, Any]) -> bool:
    return spec["is"] not in ("rows", "computed")


@st.composite
def documents(draw: st.DrawFn) -> dict[str, str]:
    """Documents of one to three entities; `alpha` is always there, links lead to it."""
    names = ["alpha", *draw(st.lists(st.sampled_from(ENTITIES[1:]), unique=True))]
    renames = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(NAMES), max_size=1)
    return {f"{n}.json": json.dumps(_entity(n, draw(_fields()), draw(renames))) for n in names}


def loaded(texts: dict[str, str], before: Loaded | None = None, pinned: Identity | None = None) -> Loaded:
    """The model of the documents, following what was loaded before."""
    found = load(texts, before.identity if before else None, pinned)
    assert not has_errors(found.diagnostics), found.diagnostics
    assert found.model is not None
    return found
