"""Values of the pages of accounts: settings, keys for programs, people, audit, jobs."""

from __future__ import annotations

from dataclasses import dataclass

from .values import Choice, Pill


@dataclass(frozen=True, slots=True)
class Line:
    """One thing in a list with a button beside it. post: address of the button, "" when there is none."""

    label: str
    soft: str = ""
    post: str = ""
    pill: Pill | None = None


@dataclass(frozen=True, slots=True)
class ProxyAsked:
    """What was typed to name somebody who stands in. shown: what stands in the box of `value`."""

    value: str = ""
    shown: str = ""
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class ScopeRow:
    """What a key may be given for one kind of record; None where its owner may not either."""

    label: str
    read: Choice | None
    write: Choice | None


@dataclass(frozen=True, slots=True)
class GrantAsked:
    """What was typed to give a role. shown: what stands in the box of `unit`; everywhere: in all of them."""

    unit: str = ""
    shown: str = ""
    since: str = ""
    until: str = ""
    everywhere: bool = False
