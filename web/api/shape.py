"""The shape of a body that is no record: which names it takes and what each has to be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any

from shuyuan.engine import LAST_ID, Diagnostic, Place, Refused, Text

from .query import unknown

#: Unknown names of one object that are told; looking for what was meant takes time for each of them.
MOST_UNKNOWN = 50
#: Whether a value fits, and what it has to be, in words.
Kind = tuple[Callable[[Any], bool], Text]


def _is_whole(value: Any, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= most


def text(most: int, least: int = 0) -> Kind:
    """A text of at most so many characters."""
    words = Text(f"不超过 {most} 个字的文字", f"a text of at most {most} characters")
    return (lambda v: isinstance(v, str) and least <= len(v) <= most), words


RECORD_ID: Kind = (lambda v: _is_whole(v, LAST_ID), Text("记录的编号", "the id of a record"))
VERSION: Kind = (lambda v: _is_whole(v, 2**31 - 1), Text("版本号", "the number of a version"))
OBJECT: Kind = (lambda v: isinstance(v, dict), Text("对象", "an object"))
IDS: Kind = (
    lambda v: isinstance(v, list) and len(v) <= 50 and all(_is_whole(one, LAST_ID) for one in v),
    Text("编号的列表，最多 50 个", "a list of at most 50 ids"),
)
LIST: Kind = (lambda v: isinstance(v, list), Text("列表", "a list"))


def one_of(*names: str) -> Kind:
    """One of some words."""
    words = Text("、".join(names) + " 之一", "one of " + ", ".join(names))
    return (lambda v: isinstance(v, str) and v in names), words


def read_shape(value: Any, kinds: Mapping[str, Kind], required: tuple[str, ...], prefix: str = "") -> dict[str, Any]:
    """The object, every name in it known and fit. Raises Refused with all that is wrong."""
    wrong = problems(value, kinds, required, prefix)
    if wrong:
        raise Refused(wrong)
    found: dict[str, Any] = value
    return found


def problems(value: Any, kinds: Mapping[str, Kind], required: tuple[str, ...], prefix: str = "") -> list[Diagnostic]:
    """What keeps the value from having the shape."""
    if not isinstance(value, dict):
        return [Diagnostic("API_015", Place(path=prefix.rstrip("/")), {"name": prefix or "{…}", "wanted": OBJECT[1]})]
    strange = islice((name for name in value if name not in kinds), MOST_UNKNOWN)
    found = [_at(unknown("API_016", name, kinds), prefix) for name in strange]
    for name, (fits, words) in kinds.items():
        if name not in value:
            if name in required:
                found.append(Diagnostic("API_017", Place(path=prefix + name), {"name": name}))
        elif not fits(value[name]):
            found.append(Diagnostic("API_015", Place(path=prefix + name), {"name": name, "wanted": words}))
    return found


def _at(diagnostic: Diagnostic, prefix: str) -> Diagnostic:
    return Diagnostic(diagnostic.code, Place(path=prefix + diagnostic.place.path), diagnostic.args)
