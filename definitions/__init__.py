"""The definition packs that come with the product, and the school that a demo is filled with."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def packs() -> tuple[str, ...]:
    """The names of the packs, in alphabetical order."""
    return tuple(sorted(p.parent.name for p in _here().glob("*/pack.yaml")))


def folder(pack: str) -> Path:
    """Where the files of a pack lie. Raises KeyError for a pack that does not come with the product."""
    if pack not in packs():
        raise KeyError(pack)
    return _here() / pack


def _here() -> Path:
    return Path(str(files(__name__)))
