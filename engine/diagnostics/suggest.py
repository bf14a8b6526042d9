"""Near misses: what a misspelt name was probably meant to be."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The closest known name, or "" when nothing is near. Case and `-`/`_` do not count as a difference."""
    folded = {_fold(k): k for k in known}
    near = get_close_matches(_fold(name), folded, n=1, cutoff=0.7)
    return folded[near[0]] if near else ""


def _fold(name: str) -> str:
    return name.lower().replace("-", "_").replace(" ", "_")
