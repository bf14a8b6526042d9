"""Small pieces of messages that are put together from names: hints, quoted lists."""

from __future__ import annotations

from collections.abc import Iterable

from ..diagnostics import did_you_mean
from ..model import Text


def hint(name: str, known: Iterable[str]) -> Text:
    """“Did you mean X?” when something known is near, else an empty text."""
    near = did_you_mean(name, known)
    return Text(f"是不是“{near}”？", f"Did you mean “{near}”?") if near and near != name else Text()


def listed(names: Iterable[str], most: int = 12) -> Text:
    """The names in order with commas; the rest is counted."""
    found = list(names)
    if not found:
        return Text("（没有）", "(none)")
    shown, rest = found[:most], len(found) - most
    if rest > 0:
        return Text("、".join(shown) + f" 等 {len(found)} 个", ", ".join(shown) + f" and {rest} more")
    return Text("、".join(shown), ", ".join(shown))


def joined(texts: Iterable[Text]) -> Text:
    """The texts one after another with commas."""
    found = list(texts)
    return Text("、".join(t.get("zh") for t in found), ", ".join(t.get("en") for t in found))
