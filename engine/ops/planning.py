"""What publishing documents would do: checked, compared with what is live, and counted; nothing is written."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from ..compile.expressions import Compiler
from ..definition import Identity, Loaded, load
from ..diagnostics import Diagnostic, Refused, has_errors, ordered
from ..expr.builtin import Builtin
from ..model import Model
from ..plan import Base, Plan, Probe, Step, diff
from ..policy import check_policies
from ..workflow import compile_flow, failing_examples
from .document_paths import check_paths
from .labels import Sample
from .probing import Touched, answered
from .work import Work

#: What stands for a form among drafts, for edits of definitions that are not published: no form has such an id.
BENCH = "definitions"


@dataclass(frozen=True, slots=True)
class Proposed:
    """A publication that could be made.

    number: the version it would be; diagnostics: everything the checks say, by file and line; plan: None while there
    are errors among them; counts: what each probe found, None where only publishing will tell; atleast: probes that
    found more than was counted; samples: up to five records for a probe; blocked: why the database would refuse,
    such as values that repeat; restores: the older version whose documents these are, 0 when they are none's.
    """

    number: int
    documents: Mapping[str, str]
    loaded: Loaded
    diagnostics: tuple[Diagnostic, ...] = ()
    plan: Plan | None = None
    counts: Mapping[Probe, int | None] = field(default_factory=dict)
    atleast: frozenset[Probe] = frozenset()
    samples: Mapping[Probe, tuple[Sample, ...]] = field(default_factory=dict)
    blocked: tuple[Diagnostic, ...] = ()
    restores: int = 0


def demand_right(work: Work) -> None:
    """Raises Refused(ACCESS_012) unless the actor may change definitions."""
    if not work.access.may(work.actor, "definitions"):
        raise Refused(Diagnostic("ACCESS_012"))


async def propose(work: Work, documents: Mapping[str, str]) -> Proposed:
    """What publishing `documents` would do. Raises Refused(ACCESS_012), Moved."""
    demand_right(work)
    return await counted(work, await planned(work, documents))


async def planned(
    work: Work, documents: Mapping[str, str], pinned: Identity | None = None, restores: int = 0
) -> Proposed:
    """The checks and the plan, without counts. pinned, restores: an older version that is taken up again."""
    return await asyncio.to_thread(_kept, work, documents, pinned, restores)


#: What was planned last, by what it follows from: publishing then does not work out again what was just looked at.
_PLANNED: OrderedDict[tuple[Any, ...], Proposed] = OrderedDict()
_MOST = 8


def _kept(work: Work, documents: Mapping[str, str], pinned: Identity | None, restores: int) -> Proposed:
    live = work.version
    key = (_digest(documents), live.number, work.epoch, live.model.hash, restores, tuple(live.compiler.functions))
    found = _PLANNED.get(key)
    if found is None:
        found = _planned(work, dict(documents), pinned, restores)
        _PLANNED[key] = found
        while len(_PLANNED) > _MOST:
            _PLANNED.popitem(last=False)
    return found


def _digest(documents: Mapping[str, str]) -> bytes:
    digest = sha256()
    for path in sorted(documents):
        for part in (path, documents[path]):
            raw = part.encode("utf-8", "surrogatepass")
            digest.update(b"%d:" % len(raw))
            digest.update(raw)
    return digest.digest()


def checked(
    documents: Mapping[str, str],
    identity: Identity,
    pinned: Identity | None = None,
    functions: Mapping[str, Builtin] | None = None,
) -> Loaded:
    """The documents read and everything the checks say of them, people's rights and the workflows' examples included.

    identity: what is live now, empty for a check beside any installation.
    """
    problems = check_paths(documents)
    if problems:
        return Loaded(None, identity, problems)
    loaded = load(documents, identity, pinned, functions)
    if loaded.model is None:
        return loaded
    more = (*check_policies(loaded.model), *_examples(loaded.model, functions or {}))
    return replace(loaded, diagnostics=ordered((*loaded.diagnostics, *more)))


def _planned(work: Work, documents: Mapping[str, str], pinned: Identity | None, restores: int) -> Proposed:
    live = work.version
    loaded = checked(documents, live.identity, pinned, live.compiler.functions)
    said = loaded.diagnostics
    number = live.number + 1
    if loaded.model is None or has_errors(said):
        return Proposed(number, documents, loaded, said, restores=restores)
    base = Base(live.number, work.epoch, live.model.hash)
    plan = diff(live.model, live.identity, loaded.model, loaded.identity, base)
    return Proposed(number, documents, loaded, said, plan, restores=restores)


def _examples(model: Model, functions: Mapping[str, Builtin]) -> Iterator[Diagnostic]:
    """The examples of every workflow, played through."""
    compiler = Compiler(model, functions)
    for workflow in model.workflows.values():
        yield from failing_examples(compile_flow(model, workflow, compiler))


async def counted(work: Work, proposed: Proposed) -> Proposed:
    """The same with every probe answered."""
    if proposed.plan is None:
        return proposed
    found = await answered(work, (probe for step in proposed.plan.steps for probe in step.probes))
    return Proposed(
        proposed.number,
        proposed.documents,
        proposed.loaded,
        proposed.diagnostics,
        proposed.plan,
        {probe: one.count for probe, one in found.items()},
        frozenset(probe for probe, one in found.items() if one.more),
        {probe: one.samples for probe, one in found.items() if one.samples},
        tuple(_blocked(proposed.plan.steps, found)),
        proposed.restores,
    )


def _blocked(steps: Iterable[Step], found: Mapping[Probe, Touched]) -> Iterable[Diagnostic]:
    """What a unique index would refuse."""
    for step in steps:
        for probe in step.probes:
            one = found[probe]
            if probe.kind == "duplicates" and one.count:
                yield repeats(step, one.samples, one.count)


def repeats(step: Step, samples: tuple[Sample, ...], count: int) -> Diagnostic:
    """Records share what may not repeat; the message names some of them."""
    names = "、".join(one.label for one in samples) or "-"
    what = step.said.args.get("field") or step.said.args.get("names") or ".".join(step.subject[1:])
    return Diagnostic("PLAN_004", step.said.place, {"what": what, "count": count, "names": names})
