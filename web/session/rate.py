"""How many requests one person may make: a leaky bucket per key, kept in memory and bounded."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from time import monotonic


class Rate:
    """Lets `per_minute` requests a minute through for each key, a quarter of a minute's worth at once.

    Each worker counts for itself: the limit protects a worker, it is no quota. Sign-in has its own, in the database.
    """

    def __init__(self, per_minute: int, keys: int = 20_000, clock: Callable[[], float] = monotonic) -> None:
        self._each = 60.0 / per_minute
        self._ahead = max(15.0, self._each)
        self._clock = clock
        self._keys = keys
        self._free: OrderedDict[str, float] = OrderedDict()

    def wait(self, key: str) -> float:
        """Seconds until the key may ask again; 0.0 when this request is let through (and counted)."""
        now = self._clock()
        due = max(self._free.get(key, now), now)
        if due - now > self._ahead - self._each:
            return due - now - self._ahead + self._each
        self._free[key] = due + self._each
        self._free.move_to_end(key)
        while len(self._free) > self._keys:
            self._free.popitem(last=False)
        return 0.0
