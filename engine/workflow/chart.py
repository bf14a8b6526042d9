"""Statecharts as values: states and transitions, numbered in document order and made ready to run.

There is no data model here: conditions and contents are opaque values that the host of a run understands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

NodeKind = Literal["state", "parallel", "final", "history"]


@dataclass(frozen=True, slots=True)
class Move:
    """A transition. on: signal names it answers, () for none; when: condition, None for always; to: () stays.

    inside: a compound source is not left when all targets lie in it. A signal name answers itself and every longer
    name that continues it after a dot; `*` answers all.
    """

    on: tuple[str, ...] = ()
    when: object = None
    to: tuple[str, ...] = ()
    do: tuple[object, ...] = ()
    inside: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """A state of the chart; `children` stand in document order, `enter` and `leave` are contents for the host.

    initial: where a compound state begins, its first child when (); initial_do: contents of that default entry;
    deep: what a history state remembers. A history state has one move without condition: its default.
    """

    id: str
    kind: NodeKind = "state"
    children: tuple[Node, ...] = ()
    moves: tuple[Move, ...] = ()
    enter: tuple[object, ...] = ()
    leave: tuple[object, ...] = ()
    initial: tuple[str, ...] = ()
    initial_do: tuple[object, ...] = ()
    deep: bool = False


@dataclass(frozen=True, slots=True)
class Where:
    """Where a chart stands: the active states as a bit set in document order, and what history states remember."""

    active: int
    memory: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Flat:
    """A transition with its states by number."""

    index: int
    source: int
    move: Move
    to: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A compiled chart. States are numbered in document order; a set of states is an int with their bits."""

    ids: tuple[str, ...]
    index: Mapping[str, int]
    nodes: tuple[Node, ...]
    parent: tuple[int, ...]
    above: tuple[int, ...]  # bits of the proper ancestors
    below: tuple[int, ...]  # bits of the proper descendants
    children: tuple[tuple[int, ...], ...]  # without history states
    histories: tuple[tuple[int, ...], ...]
    moves: tuple[tuple[Flat, ...], ...]
    silent: Mapping[int, tuple[Flat, ...]]  # state -> transitions without signal
    heard: Mapping[str, Mapping[int, tuple[Flat, ...]]]  # named signal -> the same; `*` for any other
    initial: tuple[tuple[int, ...], ...]
    atomic: int
    final: int

    def where(self, ids: Iterable[str], memory: Mapping[str, Iterable[str]] | None = None) -> Where:
        """The position in which exactly the named atomic states are active. Raises KeyError for an unknown name."""
        kept = tuple((self.index[h], self._bits(found)) for h, found in (memory or {}).items())
        return Where(self._bits(ids), kept)

    def names(self, where: Where) -> tuple[str, ...]:
        """The active atomic states, in document order."""
        return tuple(self.ids[i] for i in bits(where.active & self.atomic))

    def memory(self, where: Where) -> dict[str, tuple[str, ...]]:
        """What each history state remembers, as names of states."""
        return {self.ids[h]: tuple(self.ids[i] for i in bits(found)) for h, found in where.memory}

    def ended(self, where: Where) -> bool:
        """Whether a final state of the top level is active."""
        return any(self.parent[i] == 0 for i in bits(where.active & self.final))

    def _bits(self, ids: Iterable[str]) -> int:
        found = 0
        for name in ids:
            i = self.index[name]
            found |= 1 << i | self.above[i]
        return found


def bits(value: int) -> Iterator[int]:
    """The positions of the set bits, lowest first."""
    while value:
        low = value & -value
        yield low.bit_length() - 1
        value ^= low


def compiled(root: Node) -> Chart:
    """The chart below `root`. Raises ValueError when two states share an id, KeyError when a target is unknown."""
    flat: list[Node] = []
    parent: list[int] = []

    def walk(node: Node, above: int) -> None:
        at = len(flat)
        flat.append(node)
        parent.append(above)
        for child in node.children:
            walk(child, at)

    walk(root, -1)
    index = {node.id: i for i, node in enumerate(flat)}
    if len(index) != len(flat):
        raise ValueError("two states share an id")
    above = [0] * len(flat)
    below = [0] * len(flat)
    for i in range(1, len(flat)):
        above[i] = above[parent[i]] | 1 << parent[i]
    for i in range(len(flat) - 1, 0, -1):
        below[parent[i]] |= below[i] | 1 << i
    return _linked(flat, parent, index, above, below)


def _linked(flat: list[Node], parent: list[int], index: dict[str, int], above: list[int], below: list[int]) -> Chart:
    nested: list[list[int]] = [[] for _ in flat]
    histories: list[list[int]] = [[] for _ in flat]
    for i in range(1, len(flat)):
        (histories if flat[i].kind == "history" else nested)[parent[i]].append(i)
    moves: list[tuple[Flat, ...]] = []
    number = 0
    for i, node in enumerate(flat):
        own = tuple(Flat(number + k, i, m, tuple(index[t] for t in m.to)) for k, m in enumerate(node.moves))
        number += len(own)
        moves.append(own)
    initial = [tuple(index[t] for t in n.initial) or tuple(nested[i][:1]) for i, n in enumerate(flat)]
    return Chart(
        ids=tuple(n.id for n in flat),
        index=index,
        nodes=tuple(flat),
        parent=tuple(parent),
        above=tuple(above),
        below=tuple(below),
        children=tuple(map(tuple, nested)),
        histories=tuple(map(tuple, histories)),
        moves=tuple(moves),
        silent={i: found for i, own in enumerate(moves) if (found := tuple(f for f in own if not f.move.on))},
        heard=_heard(moves),
        initial=tuple(initial),
        atomic=sum(1 << i for i, n in enumerate(flat) if not nested[i] and n.kind != "history"),
        final=sum(1 << i for i, n in enumerate(flat) if n.kind == "final"),
    )


def _heard(moves: list[tuple[Flat, ...]]) -> dict[str, dict[int, tuple[Flat, ...]]]:
    """Which transitions answer each signal that is named; a longer one is answered by its longest named beginning."""
    names = {d.removesuffix(".*").removesuffix(".") for own in moves for f in own for d in f.move.on} | {"*"}
    return {name: _hearing(moves, name) for name in names}


def _hearing(moves: list[tuple[Flat, ...]], name: str) -> dict[int, tuple[Flat, ...]]:
    """State -> its transitions that answer `name`, those that do."""
    found = {i: tuple(f for f in own if f.move.on and answers(f.move.on, name)) for i, own in enumerate(moves)}
    return {i: own for i, own in found.items() if own}


def answers(on: tuple[str, ...], name: str) -> bool:
    """Whether a transition on these descriptors answers the signal `name`."""
    return any(_matches(d, name) for d in on)


def _matches(descriptor: str, name: str) -> bool:
    if descriptor in ("*", name):
        return True
    stem = descriptor.removesuffix(".*").removesuffix(".")
    return name == stem or name.startswith(stem + ".")
