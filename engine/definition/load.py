"""The front door of the layer: all documents -> one checked model with its identity, or everything that is wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakKeyDictionary

from ..diagnostics import Diagnostic, Place, has_errors, ordered
from ..expr.builtin import Builtin
from ..fieldtypes import target_of
from ..model import CodeList, Entity, Model
from . import take
from .build_entity import build_codelist, build_entity, csv_path
from .build_page import build_dashboard, build_form, build_pack, build_policy, build_view
from .build_workflow import build_workflow
from .check import check_model
from .finish import with_layout
from .identity import Identity, Known
from .names import is_name
from .read import MOST_BYTES
from .resolve import resolve
from .settle import settle
from .source import Source, sources

READ = (".yaml", ".yml", ".json")
#: Characters of a CSV with codes: about 100,000 of them.
MOST_CODES = 8 * MOST_BYTES


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading gives.

    model: None when anything must be mended first; identity: ids for everything that was declared, to be kept with the
    version; diagnostics: all messages, errors and warnings, by file and line.
    """

    model: Model | None
    identity: Identity
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class _Built:
    """An object with what it was built from."""

    known: Known
    other: Any
    made: Any
    settled: Known


_BUILT: WeakKeyDictionary[Source, _Built] = WeakKeyDictionary()

_BUILD: Mapping[str, Callable[[Any, Known], Any]] = {
    "form": build_form,
    "view": build_view,
    "workflow": build_workflow,
    "policy": build_policy,
    "dashboard": build_dashboard,
    "pack": build_pack,
}
#: Kind of definition -> where the model keeps it.
PLACES: Mapping[str, str] = {
    "pack": "packs",
    "entity": "entities",
    "codelist": "codelists",
    "form": "forms",
    "view": "views",
    "workflow": "workflows",
    "policy": "policies",
    "dashboard": "dashboards",
}


def load(
    documents: Mapping[str, str],
    identity: Identity | None = None,
    pinned: Identity | None = None,
    functions: Mapping[str, Builtin] | None = None,
) -> Loaded:
    """Read, check and build `documents` (path -> text; `.yaml`, `.yml`, `.json`, and `.csv` of code lists).

    identity: what is live now, so that everything keeps its id; pinned: the identity of an older version that is taken
    up again; functions: further functions of expressions, from plugins. Never raises, whatever the texts hold.
    What did not change since the last call is not built again.
    """
    found, problems = _sources(documents)
    known, unclear = resolve([s.declared for s in found], identity or Identity(), pinned)
    problems += unclear
    model, settled, more = _assembled(found, known, documents)
    problems += more
    problems += check_model(model, found, functions or {})
    messages = ordered(problems)
    return Loaded(None if has_errors(messages) else model, settled, messages)


def _sources(documents: Mapping[str, str]) -> tuple[list[Source], list[Diagnostic]]:
    """Every definition in the documents; the second of two with the same name is left out."""
    found: dict[tuple[str, str], Source] = {}
    problems: list[Diagnostic] = []
    for path in sorted(documents):
        if not path.endswith(READ):
            continue
        file = sources(path, documents[path])
        problems += file.diagnostics
        for source in file.sources:
            problems += source.diagnostics
            if not is_name(source.name):
                continue  # said already
            first = found.setdefault((source.kind, source.name), source)
            if first is not source:
                args = {"kind": source.kind, "name": source.name, "first": str(first.node.place)}
                problems.append(Diagnostic("DEF_026", source.node.place, args))
    return list(found.values()), problems


def _assembled(
    found: list[Source], identity: Identity, documents: Mapping[str, str]
) -> tuple[Model, Identity, list[Diagnostic]]:
    targets = {name: known.id for name, known in identity.live.get("entity", {}).items()}
    live: dict[str, dict[str, Known]] = {kind: {} for kind in identity.live}
    parts: dict[str, dict[str, Any]] = {place: {} for place in PLACES.values()}
    problems: list[Diagnostic] = []
    zone = "Asia/Shanghai"
    for source in found:
        known = identity.live[source.kind][source.name]
        made: Any
        if source.kind == "entity":
            made, known = _entity(source, known, targets)
        elif source.kind == "codelist":
            made, more = _codelist(source, known, documents)
            problems += more
        else:
            made = _once(source, known, None, lambda: _BUILD[source.kind](source.node, known)).made  # noqa: B023
        if source.kind == "pack":
            zone = take.string(source.node, "zone", zone)
        live[source.kind][source.name] = known
        parts[PLACES[source.kind]][source.name] = made
    settled = replace(identity, live=live)
    model = Model(**parts, zone=zone, hash=_hash(found, settled, documents))
    return with_layout(model), settled, problems


def _once(source: Source, known: Known, other: Any, build: Callable[[], Any]) -> _Built:
    """The object of a source, built again only when its ids, or what else it depends on, changed."""
    kept = _BUILT.get(source)
    if kept is not None and kept.other == other and kept.known == known:
        return kept
    kept = _Built(known, other, build(), known)
    _BUILT[source] = kept
    return kept


def _entity(source: Source, known: Known, targets: Mapping[str, str]) -> tuple[Entity, Known]:
    kept = _BUILT.get(source)
    if kept is not None and known in (kept.known, kept.settled) and kept.other == _targets(kept.made, targets):
        return kept.made, kept.settled
    made = build_entity(source.node, known)
    settled = settle(made, known, targets)
    made = build_entity(source.node, settled)
    _BUILT[source] = _Built(known, _targets(made, targets), made, settled)
    return made, settled


def _targets(entity: Entity, targets: Mapping[str, str]) -> dict[str, str | None]:
    """The ids of what the links of an entity lead to."""
    names = (target_of(f) for top in entity.fields for f in (top, *top.rows))
    return {name: targets.get(name) for name in names if name}


def _codelist(source: Source, known: Known, documents: Mapping[str, str]) -> tuple[CodeList, Iterable[Diagnostic]]:
    path = csv_path(source.node)
    beside = documents.get(path) if path else None
    if beside is not None and len(beside) > MOST_CODES:
        said = Diagnostic("DEF_004", Place(path), {"size": len(beside), "max": MOST_CODES})
        return build_codelist(source.node, known, None)[0], (said,)
    kept = _once(source, known, beside, lambda: build_codelist(source.node, known, beside))
    made: tuple[CodeList, tuple[Diagnostic, ...]] = kept.made
    missing = (
        (Diagnostic("LIST_003", source.node.entries["file"].place, {"file": path}),) if path and beside is None else ()
    )
    return made[0], (*made[1], *missing)


def _hash(found: list[Source], identity: Identity, documents: Mapping[str, str]) -> str:
    """Of content and ids, not of comments, layout or the files things stand in."""
    digest = hashlib.sha256()
    for source in sorted(found, key=lambda s: (s.kind, s.name)):
        digest.update(source.hash)
        path = csv_path(source.node) if source.kind == "codelist" else ""
        digest.update(hashlib.sha256(documents.get(path, "").encode("utf-8", "surrogatepass")).digest())
    for kind, named in sorted(identity.live.items()):
        digest.update(repr((kind, sorted((name, _ids(known)) for name, known in named.items()))).encode())
    return digest.hexdigest()


def _ids(known: Known) -> tuple[Any, ...]:
    """Ids and columns, without how they were found."""
    stored = known.stored
    return (known.id, stored and (stored.column, stored.type), sorted((n, _ids(p)) for n, p in known.parts.items()))
