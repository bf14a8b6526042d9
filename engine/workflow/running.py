"""Running a statechart: which transitions fire, and in which order states are left and entered.

The rules are those of SCXML: document order, inner before outer, eventless before signalled, run to completion.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from .chart import Chart, Flat, Where, bits

#: Microsteps one signal may cause before the chart is taken to run in circles.
MOST_STEPS = 1000


class Host(Protocol):
    """What conditions and contents mean. `run` lets them raise internal signals and ask which states are active."""

    def holds(self, when: object, run: Run) -> bool:
        """Whether the condition is true."""
        ...

    def perform(self, content: object, run: Run) -> None:
        """Do what the content says."""
        ...


class Endless(Exception):
    """The chart kept moving without outside signals."""


def start(chart: Chart, host: Host, raised: Iterable[str] = ()) -> Where:
    """Enter the chart, with `raised` already in the internal queue, and run until nothing moves. Raises Endless."""
    run = Run(chart, host, Where(0), deque(raised))
    run.enter_first()
    run.settle()
    return run.where()


def signal(chart: Chart, host: Host, where: Where, name: str) -> Where:
    """Give the chart an outside signal and run to completion; nothing moves if nothing answers. Raises Endless."""
    run = Run(chart, host, where)
    run.take(run.selected(name))
    run.settle()
    return run.where()


@dataclass(slots=True)
class Run:
    """One run to completion: the position while it moves and the queue of internal signals."""

    chart: Chart
    host: Host
    start: Where
    queue: deque[str] = field(default_factory=deque)
    signal: str = ""  # the last one taken up
    active: int = 0
    memory: dict[int, int] = field(default_factory=dict)
    done: bool = False

    def __post_init__(self) -> None:
        self.active = self.start.active
        self.memory = dict(self.start.memory)
        self.done = self.chart.ended(self.start)

    def where(self) -> Where:
        """The position reached."""
        return Where(self.active, tuple(self.memory.items()))

    def raise_(self, name: str) -> None:
        """Put an internal signal at the end of the queue."""
        self.queue.append(name)

    def inside(self, name: str) -> bool:
        """Whether the state of that name is active."""
        return bool(self.active >> self.chart.index[name] & 1)

    def enter_first(self) -> None:
        """Enter the initial states of the top level."""
        entering = _Entering(self.chart, self.memory, 1)
        self._perform(self.chart.nodes[0].initial_do)
        for target in self.chart.initial[0]:
            entering.add(target)
        for target in self.chart.initial[0]:
            entering.add_above(target, 0)
        self.active |= 1
        self._enter(entering)

    def settle(self) -> None:
        """Follow transitions without signal, then internal signals, until both run dry."""
        for _ in range(MOST_STEPS):
            if self.done:
                return
            chosen = self.selected("")
            if not chosen:
                if not self.queue:
                    return
                chosen = self.selected(self.queue.popleft())
            self.take(chosen)
        raise Endless

    def selected(self, name: str) -> list[Flat]:
        """The transitions that answer `name` ("": those without signal), conflicts removed, in document order."""
        self.signal = name or self.signal
        listening = self._listening(name)
        if not listening:
            return []
        chosen: dict[int, Flat] = {}
        for leaf in bits(self.active & self.chart.atomic):
            at = leaf
            while at >= 0:
                found = self._first(listening.get(at, ()))
                if found is not None:
                    chosen.setdefault(found.index, found)
                    break
                at = self.chart.parent[at]
        return list(chosen.values()) if len(chosen) < 2 else self._without_conflicts(list(chosen.values()))

    def _listening(self, name: str) -> Mapping[int, tuple[Flat, ...]]:
        """The transitions of active states that answer `name`."""
        chart = self.chart
        if not name:
            found = chart.silent
        else:
            while name not in chart.heard and "." in name:
                name = name.rpartition(".")[0]
            found = chart.heard.get(name) or chart.heard["*"]
        return found if any(self.active >> i & 1 for i in found) else {}

    def _first(self, flats: tuple[Flat, ...]) -> Flat | None:
        for flat in flats:
            if flat.move.when is None or self.host.holds(flat.move.when, self):
                return flat
        return None

    def _without_conflicts(self, chosen: list[Flat]) -> list[Flat]:
        kept: list[Flat] = []
        for one in chosen:
            leaves = self._exits(one)
            beaten: list[Flat] = []
            for other in kept:
                if leaves & self._exits(other):
                    if self.chart.above[one.source] >> other.source & 1:
                        beaten.append(other)
                    else:
                        break
            else:
                kept = [k for k in kept if k not in beaten] + [one]
        return kept

    def take(self, chosen: list[Flat]) -> None:
        """One microstep: leave inner before outer, do the contents, enter outer before inner."""
        if not chosen:
            return
        leaving = 0
        for flat in chosen:
            leaving |= self._exits(flat)
        self._leave(leaving)
        for flat in chosen:
            self._perform(flat.move.do)
        entering = _Entering(self.chart, self.memory, self.active)
        for flat in chosen:
            self._plan(flat, entering)
        self._enter(entering)

    def _plan(self, flat: Flat, entering: _Entering) -> None:
        if not flat.to:
            return
        for target in flat.to:
            entering.add(target)
        domain = self._domain(flat)
        for target in _effective(self.chart, self.memory, flat.to):
            entering.add_above(target, domain)

    def _exits(self, flat: Flat) -> int:
        if not flat.to:
            return 0
        return self.chart.below[self._domain(flat)] & self.active

    def _domain(self, flat: Flat) -> int:
        """The state that stays while the transition leaves and enters what is below it."""
        chart, source = self.chart, flat.source
        targets = _effective(chart, self.memory, flat.to)
        compound = chart.nodes[source].kind == "state" and chart.children[source]
        if flat.move.inside and compound and all(chart.below[source] >> t & 1 for t in targets):
            return source
        at = chart.parent[source]
        while at > 0:
            if chart.nodes[at].kind == "state" and all(chart.below[at] >> t & 1 for t in targets):
                return at
            at = chart.parent[at]
        return 0

    def _leave(self, leaving: int) -> None:
        chart = self.chart
        order = sorted(bits(leaving), reverse=True)
        for i in order:
            for h in chart.histories[i]:
                atoms = chart.below[i] & self.active & chart.atomic
                near = sum(1 << c for c in chart.children[i]) & self.active
                self.memory[h] = atoms if chart.nodes[h].deep else near
        for i in order:
            self._perform(chart.nodes[i].leave)
            self.active &= ~(1 << i)

    def _enter(self, entering: _Entering) -> None:
        chart = self.chart
        for i in bits(entering.found):
            self.active |= 1 << i
            node = chart.nodes[i]
            self._perform(node.enter)
            if i in entering.default:
                self._perform(node.initial_do)
            self._perform(entering.history.get(i, ()))
            if node.kind == "final":
                self._finish(i)

    def _finish(self, i: int) -> None:
        chart, up = self.chart, self.chart.parent[i]
        if up == 0:
            self.done = True
            return
        self.raise_(f"done.state.{chart.ids[up]}")
        over = chart.parent[up]
        if chart.nodes[over].kind == "parallel" and all(self._finished(c) for c in chart.children[over]):
            self.raise_(f"done.state.{chart.ids[over]}")

    def _finished(self, i: int) -> bool:
        chart = self.chart
        if chart.nodes[i].kind == "parallel":
            return all(self._finished(c) for c in chart.children[i])
        return any(self.active >> c & 1 and chart.final >> c & 1 for c in chart.children[i])

    def _perform(self, contents: tuple[object, ...]) -> None:
        for content in contents:
            self.host.perform(content, self)


def _effective(chart: Chart, memory: Mapping[int, int], targets: tuple[int, ...]) -> list[int]:
    """The targets with every history state replaced by what it stands for now."""
    found: list[int] = []
    for target in targets:
        if chart.nodes[target].kind != "history":
            found.append(target)
        elif target in memory:
            found.extend(bits(memory[target]))
        else:
            found.extend(_effective(chart, memory, chart.moves[target][0].to))
    return found


@dataclass(slots=True)
class _Entering:
    """The set of states one microstep enters, with the defaults that are used on the way."""

    chart: Chart
    memory: Mapping[int, int]
    active: int
    found: int = 0
    default: set[int] = field(default_factory=set)
    history: dict[int, tuple[object, ...]] = field(default_factory=dict)

    def add(self, i: int) -> None:
        """Enter state `i` and, by default, what is below it."""
        chart = self.chart
        kind = chart.nodes[i].kind
        if kind == "history":
            self._recall(i)
            return
        self.found |= 1 << i
        if kind == "parallel":
            self._regions(i)
        elif chart.children[i]:
            self.default.add(i)
            self._both(chart.initial[i], i)

    def add_above(self, i: int, domain: int) -> None:
        """Enter the ancestors of `i` below `domain`, and the other regions of those that are parallel."""
        up = self.chart.parent[i]
        while up > domain:
            self.found |= 1 << up
            if self.chart.nodes[up].kind == "parallel":
                self._regions(up)
            up = self.chart.parent[up]

    def _recall(self, i: int) -> None:
        up = self.chart.parent[i]
        if i in self.memory:
            self._both(tuple(bits(self.memory[i])), up)
            return
        default = self.chart.moves[i][0]
        self.history[up] = default.move.do
        self._both(default.to, up)

    def _both(self, targets: tuple[int, ...], domain: int) -> None:
        for target in targets:
            self.add(target)
        for target in targets:
            self.add_above(target, domain)

    def _regions(self, i: int) -> None:
        for child in self.chart.children[i]:
            if not self.found & (1 << child | self.chart.below[child]):
                self.add(child)
