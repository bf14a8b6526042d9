"""A submission made ready: the stored record loaded, what it names fetched, cast, and held against the policies."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..changeset import Changeset, cast, recast
from ..changeset.changeset import with_errors
from ..compile.entry import Entry
from ..compile.record import CompiledRecord
from ..diagnostics import Diagnostic, Refused
from ..fieldtypes import Given
from ..fieldtypes.base import Source
from ..model import Entity, Operation, Record, Text
from ..policy import Product, Varies, Verdict
from .case_rights import case_rights
from .held import Held, held, held_all
from .named import given_for
from .reach import KEPT, everywhere, glance, may_stand, may_write, needed, out_of_reach, unwritable
from .reading import Path
from .submission import Submission
from .veil import veiled
from .work import Work

_FORM = Text("表单", "form")


@dataclass(frozen=True, slots=True)
class Ready:
    """A submission that was judged. changeset: with every value in it, masked ones too: `as_seen` before it leaves.

    old: the stored record, None for a new one; verdicts: by field id, how fields are shown that are not shown in full;
    returning: it takes something back, and files that were given up come again.
    """

    compiled: CompiledRecord
    operation: Operation
    old: Record | None
    changeset: Changeset
    verdicts: Mapping[str, Verdict]
    given: Given
    returning: bool = False


def operation_of(source: Source, record: int | None) -> Operation:
    """What a submission does: rows of a sheet need the right to import, whether they are new or not."""
    if source == "import":
        return "import"
    return "create" if record is None else "edit"


async def known_entity(work: Work, name: str) -> Entity:
    """The entity, if the actor may do anything with it by the rights of this very moment. Raises Refused(ASK_009)."""
    try:
        return work.entity(name)
    except Refused:
        await work.confirm()
        raise


def entry_of(work: Work, entity: Entity, form: str) -> Entry | None:
    """The form that was filled in. Raises Refused(ASK_009) for one that is not there or belongs to another entity."""
    if not form:
        return None
    found = work.version.model.forms.get(form)
    if found is None or found.of != entity.name:
        raise Refused(Diagnostic("ASK_009", args={"name": form[:80], "what": _FORM}))
    return work.version.entry(form)


async def prepared(
    work: Work, sent: Submission, more: Collection[Path] = (), *, filling: bool = False, number: int = 0
) -> Ready:
    """The submission made ready. more: paths that have to be in the values beside those that expressions read;
    filling: nothing is missing yet; number: the id a new record will have.

    Raises Refused when there is no such record, entity or form, or when nothing of it may be done at all; what is
    wrong with the values stands in the changeset. Raises Moved and Stale.
    """
    entity = await known_entity(work, sent.entity)
    compiled = work.version.record(entity.name)
    entry = entry_of(work, entity, sent.form)
    if sent.id is None:
        return await made_new(work, sent, compiled, entry, more, filling=filling, number=number)
    return await _changed(work, sent, compiled, entry, more, filling)


# ---------------------------------------------------------------- a new record


async def made_new(
    work: Work,
    sent: Submission,
    compiled: CompiledRecord,
    entry: Entry | None,
    more: Collection[Path],
    *,
    filling: bool = False,
    number: int = 0,
    given: Given | None = None,
) -> Ready:
    """A new record, judged. given: what its cast has to know, None to fetch it."""
    entity = compiled.entity
    operation = operation_of(sent.source, None)
    product = work.product(entity.name, operation)
    if product.nothing:
        await work.confirm()  # the right may have been given in this very moment
        raise Refused(Diagnostic("WRITE_002", args={"entity": entity.title}))
    if given is None:
        paths = (*more, *needed(work, entity.name, operation))
        given = await given_for(work, compiled, (sent.values,), sent.source, paths)
    allowed = _names(work, compiled, glance(work, entity.name, operation).ever)
    run = recast if filling else cast
    changeset = run(compiled, sent.values, None, given=given, entry=entry, allowed=allowed, shown=sent.shown)
    if not filling and not everywhere(work, entity.name, operation):
        changeset = await _within(work, compiled, operation, changeset, sent.values, number)
    return Ready(compiled, operation, None, changeset, _sight(work, compiled, product), given)


async def _within(
    work: Work, compiled: CompiledRecord, operation: Operation, changeset: Changeset, raw: Any, number: int
) -> Changeset:
    """A record is only made where one may make it."""
    around = (work, compiled, operation, number, changeset.values, changeset.unit)
    if not await may_stand(*around):
        return with_errors(changeset, (out_of_reach(compiled),)) if not changeset.errors else changeset
    seen = glance(work, compiled.entity.name, operation)
    writable = seen.ever
    if seen.varies:
        sent = [f for name in raw if (f := compiled.fields.get(name))] if isinstance(raw, Mapping) else []
        writable = await may_write(*around, [spec.id for f in sent for spec in (f.spec, *f.spec.rows)])
    wrong = unwritable(compiled, changeset, raw, writable)
    return with_errors(changeset, wrong) if wrong else changeset


def seen_when_made(compiled: CompiledRecord, product: Product) -> Mapping[str, Verdict]:
    """How fields of a new record are shown to who makes it: what they write themselves, and what depends on the record,
    is shown; what is worked out from other records is not theirs.
    """
    copied = frozenset(
        f.spec.id for f in compiled.fields.values() if f.value and any(len(p) > 1 for p in f.value.paths)
    )
    return {
        one: how
        for one, how in product.fields.items()
        if not isinstance(how, Varies) and how != "show" and (product.writable.get(one) is not True or one in copied)
    }


def _sight(work: Work, compiled: CompiledRecord, product: Product) -> Mapping[str, Verdict]:
    """The same, worked out once for a product."""
    kept: dict[int, tuple[Product, Mapping[str, Verdict]]] = work.version.made(("when made",), dict)
    found = kept.get(id(product))
    if found is None:
        if len(kept) >= KEPT:
            kept.clear()
        found = kept[id(product)] = (product, seen_when_made(compiled, product))
    return found[1]


# ---------------------------------------------------------------- a stored one


async def _changed(
    work: Work,
    sent: Submission,
    compiled: CompiledRecord,
    entry: Entry | None,
    more: Collection[Path],
    filling: bool,
) -> Ready:
    entity = compiled.entity
    operation = operation_of(sent.source, sent.id)
    paths = (*more, *needed(work, entity.name, operation))
    found = await held(work, entity, sent.id or 0, operation, paths)
    if found is None or not found.seen:
        raise Refused(Diagnostic("WRITE_005"))
    return await decided(work, sent, compiled, entry, found, paths, filling=filling)


async def decided(
    work: Work,
    sent: Submission,
    compiled: CompiledRecord,
    entry: Entry | None,
    found: Held,
    paths: Collection[Path],
    *,
    filling: bool = False,
    given: Given | None = None,
) -> Ready:
    """The change of a record that is at hand, judged. Raises Refused(WRITE_003) when none of it may be done."""
    operation = operation_of(sent.source, sent.id)
    writable, by_case = await _open_fields(work, sent, compiled, found)
    if given is None:
        given = await given_for(work, compiled, (sent.values,), sent.source, paths)
    old = found.record
    allowed = None if writable is None else _names(work, compiled, writable)
    run = recast if filling else cast
    changeset = run(compiled, sent.values, old, given=given, entry=entry, allowed=allowed, shown=sent.shown)
    if writable is not None and changeset.changes:
        wrong = unwritable(compiled, changeset, sent.values, writable)
        changeset = with_errors(changeset, wrong) if wrong else changeset
    if not filling and changeset.changes:
        changeset = await stays(work, compiled, "see" if by_case else operation, old, changeset)
    return Ready(compiled, operation, old, changeset, found.verdicts, given)


async def _open_fields(
    work: Work, sent: Submission, compiled: CompiledRecord, found: Held
) -> tuple[frozenset[str] | None, bool]:
    """Ids of the fields the actor may write, None for all, and whether it is an open approval alone that lets them."""
    if found.may and (found.writable is None or _covers(compiled, sent.values, found.writable)):
        return found.writable, False
    case = await case_rights(work, compiled.entity, found.record.id) if sent.source != "import" else frozenset()
    if not found.may and not case:
        raise Refused(Diagnostic("WRITE_003", args={"label": found.record.label}))
    return (found.writable or frozenset() if found.may else frozenset()) | case, not found.may


def _covers(compiled: CompiledRecord, raw: Any, writable: frozenset[str]) -> bool:
    if not isinstance(raw, Mapping):
        return True
    fields = compiled.fields
    return all(name not in fields or fields[name].spec.id in writable for name in raw)


def _names(work: Work, compiled: CompiledRecord, ids: frozenset[str]) -> frozenset[str] | None:
    """The fields of these ids by name; None when they are all."""

    def make() -> frozenset[str] | None:
        found = frozenset(name for name, one in compiled.fields.items() if one.spec.id in ids)
        return None if len(found) == len(compiled.fields) else found

    return work.version.made(("names of", compiled.entity.name, ids), make)


async def stays(
    work: Work, compiled: CompiledRecord, operation: Operation, old: Record, changeset: Changeset
) -> Changeset:
    """A record is not moved out of one's own reach: what may be done with it may be done with it afterwards."""
    entity = compiled.entity
    if work.product(entity.name, operation).predicate.text == "TRUE":
        return changeset
    reads = {path[0] for path in needed(work, entity.name, operation)}
    moved = changeset.unit != (None if entity.unit == ("self",) else old.unit)
    if not moved and entity.parent not in changeset.changes and reads.isdisjoint(changeset.changes):
        return changeset
    may = await may_stand(work, compiled, operation, old.id, changeset.values, changeset.unit)
    return changeset if may else with_errors(changeset, (out_of_reach(compiled),))


# ---------------------------------------------------------------- several


async def prepared_all(
    work: Work, entity: Entity, sents: Sequence[Submission], more: Collection[Path] = ()
) -> list[Ready | Refused]:
    """Submissions about one entity made ready together: one question for the stored records, and one for the records
    of each entity that they name. What cannot be made ready is the refusal. Raises Moved and Stale."""
    compiled = work.version.record(entity.name)
    found: list[Ready | Refused] = []
    for source in dict.fromkeys(s.source for s in sents):
        operations = {operation_of(source, s.id) for s in sents if s.source == source}
        more = (*more, *(path for one in sorted(operations) for path in needed(work, entity.name, one)))
    given = {
        source: await given_for(work, compiled, [s.values for s in sents if s.source == source], source, more)
        for source in dict.fromkeys(s.source for s in sents)
    }
    stored = await _stored(work, entity, sents, more)
    for sent in sents:
        try:
            entry = entry_of(work, entity, sent.form)
            if sent.id is None:
                ready = await made_new(work, sent, compiled, entry, more, given=given[sent.source])
            else:
                one = stored.get(sent.id)
                if one is None or not one.seen:
                    raise Refused(Diagnostic("WRITE_005"))
                ready = await decided(work, sent, compiled, entry, one, more, given=given[sent.source])
            found.append(ready)
        except Refused as refused:
            found.append(refused)
    return found


async def _stored(work: Work, entity: Entity, sents: Sequence[Submission], more: Collection[Path]) -> dict[int, Held]:
    found: dict[int, Held] = {}
    for operation in {operation_of(s.source, s.id) for s in sents if s.id is not None}:
        ids = list(dict.fromkeys(s.id for s in sents if s.id and operation_of(s.source, s.id) == operation))
        found |= await held_all(work, entity, ids, operation, more)
    return found


async def demand_ok(work: Work, ready: Ready) -> None:
    """Raises Refused with everything that is wrong, and the changeset that shows the form again."""
    if ready.changeset.errors:
        seen = await veiled(work, ready.compiled, ready.changeset, ready.verdicts)
        raise Refused(ready.changeset.errors, detail=seen)
