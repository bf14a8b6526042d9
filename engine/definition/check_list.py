"""Checks of code lists."""

from __future__ import annotations

from datetime import date

from ..fieldtypes import codelist_of
from ..model import Code, CodeList
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
    if not codes.codes:
        context.say("LIST_009", codes.place, list=codes.name)
    seen: dict[str, list[Code]] = {}
    for code in codes.codes:
        for other in seen.get(code.code, ()):
            if _overlap(code, other):
                context.say("LIST_001", codes.place, list=codes.name, code=code.code)
                break
        seen.setdefault(code.code, []).append(code)
        if code.valid_from and code.valid_to and code.valid_from > code.valid_to:
            context.say("LIST_007", codes.place, list=codes.name, code=code.code)
    parents = {c.code: c.parent for c in codes.codes}
    for code in codes.codes:
        if code.parent and code.parent not in parents:
            near = hint(code.parent, parents)
            context.say("LIST_002", codes.place, list=codes.name, code=code.code, parent=code.parent, hint=near)
    circle = _circle(parents)
    if circle:
        context.say("LIST_008", codes.place, list=codes.name, code=circle)
    for lang in ("zh", "en"):
        bare = [c.code for c in codes.codes if (c.title.zh or c.title.en) and not getattr(c.title, lang)]
        if bare and len(bare) < len(codes.codes):
            context.say("LIST_011", codes.place, list=codes.name, count=len(bare), first=bare[0], lang=lang)


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
