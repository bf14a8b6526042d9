"""When the signatures of a place decide it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..model import Sign, Threshold

Verdict = Literal["", "pass", "reject"]


@dataclass(frozen=True, slots=True)
class Count:
    """How the signatures stand: people asked in all, yes, no, and those who have not answered."""

    people: int
    yes: int
    no: int

    @property
    def left(self) -> int:
        """How many have not answered."""
        return self.people - self.yes - self.no


def needed(threshold: Threshold, people: int) -> int:
    """Signatures the threshold asks of `people`: percentages round up, never fewer than 1 or more than there are."""
    asked = threshold.count or -(-threshold.percent * people // 100)
    return max(1, min(asked, people))


def verdict(sign: Sign, count: Count) -> Verdict:
    """Whether the place is decided.

    A refusal that reaches its number wins over an approval that does. With `wait_for_all` nothing is decided before
    everybody answered. When everybody answered and neither number is reached, the place is refused: an approval that
    was not given is not assumed.
    """
    if sign.wait_for_all and count.left:
        return ""
    if count.no and count.no >= needed(sign.reject_when, count.people):
        return "reject"
    if count.yes and count.yes >= needed(sign.pass_when, count.people):
        return "pass"
    if count.left > 0:
        return ""
    return "reject" if count.people else "pass"


def undecided(sign: Sign, people: int) -> tuple[int, int] | None:
    """A split (yes, no) of `people` signatures that reaches neither number; None when every split decides."""
    for yes in range(people + 1):
        no = people - yes
        if yes < needed(sign.pass_when, people) and no < needed(sign.reject_when, people):
            return yes, no
    return None
