"""Who is who across publications: the ids of definitions and their parts, and what became of those taken away.

Every definition, field, option, step and transition has an id that never changes. It is found in this order:
an explicit `id:`; `was: old_name`, the id that name had; the same name, the same id; else a new id made from where
the part stands. Ids that were ever used are never given out again. What is taken away is remembered, so that `was:`
(or its `id:`) brings it back with its stored values; the same name alone does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

#: First letter of the id of each kind of part.
LETTERS: Mapping[str, str] = {
    "entity": "e",
    "field": "f",
    "option": "o",
    "form": "m",
    "view": "v",
    "workflow": "w",
    "step": "s",
    "go": "g",
    "policy": "p",
    "codelist": "l",
    "dashboard": "d",
    "pack": "k",
}


@dataclass(frozen=True, slots=True)
class Stored:
    """How a field is stored: physical column, field type, and the storage in words (`decimal(18,2)`, `bigint>e1a2`)."""

    column: str
    type: str
    storage: str


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one definition or part by its name.

    was: the former name that has already been followed, so that a `was:` left in the file is not followed twice;
    stored: of fields; past: columns a field had before it got another type, oldest first, kept until they are purged;
    parts: fields of an entity, options or columns of a field, steps, transitions, by name.
    """

    id: str
    was: str = ""
    stored: Stored | None = None
    past: tuple[Stored, ...] = ()
    parts: Mapping[str, Known] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The shape stored with a version; empty members are left out."""
        made: dict[str, Any] = {"id": self.id}
        if self.was:
            made["was"] = self.was
        if self.stored:
            made["stored"] = _listed(self.stored)
        if self.past:
            made["past"] = [_listed(s) for s in self.past]
        if self.parts:
            made["parts"] = {name: part.to_json() for name, part in self.parts.items()}
        return made

    @staticmethod
    def from_json(made: Mapping[str, Any]) -> Known:
        """The inverse of `to_json`."""
        stored = Stored(*made["stored"]) if made.get("stored") else None
        past = tuple(Stored(*s) for s in made.get("past", ()))
        parts = {name: Known.from_json(part) for name, part in made.get("parts", {}).items()}
        return Known(made["id"], made.get("was", ""), stored, past, parts)


def _listed(stored: Stored) -> list[str]:
    return [stored.column, stored.type, stored.storage]


@dataclass(frozen=True, slots=True)
class Gone:
    """What was taken away: kind, id of what it belonged to ("" for a definition), last name, what it was."""

    kind: str
    parent: str
    name: str
    known: Known


@dataclass(frozen=True, slots=True)
class Identity:
    """Ids by kind and name of definition, and what is gone by id."""

    live: Mapping[str, Mapping[str, Known]] = field(default_factory=dict)
    gone: Mapping[str, Gone] = field(default_factory=dict)

    def known(self, kind: str, name: str, *parts: str) -> Known | None:
        """What is known of a definition, or of one of its parts by the names that lead to it."""
        found = self.live.get(kind, {}).get(name)
        for part in parts:
            found = found.parts.get(part) if found else None
        return found

    def to_json(self) -> dict[str, Any]:
        """The shape stored with a version."""
        return {
            "live": {kind: {n: k.to_json() for n, k in named.items()} for kind, named in self.live.items()},
            "gone": {id_: [g.kind, g.parent, g.name, g.known.to_json()] for id_, g in self.gone.items()},
        }

    @staticmethod
    def from_json(made: Mapping[str, Any] | None) -> Identity:
        """The inverse of `to_json`; nothing gives an empty identity."""
        made = made or {}
        live = {
            kind: {name: Known.from_json(known) for name, known in named.items()}
            for kind, named in made.get("live", {}).items()
        }
        gone = {id_: Gone(g[0], g[1], g[2], Known.from_json(g[3])) for id_, g in made.get("gone", {}).items()}
        return Identity(live, gone)


def ids_in(known: Known) -> Iterator[str]:
    """The id of a part and of everything below it."""
    yield known.id
    for part in known.parts.values():
        yield from ids_in(part)


def used_ids(identity: Identity) -> set[str]:
    """Every id that is or was in use."""
    found = {i for named in identity.live.values() for known in named.values() for i in ids_in(known)}
    return found | {i for gone in identity.gone.values() for i in ids_in(gone.known)}
