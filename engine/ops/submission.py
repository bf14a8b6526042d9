"""What somebody sends to be recorded, what becomes of it, and what stands against it: values that everybody shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..changeset import Changeset
from ..compile.record import CompiledRecord
from ..diagnostics import Diagnostic
from ..fieldtypes.base import Source
from ..model import Text
from ..policy import Verdict
from .act import Answer
from .reach import as_seen


@dataclass(frozen=True, slots=True)
class Submission:
    """A record as somebody sends it: a form that was filled in, a call of the API, a row of a sheet.

    values: field name -> form text or JSON; fields that are left out stay as they are. form: name of the form that was
    filled in, "" for none: its conditions then hold, and only its fields may be sent. id: the record to change, None
    for a new one; version: the one they saw, 0 for whatever is stored. token: once-only token, "" for none; digest: of
    everything that was sent, worked out from `values` where it is not given: the same token with other content is
    refused. shown: values a page had computed itself for fields that can be overridden. workflow: name of an approval
    to begin with it; act: what to press in it at once, such as `submit`; comment: said with that.
    """

    entity: str
    values: Mapping[str, Any]
    form: str = ""
    id: int | None = None
    version: int = 0
    token: str = ""
    source: Source = "page"
    shown: Mapping[str, Any] = field(default_factory=dict)
    workflow: str = ""
    act: str = ""
    comment: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Saved:
    """A record that was kept. version: the one it has now; repeated: it had been done before with the same token, and
    nothing was done now; created: the record is new; case: the approval that began with it; change: id of the row of
    its history, for `undo_change`, 0 when nothing was written.
    """

    id: int
    version: int
    label: str
    _full: Changeset = field(repr=False)
    case: Answer | None = None
    repeated: bool = False
    created: bool = False
    change: int = 0
    _sight: tuple[CompiledRecord, Mapping[str, Verdict]] | None = field(default=None, repr=False)

    @property
    def changeset(self) -> Changeset:
        """What was written, with nothing in it that the actor may not see; of a repeated submission only `raw` says
        anything."""
        return self._full if self._sight is None else as_seen(self._sight[0], self._full, self._sight[1])

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """What is worth knowing although it was written."""
        return self._full.warnings

    @property
    def changed(self) -> bool:
        """Whether anything was written."""
        return self.created or self.repeated or bool(self._full.changes) or self.case is not None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody saved while somebody else was filling in: three versions of the fields that either of them changed.

    version: the stored one now; by, at: who saved last and when; base: values as they were when `mine` was begun,
    theirs: as they are stored now, mine: as they were sent, all by field name and only as far as the actor sees them.
    ours: fields the actor changed; both: those that both changed to different values. changeset: what was sent, for
    the page to show again. raw: what was sent for `ours`, to be sent again on top of theirs (`merge`).
    """

    entity: str
    id: int
    version: int
    label: str
    by: str
    at: datetime | None
    base: Mapping[str, Any]
    theirs: Mapping[str, Any]
    mine: Mapping[str, Any]
    ours: frozenset[str]
    both: frozenset[str]
    raw: Mapping[str, Any]
    changeset: Changeset


def merge(conflict: Conflict, keep: Mapping[str, str] | None = None) -> dict[str, Any] | None:
    """The values to send again with `conflict.version`: one's own changes on top of theirs; nothing is written.

    keep: for fields that both changed, "mine" or "theirs". None while one of them is undecided.
    """
    chosen = keep or {}
    if any(chosen.get(name) not in ("mine", "theirs") for name in conflict.both):
        return None
    return {n: v for n, v in conflict.raw.items() if n in conflict.ours and chosen.get(n) != "theirs"}


SYSTEM_NAME = Text("系统", "The system")
