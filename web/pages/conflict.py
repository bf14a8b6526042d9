"""Somebody saved while somebody else was typing: both versions side by side, and the choice between them."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from shuyuan.engine import Conflict, Face
from starlette.responses import Response

from ..render.form import faces_of, shown_value
from ..render.page_values import Difference, Rival
from ..render.safe import Markup, ready
from ..render.words import Lang
from ..session import Form as Sent
from .filling import Filling

#: Before the name of a field: whose value is kept, "mine" or "theirs".
KEEP = "~keep/"


def conflicted(filling: Filling, found: Conflict) -> Response:
    """Both versions, field by field (409)."""
    page = filling.page
    faces = faces_of(page.version, found.entity)
    names = [n for n in faces if n in found.ours | found.both or n in found.theirs]
    rivals = tuple(_rival(filling, found, faces[n]) for n in names if n in found.both)
    others = tuple(
        Difference(
            page.text(faces[n].title),
            _said(faces[n], found.base.get(n), page.lang),
            _said(faces[n], found.theirs.get(n), page.lang),
        )
        for n in names
        if n not in found.ours and found.base.get(n) != found.theirs.get(n)
    )
    return page.show(
        "conflict.html",
        409,
        title=found.label,
        who=found.by,
        when=page.when(found.at) if found.at else None,
        post=filling.address,
        rivals=rivals,
        others=others,
        kept=tuple(flat(found.raw)),
        version=str(found.version),
        once=secrets.token_urlsafe(18),
        back=filling.back,
    )


def _rival(filling: Filling, found: Conflict, face: Face) -> Rival:
    lang, name = filling.page.lang, face.name
    base, theirs, mine = (_said(face, side.get(name), lang) for side in (found.base, found.theirs, found.mine))
    return Rival(f"{KEEP}{name}", face.title.get(lang), base, theirs, mine)


def _said(face: Face, value: Any, lang: Lang) -> Markup:
    """A value in words; a sub-table as its rows."""
    return ready(shown_value(face, lang)(value))


def flat(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What was typed, as the names and values of hidden fields."""
    for name, value in values.items():
        if isinstance(value, list) and value and all(isinstance(row, Mapping) for row in value):
            yield name, ""
            for at, row in enumerate(value):
                for column, cell in row.items():
                    yield from _each(f"{name}/{at}/{column}", cell)
        else:
            yield from _each(name, value)


def _each(name: str, value: Any) -> Iterator[tuple[str, str]]:
    for one in value if isinstance(value, list | tuple) else (value,):
        yield name, "" if one is None else str(one)


def kept_choice(sent: Sent, values: dict[str, Any]) -> dict[str, Any]:
    """The values without those for which the other's were chosen."""
    theirs = {n.removeprefix(KEEP) for n, v in sent.pairs if n.startswith(KEEP) and v == "theirs"}
    return {n: v for n, v in values.items() if n not in theirs}
