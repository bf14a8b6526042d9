"""The functions over ranges: how one span of values lies to another."""

from __future__ import annotations

from typing import Any

from ..model.text import Text
from . import types as t
from .builtin import Builtin, signature
from .fn_number import number_from
from .iso import date_from, date_time_from, duration_from, literal_from, time_from
from .lexer import Token, Unreadable, tokens, trie_of
from .values import Range, compare

End = tuple[Any, int]  # value, and 0 when it belongs to the range, else -1 or 1: just before or just after it


def _ends(x: Any) -> tuple[End, End] | None:
    """Lower and upper end of a range, or of a point as a range; null when an end is open."""
    if not isinstance(x, Range):
        return (x, 0), (x, 0)
    if x.op in ("=",):
        return (x.low, 0), (x.low, 0)
    if x.low is None or x.high is None:
        return None
    return (x.low, 0 if x.low_in else 1), (x.high, 0 if x.high_in else -1)


def _order(a: End, b: End) -> int | None:
    order = compare(a[0], b[0])
    return order if order is None or order else (a[1] > b[1]) - (a[1] < b[1])


def _relation(rule: Any) -> Any:
    def run(x: Any, y: Any) -> bool | None:
        a, b = _ends(x), _ends(y)
        if a is None or b is None:
            return None
        orders = [_order(a[i], b[j]) for i in (0, 1) for j in (0, 1)]
        if any(o is None for o in orders):
            return None
        verdict: bool = rule(*orders)
        return verdict

    return run


# ll, lh, hl, hh: how the low and high end of the first lie to the low and high end of the second

_before = _relation(lambda ll, lh, hl, hh: hl < 0)
_after = _relation(lambda ll, lh, hl, hh: lh > 0)
_overlaps = _relation(lambda ll, lh, hl, hh: hl >= 0 and lh <= 0)
_overlaps_before = _relation(lambda ll, lh, hl, hh: ll < 0 and hl >= 0 and hh <= 0)
_overlaps_after = _relation(lambda ll, lh, hl, hh: ll > 0 and lh <= 0 and hh >= 0)
_finishes = _relation(lambda ll, lh, hl, hh: hh == 0 and ll >= 0)
_includes = _relation(lambda ll, lh, hl, hh: ll <= 0 and hh >= 0)
_during = _relation(lambda ll, lh, hl, hh: ll >= 0 and hh <= 0)
_starts = _relation(lambda ll, lh, hl, hh: ll == 0 and hh <= 0)
_coincides = _relation(lambda ll, lh, hl, hh: ll == 0 and hh == 0)


def _turned(run: Any) -> Any:
    return lambda x, y: run(y, x)


def _meets(x: Range, y: Range) -> bool | None:
    """The first ends where the second starts, and both hold that value."""
    if x.high is None or y.low is None:
        return None
    order = compare(x.high, y.low)
    return None if order is None else order == 0 and x.high_in and y.low_in


_CONSTRUCTORS = {
    "date": date_from,
    "time": time_from,
    "date and time": date_time_from,
    "duration": duration_from,
}
_NAMES = trie_of(_CONSTRUCTORS)


def _range_from(text: str) -> Range | None:
    """A range from text such as `[1..10)`; the ends must be literals in the right order and of one kind."""
    try:
        found = tokens(text, {}, _NAMES)
    except Unreadable:
        return None
    kinds = [f.type for f in found]
    if len(text) > 400 or len(found) < 5 or kinds[0] not in ("LB", "LP", "RBO") or kinds.count("DOTS") != 1:
        return None
    at = kinds.index("DOTS")
    low, high = _literal(found[1:at]), _literal(found[at + 1 : -1])
    if low is None or high is None or kinds[-1] not in ("RB", "RP", "RBE"):
        return None
    order = compare(low, high)
    return None if order is None or order > 0 else Range(low, kinds[0] == "LB", high, kinds[-1] == "RB")


def _literal(found: list[Token]) -> Any:
    kinds = [f.type for f in found]
    if kinds == ["NUMBER"]:
        return number_from(found[0].value)
    if kinds == ["MINUS", "NUMBER"]:
        return number_from("-" + found[1].value)
    if kinds == ["STRING"]:
        return found[0].value
    if kinds == ["AT"]:
        return literal_from(found[0].value)
    if kinds == ["NAME", "LP", "STRING", "RP"] and found[0].value in _CONSTRUCTORS:
        return _CONSTRUCTORS[found[0].value](found[2].value)
    return None


def _span(name: str, run: Any, zh: str, doc: Text, example: tuple[str, str], params: str) -> Builtin:
    return Builtin(name, (signature(params, "boolean", run),), "range", zh, doc, example)


RANGE_FUNCTIONS = (
    Builtin(
        "range",
        (signature("from: string", t.RANGE, _range_from),),
        "range",
        "区间",
        Text("由文本得到区间。", "A range from text."),
        ('range("[1..3]")', "[1..3]"),
    ),
    _span(
        "before",
        _before,
        "早于",
        Text("前者整个在后者之前。", "The first lies wholly before the second."),
        ("before(1, [2..3])", "true"),
        "range1: any, range2: any",
    ),
    _span(
        "after",
        _after,
        "晚于",
        Text("前者整个在后者之后。", "The first lies wholly after the second."),
        ("after(4, [2..3])", "true"),
        "range1: any, range2: any",
    ),
    _span(
        "meets",
        _meets,
        "相接",
        Text("前者结束处正是后者开始处。", "The first ends where the second starts."),
        ("meets([1..5], [5..10])", "true"),
        "range1: range, range2: range",
    ),
    _span(
        "met by",
        _turned(_meets),
        "被相接",
        Text("前者开始处正是后者结束处。", "The first starts where the second ends."),
        ("met by([5..10], [1..5])", "true"),
        "range1: range, range2: range",
    ),
    _span(
        "overlaps",
        _overlaps,
        "重叠",
        Text("两个区间有共同的部分。", "The two share at least one value."),
        ("overlaps([1..5], [3..8])", "true"),
        "range1: range, range2: range",
    ),
    _span(
        "overlaps before",
        _overlaps_before,
        "先行重叠",
        Text("前者先开始，在后者之内结束。", "The first starts earlier and ends inside the second."),
        ("overlaps before([1..5], [3..8])", "true"),
        "range1: range, range2: range",
    ),
    _span(
        "overlaps after",
        _overlaps_after,
        "后行重叠",
        Text("前者在后者之内开始，更晚结束。", "The first starts inside the second and ends later."),
        ("overlaps after([3..8], [1..5])", "true"),
        "range1: range, range2: range",
    ),
    _span(
        "finishes",
        _finishes,
        "收尾于",
        Text("两者在同一处结束，前者不更早开始。", "Both end together, the first starts no earlier."),
        ("finishes([3..5], [1..5])", "true"),
        "point: any, range: any",
    ),
    _span(
        "finished by",
        _turned(_finishes),
        "以其收尾",
        Text("两者在同一处结束，后者不更早开始。", "Both end together, the second starts no earlier."),
        ("finished by([1..5], [3..5])", "true"),
        "range: any, point: any",
    ),
    _span(
        "includes",
        _includes,
        "涵盖",
        Text("前者包含整个后者。", "The first holds all of the second."),
        ("includes([1..9], 5)", "true"),
        "range: any, point: any",
    ),
    _span(
        "during",
        _during,
        "处于",
        Text("前者整个在后者之内。", "The first lies wholly inside the second."),
        ("during(5, [1..9])", "true"),
        "point: any, range: any",
    ),
    _span(
        "starts",
        _starts,
        "起始于",
        Text("两者在同一处开始，前者不更晚结束。", "Both start together, the first ends no later."),
        ("starts([1..3], [1..9])", "true"),
        "point: any, range: any",
    ),
    _span(
        "started by",
        _turned(_starts),
        "以其起始",
        Text("两者在同一处开始，后者不更晚结束。", "Both start together, the second ends no later."),
        ("started by([1..9], [1..3])", "true"),
        "range: any, point: any",
    ),
    _span(
        "coincides",
        _coincides,
        "一致",
        Text("两者完全相同。", "Both cover the same."),
        ("coincides([1..5], [1..5])", "true"),
        "range1: any, range2: any",
    ),
)
