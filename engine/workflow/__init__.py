"""Approvals decided as values: what follows from an act, who is asked, what a person may do and why not."""

from .ahead import Ahead, everyone, predict
from .because import because
from .flow import Flow, compile_flow, mirror_of
from .machine import ADMIN, OWNER, Machine, machine, wanted
from .offers import Offer, Target, editable, offers
from .packed import packed, returned, unpacked
from .rehearse import Rehearsal, failing_examples, rehearsal
from .seating import chosen
from .side import NUDGE_PAUSE, SIDE
from .stages import stages
from .state import (
    Act,
    CaseState,
    Decision,
    Effect,
    Entry,
    Facts,
    Last,
    Notice,
    Person,
    Signature,
    Task,
    Timer,
    Visit,
)
from .step import begin, decide

__all__ = [
    "ADMIN",
    "NUDGE_PAUSE",
    "OWNER",
    "SIDE",
    "Act",
    "Ahead",
    "CaseState",
    "Decision",
    "Effect",
    "Entry",
    "Facts",
    "Flow",
    "Last",
    "Machine",
    "Notice",
    "Offer",
    "Person",
    "Rehearsal",
    "Signature",
    "Target",
    "Task",
    "Timer",
    "Visit",
    "because",
    "begin",
    "chosen",
    "compile_flow",
    "decide",
    "editable",
    "everyone",
    "failing_examples",
    "machine",
    "mirror_of",
    "offers",
    "packed",
    "predict",
    "rehearsal",
    "returned",
    "stages",
    "unpacked",
    "wanted",
]
