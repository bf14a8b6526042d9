"""Finds the id of everything that is declared, by what was declared before."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from ..diagnostics import Diagnostic, Place
from .identity import LETTERS, Gone, Identity, Known, used_ids
from .names import ID
from .say import hint
from .source import Declared


@dataclass(slots=True)
class _Run:
    """What one resolution carries along."""

    before: Identity
    used: set[str]
    gone: Mapping[tuple[str, str], list[Gone]]  # by kind and id of what it belonged to
    claimed: dict[str, Place] = field(default_factory=dict)  # explicit ids, where they were first written
    problems: list[Diagnostic] = field(default_factory=list)


def resolve(
    declared: Iterable[Declared], before: Identity, pinned: Identity | None = None
) -> tuple[Identity, tuple[Diagnostic, ...]]:
    """The identity of the declared definitions, following `before`.

    pinned: ids to prefer to those found by name: the identity of an older version that is taken up again.
    Pure and deterministic; what `before` knew and nobody declares is among the gone afterwards.
    """
    gone: dict[tuple[str, str], list[Gone]] = {}
    for one in before.gone.values():
        gone.setdefault((one.kind, one.parent), []).append(one)
    run = _Run(before, used_ids(before), gone)
    tops = list(declared)
    for top in tops:
        _claim(run, top)
    if pinned is not None:
        run.used |= used_ids(pinned)
    live: dict[str, dict[str, Known]] = {}
    for kind in dict.fromkeys(top.kind for top in tops):
        named = before.live.get(kind, {})
        held = pinned.live.get(kind, {}) if pinned else {}
        live[kind] = _level(run, [t for t in tops if t.kind == kind], named, kind, "", held, kind)
    found = Identity(live)
    return replace(found, gone=_gone(before, found)), tuple(run.problems)


def _claim(run: _Run, declared: Declared) -> None:
    """Note the ids written in the files, so that no new id takes one of them."""
    if declared.id:
        first = run.claimed.get(declared.id)
        if first is not None:
            run.problems.append(Diagnostic("DEF_040", declared.place, {"id": declared.id, "first": str(first)}))
        elif not ID.fullmatch(declared.id):
            run.problems.append(Diagnostic("DEF_042", declared.place, {"id": declared.id}))
        run.claimed.setdefault(declared.id, declared.place)
    for part in declared.parts:
        _claim(run, part)


def _level(
    run: _Run,
    siblings: list[Declared],
    named: Mapping[str, Known],
    kind: str,
    parent: str,
    held: Mapping[str, Known],
    path: str,
) -> dict[str, Known]:
    """The parts that stand side by side: those that say who they are first, then those known by name, then new ones."""
    by_id = {known.id: known for known in named.values()}
    gone = run.gone.get((kind, parent), [])
    chosen: dict[int, Known] = {}
    taken: set[str] = set()

    def take(at: int, known: Known) -> None:
        chosen[at] = known
        taken.add(known.id)

    for at, one in enumerate(siblings):
        if one.id and ID.fullmatch(one.id) and run.claimed[one.id] == one.place:
            take(at, by_id.get(one.id) or _back(gone, one.id) or _fresh_claim(run, one))
        elif one.name in held and held[one.name].id not in taken:
            id_ = held[one.name].id
            take(at, by_id.get(id_) or _back(gone, id_) or Known(id_))
    for at, one in enumerate(siblings):
        if at not in chosen and one.was:
            former = _former(run, one, named, gone, taken)
            if former is not None:
                take(at, former)
    for at, one in enumerate(siblings):
        if at not in chosen:
            known = named.get(one.name)
            new = known is None or known.id in taken
            take(at, Known(_new_id(run, kind, f"{path}/{one.name}")) if new or known is None else known)
    found: dict[str, Known] = {}
    for at, one in enumerate(siblings):
        known = chosen[at]
        below = _parts(run, one, known, held.get(one.name), f"{path}/{one.name}")
        found.setdefault(one.name, replace(known, was=one.was, parts=below))
    return found


def _parts(run: _Run, one: Declared, known: Known, held: Known | None, path: str) -> dict[str, Known]:
    """Below a part; its own parts may be of several kinds, which do not share names."""
    found: dict[str, Known] = {}
    for kind in dict.fromkeys(p.kind for p in one.parts):
        siblings = [p for p in one.parts if p.kind == kind]
        found |= _level(run, siblings, known.parts, kind, known.id, held.parts if held else {}, path)
    return found


def _former(run: _Run, one: Declared, named: Mapping[str, Known], gone: list[Gone], taken: set[str]) -> Known | None:
    """What had the name `was` speaks of; None when that was followed before, or nothing had it."""
    same = named.get(one.name)
    if same is not None and same.was == one.was:
        return None
    former = named.get(one.was)
    if former is None:
        former = next((g.known for g in reversed(gone) if g.name == one.was), None)
    if former is not None and former.id in taken:
        run.problems.append(Diagnostic("DEF_044", one.place, {"name": one.name, "was": one.was}))
        return None
    if former is None and same is None and named:
        near = hint(one.was, named)
        run.problems.append(Diagnostic("DEF_043", one.place, {"name": one.name, "was": one.was, "hint": near}))
    return former


def _back(gone: list[Gone], id_: str) -> Known | None:
    return next((g.known for g in gone if g.known.id == id_), None)


def _fresh_claim(run: _Run, one: Declared) -> Known:
    """An id brought along by the file; refused when it belongs to something else."""
    if one.id in run.used:
        run.problems.append(Diagnostic("DEF_041", one.place, {"id": one.id, "name": one.name}))
    return Known(one.id)


def _new_id(run: _Run, kind: str, path: str) -> str:
    """An id made from where the part stands, so that two schools that install the same pack get the same ids."""
    count = 0
    while True:
        salted = f"{path}/{count}" if count else path
        made = LETTERS[kind] + hashlib.sha256(salted.encode()).hexdigest()[:8]
        if made not in run.used and made not in run.claimed:
            run.used.add(made)
            return made
        count += 1


def _gone(before: Identity, now: Identity) -> dict[str, Gone]:
    """What is no longer declared, on top of what was gone before; what came back is gone no more."""
    present = {known.id for named in now.live.values() for top in named.values() for known in _all(top)}
    was_there = [(g.kind, g.parent, g.name, g.known) for g in before.gone.values()]
    was_there += [(kind, "", name, known) for kind, named in before.live.items() for name, known in named.items()]
    return {gone.known.id: gone for one in was_there for gone in _lost(*one, present)}


def _all(known: Known) -> Iterator[Known]:
    yield known
    for part in known.parts.values():
        yield from _all(part)


_BELOW = {"entity": "field", "workflow": "step", "step": "go"}


def _lost(kind: str, parent: str, name: str, known: Known, present: set[str]) -> Iterator[Gone]:
    if known.id not in present:
        yield Gone(kind, parent, name, known)
        return
    for part_name, part in known.parts.items():
        below = _BELOW.get(kind) or ("field" if part.stored else "option")
        yield from _lost(below, known.id, part_name, part, present)
