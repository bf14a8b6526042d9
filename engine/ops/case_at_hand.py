"""A case and its record in one question, where it can be guessed which workflow the case belongs to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..compile.record import label_of
from ..model import SYSTEM, Slot, Sql, Storage
from ..store.protocol import Dialect, Query
from ..workflow import Flow, Task
from .cases import CASE_COLUMNS, AtHand, StoredCase, Subject, case_of, load_case
from .held import held_beside
from .reading import gathered
from .subjects import made_subject
from .work import Work

_BIG, _TEXT, _JSON = Storage("bigint"), Storage("text"), Storage("json")

#: People whose last workflow is remembered for each version.
KEPT = 4096
_TASKS = (
    "sy_task t LEFT JOIN sy_account o ON o.id = t.account WHERE t.case_id = c.id AND t.state IN ('open', 'waiting')"
)
_TASK = ("id", "branch", "step", "visit", "account", "position", "state", "due_at", "created_at")


async def at_hand(work: Work, case: int) -> AtHand:
    """The case, None when there is none of that id, and its record as `Records.load` gives it, None where it has to be
    loaded still.

    People mostly act on several requests of one kind in a row, so the record is looked for where the last one was. A
    case of another kind, or of an older version, costs a question more. Raises Moved.
    """
    guesses: dict[int, Flow] = work.version.made(("case at hand",), dict)
    guess = guesses.get(work.actor.id) or guesses.get(SYSTEM.id)
    found: AtHand = (await load_case(work.store, case), None) if guess is None else await _both(work, guess, case)
    stored = found[0]
    if stored is not None and found[1] is None and stored.defn == work.version.number:
        flow = work.version.flow(stored.workflow)
        if flow is not None:
            if len(guesses) >= KEPT:
                guesses.clear()
            guesses[work.actor.id] = guesses[SYSTEM.id] = flow
    return found


async def _both(work: Work, guess: Flow, case: int) -> AtHand:
    query = work.version.made(("case beside",), lambda: _question(work.version.dialect))
    paths = tuple(guess.paths)
    record, row = await held_beside(replace(work, actor=SYSTEM), guess.entity, "see", paths, query, {"case": case})
    if row[1] is None:
        return None, None
    stored = case_of(row[1:-1], [_task(cells) for cells in row[-1] or ()])
    fits = stored.defn == work.version.number and stored.workflow == guess.workflow.id
    if record is None or not fits:
        return stored, None
    return stored, _subject(work, guess, stored, record.record)


def _subject(work: Work, guess: Flow, stored: StoredCase, record: Any) -> Subject:
    compiled = work.version.record(guess.entity.name)
    values = {**compiled.blank, **record.values}
    record = replace(record, values=values, label=label_of(compiled, values, stored.record))
    return replace(made_subject(compiled, record, work.actor, work.now), stored=(compiled, record))


def _question(dialect: Dialect) -> Query:
    """The row of a case with its tasks beside it; the id of the record first, under the name `record`."""
    names, returns = zip(*CASE_COLUMNS, strict=True)
    reason = "t.reason" if dialect == "postgres" else "json(t.reason)"
    cells = [Sql(one) for one in (*(f"t.{name}" for name in _TASK), "o.name", reason)]
    columns = ", ".join(f"{name} AS k{at}" for at, name in enumerate(names))
    head = Sql(f"SELECT c.record AS record, {columns}, ") + gathered(cells, Sql(_TASKS), "t", dialect)
    tail = Sql(" AS tasks FROM sy_case c LEFT JOIN sy_account a ON a.id = c.requester WHERE c.id = ?", (Slot("case"),))
    return Query(head + tail, (_BIG, *returns, _JSON))


def _task(cells: list[Any]) -> Task:
    *plain, name, reason = cells
    number, branch, step, visit, account, position, state, due, created = plain
    return Task(
        id=number,
        place=branch or step,
        visit=visit,
        account=account,
        name=name or "",
        reason=reason,
        position=position,
        state=state,
        due_at=due,
        created_at=created,
    )
