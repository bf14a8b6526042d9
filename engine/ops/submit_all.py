"""Several submissions at once, each with its outcome: for programs, imports and bulk changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ..diagnostics import Diagnostic, Place, Refused, is_error
from ..fieldtypes.stored import json_of
from ..model import Entity, Text
from ..store.protocol import Taken, Write
from ..store.tables import ONCE
from .once import before, digest_of, mark
from .prepared import Ready, prepared_all
from .submission import Saved, Submission
from .work import Work
from .write_all import Outcome as Written
from .write_all import write_all

#: Submissions of one call.
MOST = 1_000

#: `removed` and `restored` come of taking something back.
Word = Literal["created", "changed", "same", "refused", "removed", "restored"]

_SOMEBODY = Text("有人", "Somebody")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one of several submissions. id, version: None for a new record that was refused."""

    id: int | None
    version: int | None
    outcome: Word
    errors: tuple[Diagnostic, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()
    label: str = ""


async def submit_all(
    work: Work, sents: Sequence[Submission], together: bool = False, token: str = "", digest: str = "", origin: str = ""
) -> tuple[Outcome, ...]:
    """Write several records of one entity in one transaction; the outcome of each, in their order.

    together: nothing is written unless all are right. The same token gives the same outcomes again. origin: as the
    history keeps it. Raises Refused when nothing of it can be done at all (WRITE_015: too many; no such entity);
    Moved and Stale.
    """
    if len(sents) > MOST:
        raise Refused(Diagnostic("WRITE_015", args={"most": MOST}))
    if len({s.entity for s in sents}) > 1:
        raise ValueError("submissions about different entities")
    if not sents:
        return ()
    entity = work.entity(sents[0].entity)
    digest = digest or (digest_of([(s.id, s.version, s.values) for s in sents]) if token else "")
    if (found := await before(work, token, "several", digest)) is not None:
        return tuple(_outcome_from(one) for one in found["outcomes"])
    try:
        return await _several(work, entity, sents, together, token, digest, origin)
    except Taken as taken:
        if taken.table == ONCE.name and (found := await before(work, token, "several", digest)) is not None:
            return tuple(_outcome_from(one) for one in found["outcomes"])
        raise


async def _several(
    work: Work, entity: Entity, sents: Sequence[Submission], together: bool, token: str, digest: str, origin: str
) -> tuple[Outcome, ...]:
    made = ready_all(sents, await prepared_all(work, entity, sents))
    ready = [one for one in made if isinstance(one, Ready)]
    at = [place for place, one in enumerate(made) if isinstance(one, Ready)]
    spoiled = together and len(ready) < len(made)

    def joined(done: Sequence[Written]) -> tuple[Outcome, ...]:
        found: list[Outcome] = [_refused(s, one) for s, one in zip(sents, made, strict=True)]
        for place, one, written in zip(at, ready, done, strict=True):
            found[place] = outcome_of(sents[place], one, written)
        return tuple(found)

    def beside(done: Sequence[Written]) -> Sequence[Write]:
        if not token:
            return ()
        return [mark(work, token, "several", digest, {"outcomes": [_kept(one) for one in joined(done)]})]

    if spoiled:
        said = (Diagnostic("WRITE_018"),)
        done: Sequence[Written] = [one.changeset.errors or said for one in ready]
        if token:
            await write_all(work, [], beside=lambda _: beside(done))
        return joined(done)
    return joined(await write_all(work, ready, origin=origin, beside=beside, together=together))


def ready_all(sents: Sequence[Submission], made: Sequence[Ready | Refused]) -> list[Ready | Refused]:
    """The same, with those refused that were made on another version, or are about a record named before."""
    found: list[Ready | Refused] = []
    seen: set[int] = set()
    for sent, one in zip(sents, made, strict=True):
        old = one.old if isinstance(one, Ready) else None
        if old is None:
            found.append(one)
        elif sent.version and old.version != sent.version:
            at = f"{old.updated_at:%m-%d %H:%M}" if old.updated_at else ""
            found.append(Refused(Diagnostic("WRITE_001", args={"who": _SOMEBODY, "at": at, "label": old.label})))
        elif old.id in seen:
            found.append(Refused(Diagnostic("WRITE_019", args={"label": old.label})))
        else:
            seen.add(old.id)
            found.append(one)
    return found


def outcome_of(sent: Submission, ready: Ready, written: Written) -> Outcome:
    """What became of a submission that was written, or met something on the way."""
    if isinstance(written, Saved):
        word: Word = "created" if written.created else "changed" if written.changeset.changes else "same"
        return Outcome(written.id, written.version, word, (), written.changeset.warnings, written.label)
    old = ready.old
    errors = tuple(d for d in written if is_error(d)) or written
    return Outcome(
        old.id if old else None, old.version if old else None, "refused", errors, ready.changeset.warnings,
        old.label if old else "",
    )  # fmt: skip


def _refused(sent: Submission, one: Ready | Refused) -> Outcome:
    return Outcome(sent.id, None, "refused", one.diagnostics if isinstance(one, Refused) else ())


# ---------------------------------------------------------------- kept with the token


def _kept(one: Outcome) -> dict[str, Any]:
    found: dict[str, Any] = {"id": one.id, "version": one.version, "outcome": one.outcome, "label": one.label}
    return found | {"errors": [said_json(d) for d in one.errors], "warnings": [said_json(d) for d in one.warnings]}


def said_json(found: Diagnostic) -> dict[str, Any]:
    """A remark as it is kept."""
    return {"code": found.code, "path": found.place.path, "args": {k: _arg(v) for k, v in found.args.items()}}


def said_of(kept: Mapping[str, Any]) -> Diagnostic:
    """And back."""
    args = {k: Text(**v) if isinstance(v, Mapping) and v.keys() == {"zh", "en"} else v for k, v in kept["args"].items()}
    return Diagnostic(kept["code"], Place(path=kept["path"]), args)


def _arg(value: Any) -> Any:
    if isinstance(value, Text):
        return {"zh": value.zh, "en": value.en}
    return value if isinstance(value, str | int | float | bool | type(None)) else json_of(value)


def _outcome_from(kept: Mapping[str, Any]) -> Outcome:
    errors, warnings = (tuple(said_of(d) for d in kept[key]) for key in ("errors", "warnings"))
    return Outcome(kept["id"], kept["version"], kept["outcome"], errors, warnings, kept["label"])
