"""Entities of random fields with records that fit them, more or less."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import orjson
from hypothesis import strategies as st
from shuyuan.engine.fieldtypes import type_of
from shuyuan.engine.model import Entity, Expr, Field, Text

from ..fieldtypes.cases import MODEL, VARIANTS

ODD: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, 10**15, "", " ", "x", "2026-02-30", "open", "110101199003071233", "x" * 600, [], ["open"],
    [1], {}, {"id": 1}, {"id": 1, "label": "x"}, {"lat": 1, "lng": 2}, [{"name": "x"}], [{"name": None, "odd": 1}],
)  # fmt: skip


def entity_of(chosen: tuple[Field, ...], required: frozenset[int]) -> Entity:
    """An entity with the chosen fields, each under its own name and id."""
    fields = tuple(
        replace(f, id=f"f{at}", name=f"f{at}", title=Text(f"字段{at}", f"Field {at}"), required=at in required)
        for at, f in enumerate(chosen)
    )
    return Entity("e9", "thing", Text("东西", "Thing"), fields, Expr('"x"'))


entities = st.builds(
    entity_of,
    st.lists(st.sampled_from(VARIANTS), min_size=1, max_size=6).map(tuple),
    st.frozensets(st.integers(0, 5), max_size=6),
)


def json_record(entity: Entity, rng: Random, odd: float) -> dict[str, Any]:
    """JSON of a record: samples, with `odd` (0..1) of them left out or replaced by something else."""
    record: dict[str, Any] = {}
    for spec in entity.fields:
        kind = type_of(spec)
        if rng.random() < odd / 3:
            continue
        sample = kind.to_json(kind.sample(spec, MODEL, rng))
        record[spec.name] = rng.choice(ODD) if rng.random() < odd else orjson.loads(orjson.dumps(sample))
    if rng.random() < odd / 4:
        record[rng.choice(["f_0", "F1", "nothing"])] = 1
    return record


__all__ = ["MODEL", "ODD", "entities", "entity_of", "json_record"]
