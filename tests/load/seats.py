"""What is published over and over: the school's pack with an entity of its own, said in several ways."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import yaml
from shuyuan.engine.definition import shipped

PATH = "school/entities/seat.yaml"


@dataclass(frozen=True)
class Said:
    """One way to say it. factor: what `twice` is of `number`; note: how the field of remarks is called; size: the type
    of the field of sizes; extra: further fields; colours: names of the options, the first is what records have."""

    factor: int = 2
    note: str = "note"
    was: str = ""
    size: str = "text"
    extra: tuple[str, ...] = ()
    colours: tuple[str, str] = ("red", "green")
    unique: bool = False
    long: bool = field(default=False, compare=False)

    @property
    def fields(self) -> set[str]:
        """The names that the API shows."""
        return {"key", "number", "twice", self.note, "size", "colour", *self.extra}


@cache
def _school() -> dict[str, str]:
    return shipped("school")[0]


def documents(said: Said) -> dict[str, str]:
    """The school's documents with the entity as it is said."""
    note: dict[str, Any] = {"is": "long_text" if said.long else "text", "title": {"zh": "备注", "en": said.note}}
    if said.was and said.was != said.note:
        note["was"] = said.was
    first: dict[str, Any] = {"name": said.colours[0], "title": {"zh": "红", "en": "Red"}}
    if said.colours[0] != "red":
        first["was"] = "red"
    properties: dict[str, Any] = {
        "key": {"is": "text", "title": {"zh": "键", "en": "Key"}, "unique": True, "search": True},
        "number": {"is": "integer", "title": {"zh": "数", "en": "Number"}, "index": said.unique},
        "twice": {"is": "integer", "title": {"zh": "倍", "en": "Twice"}, "value": f"number * {said.factor}"},
        said.note: note,
        "size": {"is": said.size, "title": {"zh": "大小", "en": "Size"}},
        "colour": {
            "is": "choice",
            "title": {"zh": "颜色", "en": "Colour"},
            "choices": [first, {"name": said.colours[1], "title": {"zh": "绿", "en": "Green"}}],
        },
    }
    for name in said.extra:
        properties[name] = {"is": "text", "title": {"zh": name, "en": name}}
    entity = {
        "entity": "seat",
        "title": {"zh": "座位", "en": "Seat"},
        "label": "key",
        "schema": {"required": ["key", "number"], "properties": properties},
        "sort": ["key"],
    }
    form = {"form": "seat", "of": "seat", "title": {"zh": "座位", "en": "Seat"}}
    text = yaml.safe_dump_all([entity, form], allow_unicode=True, sort_keys=False)
    return {**_school(), PATH: text}


def steps(count: int) -> list[Said | int]:
    """So many publications in turn: a way to say it, or the number of publications to go back by."""
    found: list[Said | int] = []
    extras = 0
    while len(found) < count:
        extras += 1
        more = (f"extra_{extras}",)
        found += [
            Said(extra=more),
            Said(factor=3, extra=more),
            Said(factor=3, note="remark", was="note", extra=more),
            Said(factor=3, note="remark", was="note", size="integer", extra=more),
            Said(factor=5, note="remark", was="note", size="integer", extra=more, colours=("crimson", "green")),
            3,  # back to the second of these
            Said(factor=3, extra=more, unique=True),
            Said(factor=4, extra=more, long=True),
            8,  # back to before them all
        ]
    return found[:count]


def holds(said: Said, record: Mapping[str, Any], number: int, key: str) -> bool:
    """Whether a record is what was written, under any way to say it."""
    note = record.get("note", record.get("remark"))
    same = (record["number"], record["key"], note, str(record["size"])) == (number, key, f"n-{key}", "7")
    return same and record["colour"] in ("red", "crimson")
