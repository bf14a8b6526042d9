"""Checks of code lists."""

from __future__ import annotations

from datetime import date

from ..diagnostics import Place
from ..fieldtypes import codelist_of
from ..model import Code, CodeList
from .build_entity import csv_path
from .context import Context, each_field
from .say import hint


def check_lists(context: Context) -> None:
    """Every code list, and whether some field chooses from it."""
    used = {codelist_of(f) for e in context.model.entities.values() for _, f in each_field(e)}
    for codes in context.model.codelists.values():
        _check(context, codes)
        if context.model.entities and codes.name not in used:
            context.say("LIST_010", codes.place, list=codes.name)


def _check(context: Context, codes: CodeList) -> None:
    if not codes.codes and not csv_path(context.node("codelist", codes.name)):
        context.say("LIST_009", codes.place, list=codes.name)
    seen: dict[str, list[Code]] = {}
    places = _places(context, codes)
    for code, place in zip(codes.codes, places, strict=True):
        for other in seen.get(code.code, ()):
            if _overlap(code, other):
                context.say("LIST_001", place, list=codes.name, code=code.code)
                break
        seen.setdefault(code.code, []).append(code)
        if code.valid_from and code.valid_to and code.valid_from > code.valid_to:
            context.say("LIST_007", place, list=codes.name, code=code.code)
    parents = {c.code: c.parent for c in codes.codes}
    for code, place in zip(codes.codes, places, strict=True):
        if code.parent and code.parent not in parents:
            near = hint(code.parent, parents)
            context.say("LIST_002", place, list=codes.name, code=code.code, parent=code.parent, hint=near)
    circle = _circle(parents)
    if circle:
        context.say("LIST_008", codes.place, list=codes.name, code=circle)
    for lang in ("zh", "en"):
        bare = [c.code for c in codes.codes if _lacks(c, lang)]
        if bare and len(bare) < len(codes.codes):
            context.say("LIST_011", codes.place, list=codes.name, count=len(bare), first=bare[0], lang=lang)


def _places(context: Context, codes: CodeList) -> list[Place]:
    """Where each code is written: in the definition, or somewhere in the CSV beside it."""
    node = context.node("codelist", codes.name)
    written = node.get("codes")
    found = [n.place for n in written.items if n.kind == "map" and n.get("code")] if written else []
    return [*found, *(Place(csv_path(node)) for _ in codes.codes[len(found) :])]


def _lacks(code: Code, lang: str) -> bool:
    """Whether the title is in the other language only; a plain ASCII one, such as XL, is the same in both."""
    there, missing = (code.title.zh, code.title.en) if lang == "en" else (code.title.en, code.title.zh)
    return bool(there) and not missing and not there.isascii()


def _overlap(one: Code, other: Code) -> bool:
    low = max(one.valid_from or date.min, other.valid_from or date.min)
    high = min(one.valid_to or date.max, other.valid_to or date.max)
    return low <= high


def _circle(parents: dict[str, str]) -> str:
    """A code that is its own ancestor."""
    fine: set[str] = set()
    for code in parents:
        way: set[str] = set()
        at = code
        while at and at in parents and at not in fine:
            if at in way:
                return at
            way.add(at)
            at = parents[at]
        fine |= way
    return ""
