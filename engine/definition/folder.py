"""Reads the documents of a pack from its folder; the only part of the layer that touches files."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable

from ..diagnostics import Diagnostic, Place
from .load import MOST_CODES, READ
from .read import decode

#: Folders of a pack that hold no definitions: tests of the pack, documents to fill in.
_OTHER = frozenset({"cases", "templates"})
_DEEPEST = 6


def documents_of(folder: Traversable, name: str = "") -> tuple[dict[str, str], tuple[Diagnostic, ...]]:
    """The documents below a folder: `name/path` -> text, and what could not be read.

    folder: a `pathlib.Path`, or what `importlib.resources` gives; name: what stands in front of every path, the name of
    the folder unless given. YAML, JSON and CSV are read; files and folders that begin with a dot are not.
    """
    documents: dict[str, str] = {}
    problems: list[Diagnostic] = []
    prefix = (name or folder.name).strip("/")
    for path, file in _files(folder, prefix, 0):
        raw = file.read_bytes()
        if len(raw) > MOST_CODES:
            problems.append(Diagnostic("DEF_004", Place(path), {"size": len(raw), "max": MOST_CODES}))
            continue
        text, found = decode(raw, path)
        problems.extend(found)
        if not found:
            documents[path] = text
    return documents, tuple(problems)


def _files(folder: Traversable, path: str, depth: int) -> Iterator[tuple[str, Traversable]]:
    for child in sorted(folder.iterdir(), key=lambda c: c.name):
        if child.name.startswith((".", "__")):
            continue
        below = f"{path}/{child.name}" if path else child.name
        if child.is_dir():
            if depth < _DEEPEST and not (depth == 0 and child.name in _OTHER):
                yield from _files(child, below, depth + 1)
        elif child.name.endswith((*READ, ".csv")):
            yield below, child


def shipped_packs() -> tuple[str, ...]:
    """The names of the packs that come with the product."""
    root = files("shuyuan.definitions")
    return tuple(sorted(c.name for c in root.iterdir() if c.is_dir() and c.joinpath("pack.yaml").is_file()))


def shipped(name: str) -> tuple[dict[str, str], tuple[Diagnostic, ...]]:
    """The documents of a shipped pack. Raises KeyError for one that is not there."""
    if name not in shipped_packs():
        raise KeyError(name)
    return documents_of(files("shuyuan.definitions").joinpath(name))
