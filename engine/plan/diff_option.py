"""What changes about the options of a choice, or about the steps a state field mirrors."""

from __future__ import annotations

from typing import Any

from ..fieldtypes import type_of
from ..fieldtypes.choice import choices_of
from ..model import Field, Option
from ..model.steps import CopyColumn
from .convert import renamer
from .pairs import paired
from .spot import Found, Spot
from .steps import Class, Probe


def option_steps(spot: Spot, old: Field, new: Field, found: Found) -> None:
    """Options added, removed, renamed, merged, called otherwise. Values of merged and renamed ones are rewritten."""
    before, after = choices_of(old, spot.before), choices_of(new, spot.after)
    column = type_of(new).column(new)
    if column is None or (not before and not after):
        return
    pairs = paired(before, after)
    merged = {name: option for option in after for name in option.replaces if any(b.name == name for b in before)}
    names = {a.name: b.name for a, b in pairs.renamed} | {name: option.name for name, option in merged.items()}

    def probe(name: str) -> tuple[Probe, ...]:
        return (Probe("values", spot.old.name, spot.table, (column,), (name,)),)

    def say(kind: str, code: str, option: Option, risk: Class, name: str = "", **args: Any) -> None:
        shown = {"option": option.title, "name": spot.path(new), **args}
        probes = probe(name) if name else ()
        found.steps.append(spot.step(kind, code, new, risk, shown, probes=probes))

    for gone in pairs.removed:
        if gone.name in merged:
            say("option.merge", "PLAN_153", gone, "backfill", gone.name, into=merged[gone.name].title)
        else:
            say("option.remove", "PLAN_151", gone, "mapping", gone.name)
    for added in pairs.added:
        say("option.add", "PLAN_150", added, "safe")
    for was, is_ in pairs.both:
        if was.name != is_.name:
            say("option.rename", "PLAN_152", is_, "backfill", was.name, old=was.name, new=is_.name)
        if (was.title, was.tone) != (is_.title, is_.tone):
            say("option.texts", "PLAN_154", is_, "safe", old=was.title)
    if names:
        found.copies.append(CopyColumn(spot.table, column, column, convert=renamer(names), zone=spot.after.zone))
