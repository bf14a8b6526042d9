"""A batch of writes in parts: neighbouring inserts of one shape go to the database together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..model.storage import Table
from .protocol import Delete, Holds, Insert, Run, Update, Write
from .render import Shape, shape_of

#: Rows of one multi-row insert.
MOST_ROWS = 5000


@dataclass(frozen=True, slots=True)
class Part:
    """Writes of one shape that go together: any number of rows inserted into one table, or one other write."""

    writes: tuple[Write, ...]
    shape: Shape

    @property
    def many(self) -> bool:
        """Whether it is a multi-row insert."""
        return len(self.writes) > 1

    @property
    def table(self) -> str:
        """The table it writes to, "" when that is not known."""
        write = self.writes[0]
        return "" if isinstance(write, Run) else write.table.name


#: Tables by their identity, as comparing them walks all their columns, with what was found out about them.
_LOOPS: dict[int, tuple[Table, bool]] = {}


def refers_to_itself(table: Table) -> bool:
    """Whether rows of the table point to rows of the same table."""
    found = _LOOPS.get(id(table))
    if found is None or found[0] is not table:
        if len(_LOOPS) > 4096:
            _LOOPS.clear()
        found = _LOOPS[id(table)] = (table, any(c.refers == table.name for c in table.columns))
    return found[1]


def parts_of(writes: Sequence[Write]) -> list[Part]:
    """The writes in order, neighbouring inserts of one shape together."""
    found: list[Part] = []
    rows: list[Write] = []
    shape: Shape = ()
    for write in writes:
        its = ("R",) if isinstance(write, Run) else shape_of(write)
        if rows and its == shape and isinstance(write, Insert) and len(rows) < MOST_ROWS:
            rows.append(write)
            continue
        if rows:
            found.append(Part(tuple(rows), shape))
        rows, shape = [write], its
        if isinstance(write, Insert) and refers_to_itself(write.table):
            found.append(Part((write,), its))
            rows = []
    if rows:
        found.append(Part(tuple(rows), shape))
    return found


def is_guard(write: Write) -> bool:
    """Whether the batch depends on this write meeting a row."""
    return isinstance(write, Holds) or (isinstance(write, Update | Delete) and write.must_hit)
