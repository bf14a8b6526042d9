"""What every operation works with: the store, what is live, the clock, files, settings, hooks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(UTC)


def millis(moment: datetime) -> int:
    """Milliseconds since 1970 UTC: how system tables hold moments."""
    return int(moment.timestamp() * 1000)


def moment(value: int) -> datetime:
    """The aware UTC moment of a system table's milliseconds."""
    return datetime.fromtimestamp(value / 1000, UTC)


@dataclass(frozen=True, slots=True)
class Now:
    """One reading of the clock, used for a whole operation."""

    at: datetime
    zone: ZoneInfo

    @property
    def ms(self) -> int:
        """Milliseconds since 1970 UTC."""
        return millis(self.at)
