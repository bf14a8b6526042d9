"""Values that single pages are given, beside the general ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from .values import Button, Choice, Group, Link, Mark, Note, Pair, Pill, Problem, When


@dataclass(frozen=True, slots=True)
class Case:
    """A request as one person sees it, and what can be done with it now.

    href: its own page, "" when this is it; soft: who asked and when; stands: where it is and who has it, in a line;
    due: a pill such as "due today"; pairs: the answers; fields: controls that may be changed at this step (uploads:
    files among them; live: address that answers them anew, "" when nothing depends); path: what happened, where it
    stands, what comes; acts: buttons of the form that posts to `post`; more: hand over, add a signer, nudge ...;
    targets: steps a return may lead to, to choose from; says: whether there is a box for a comment; stock: answers to
    choose from; version: what was seen; next: where to go on to afterwards; why: address that says why nothing can be
    done, "" when something can.
    """

    title: str
    soft: str
    pill: Pill
    pairs: tuple[Pair, ...]
    path: tuple[Mark, ...]
    post: str
    href: str = ""
    stands: str = ""
    due: Pill | None = None
    record: Link | None = None
    files: tuple[Link, ...] = ()
    notes: tuple[Note, ...] = ()
    differences: tuple[Difference, ...] = ()
    fields: Markup = Markup("")
    uploads: bool = False
    live: str = ""
    acts: tuple[Button, ...] = ()
    more: tuple[Button, ...] = ()
    targets: tuple[Choice, ...] = ()
    target_error: str = ""
    says: bool = False
    stock: tuple[str, ...] = ()
    comment: str = ""
    comment_help: str = ""
    comment_error: str = ""
    problems: tuple[Problem, ...] = ()
    version: str = ""
    once: str = ""
    next: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """One of my requests: where it is now and how many of its steps are behind it."""

    label: str
    href: str
    pill: Pill
    soft: str = ""
    at: str = ""
    done: int = 0
    all: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not the same on both sides; "" where it is not there at all."""

    label: str
    old: str | Markup
    new: str | Markup
    soft: str = ""


@dataclass(frozen=True, slots=True)
class Rival:
    """A field that two people changed: what it was, what the other saved, what was typed here.

    name: the control's name; mine is chosen when `keep_mine`.
    """

    name: str
    label: str
    base: str | Markup
    theirs: str | Markup
    mine: str | Markup
    keep_mine: bool = True


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line of a definition, from 1, with what is wrong in it. tone: bad, warn, new, old or ""."""

    number: int
    text: str
    tone: Literal["", "bad", "warn", "new", "old"] = ""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class PackCard:
    """A pack with its definitions by kind."""

    title: str
    soft: str
    pill: Pill
    kinds: tuple[Group, ...]
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """Something a plan has to be told, such as what becomes of the values of a removed option."""

    name: str
    label: str
    choices: tuple[Choice, ...]
    error: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a plan in words. pill: its class; touches: counts in words; samples: records it would break;
    typed: the name that has to be typed before something is lost, "" for none; given, error: what was typed, and what
    is wrong with it; remedy: what can be done about it; lines: what differs, of a step that changes a whole definition.
    """

    id: str
    text: str
    pill: Pill
    touches: tuple[str, ...] = ()
    samples: tuple[Link, ...] = ()
    differences: tuple[Difference, ...] = ()
    choices: tuple[Answer, ...] = ()
    typed: str = ""
    given: str = ""
    error: str = ""
    remedy: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """A published version."""

    label: str
    when: When
    who: str
    says: str
    href: str
    pill: Pill | None = None
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class TextDiff:
    """A document that differs, line by line; lines that are the same stand around the others."""

    label: str
    pill: Pill
    lines: tuple[SourceLine, ...]
    href: str = ""


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column of a spreadsheet and the field it goes to. sure: how sure the guess is."""

    name: str
    header: str
    samples: tuple[str, ...]
    choices: tuple[Choice, ...]
    sure: Pill | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of a spreadsheet and what becomes of it. number: as the spreadsheet counts."""

    number: int
    label: str
    pill: Pill
    problems: tuple[Problem, ...] = ()
    differences: tuple[Difference, ...] = ()
    href: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """Somewhere the person is signed in."""

    id: str
    label: str
    soft: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class GrantRow:
    """A role somebody holds. post: address that takes it away, "" when it follows from a record (`reason` says so)."""

    role: str
    unit: str
    dates: str = ""
    reason: str = ""
    post: str = ""


@dataclass(frozen=True, slots=True)
class RoleRow:
    """What a role may do with one kind of record; `cells` per operation: all, unit, some, none. lines: about fields."""

    label: str
    cells: tuple[Pill, ...]
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that must hold, and what to do when it does not."""

    text: str
    met: bool
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One line of the audit."""

    when: When
    who: str
    what: str
    record: Link | None = None
    lines: tuple[str, ...] = ()
