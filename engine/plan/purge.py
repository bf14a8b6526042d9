"""What was taken out of use for good, once its retention ended: the tables without it, the identity without it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from ..definition.identity import Identity, Known
from ..model import Model
from ..model.steps import SchemaStep
from .physical import physical
from .schema import table_steps


def purge(model: Model, identity: Identity, ids: Collection[str]) -> tuple[tuple[SchemaStep, ...], Identity]:
    """The steps that drop what is gone with these ids, or belonged to fields with these ids before a retype.

    Their ids stay taken: they are never given out again, but nothing can bring the values back.
    """
    gone = {i: replace(g, known=_emptied(g.known)) if i in ids else g for i, g in identity.gone.items()}
    live = {k: {n: _cut(known, ids) for n, known in named.items()} for k, named in identity.live.items()}
    after = Identity(live, gone)
    return table_steps(physical(model, identity), physical(model, after)), after


def _emptied(known: Known) -> Known:
    """Only the ids are left."""
    return Known(known.id, parts={n: _emptied(p) for n, p in known.parts.items()})


def _cut(known: Known, ids: Collection[str]) -> Known:
    """Without the columns of former types."""
    parts = {n: _cut(p, ids) for n, p in known.parts.items()}
    return replace(known, past=() if known.id in ids else known.past, parts=parts)
