"""Whether a graph of tasks, choices and parallel branches always ends well, and the shortest way to a fault."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

NodeKind = Literal["start", "task", "xor", "and", "end"]

#: States looked at before a question is answered with "not proven".
MOST = 50_000
#: Tokens on one edge that are followed one by one.
_FOLLOWED = 2

#: Tokens on each edge; where ends are counted too, how often each was reached.
State = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes by id, and edges in order; two edges may join the same nodes.

    A start puts one token on each outgoing edge. A task or `xor` takes one from any incoming edge; a task puts one on
    every outgoing edge, `xor` on one. `and` takes one from each incoming edge and puts one on each outgoing. An end
    takes one.
    """

    nodes: Mapping[str, NodeKind]
    edges: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Soundness:
    """True, False, or None for "not proven".

    safe: no edge ever holds two tokens; option_to_complete: from every state the end can be reached with no token left;
    proper_completion: no end is reached twice; no_dead: every task can happen. states: how many were looked at.
    ways: property -> shortest sequence of nodes that leads to where it fails, () where there is none.
    """

    safe: bool | None
    option_to_complete: bool | None
    proper_completion: bool | None
    no_dead: bool | None
    states: int
    dead: tuple[str, ...] = ()
    ways: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def sound(self) -> bool | None:
        """Whether all of it holds."""
        found = (self.safe, self.option_to_complete, self.proper_completion, self.no_dead)
        return False if False in found else None if None in found else True


def soundness(graph: Graph, most: int = MOST) -> Soundness:
    """Look at every state the graph can be in.

    Where tokens pile up without bound the states have no end. They are then followed up to two tokens on an edge, and
    a coarser graph, where "two" means "two or more", shows what stays impossible however many there are.
    """
    net = _net(graph)
    exact = _explored(net, net.first, most, piled=False)
    coarse = _explored(net, net.first[: net.edges], most, piled=True) if exact.open else exact
    ways: dict[str, tuple[str, ...]] = {}
    return Soundness(
        safe=_safe(net, exact, ways),
        option_to_complete=_completes(net, exact, coarse, ways),
        proper_completion=_properly(net, exact, ways),
        no_dead=_alive(net, exact, coarse),
        states=len(exact.came),
        dead=tuple(n for n in net.tasks if n not in coarse.fired),
        ways=ways,
    )


@dataclass(frozen=True, slots=True)
class _Net:
    """The graph by numbers. ends: end node -> where its count stands in a state."""

    nodes: tuple[tuple[str, NodeKind, tuple[int, ...], tuple[int, ...]], ...]  # id, kind, edges in, edges out
    edges: int
    ends: Mapping[str, int]
    first: State
    tasks: tuple[str, ...]


def _net(graph: Graph) -> _Net:
    into: dict[str, list[int]] = {}
    out: dict[str, list[int]] = {}
    for i, (source, target) in enumerate(graph.edges):
        out.setdefault(source, []).append(i)
        into.setdefault(target, []).append(i)
    kinds = graph.nodes
    ends = {n: len(graph.edges) + i for i, n in enumerate(k for k, kind in kinds.items() if kind == "end")}
    started = {e for n, kind in kinds.items() if kind == "start" for e in out.get(n, ())}
    first = tuple(int(e in started) for e in range(len(graph.edges) + len(ends)))
    nodes = tuple((n, kind, tuple(into.get(n, ())), tuple(out.get(n, ()))) for n, kind in kinds.items())
    return _Net(nodes, len(graph.edges), ends, first, tuple(n for n, kind in kinds.items() if kind == "task"))


@dataclass(slots=True)
class _Seen:
    """What was found. came: state -> where from and by which node; open: states that were not followed further."""

    came: dict[State, tuple[State | None, str]]
    leads: dict[State, list[State]] = field(default_factory=dict)
    fired: set[str] = field(default_factory=set)
    open: set[State] = field(default_factory=set)


def _explored(net: _Net, first: State, most: int, *, piled: bool) -> _Seen:
    """Every state from `first` on, breadth first. piled: two tokens stand for any number from two."""
    seen = _Seen({first: (None, "")})
    todo = deque([first])
    while todo:
        state = todo.popleft()
        if not piled and max(state[: net.edges], default=0) > _FOLLOWED:
            seen.open.add(state)
            continue
        found = seen.leads.setdefault(state, [])
        for node, after in _steps(net, state, piled):
            seen.fired.add(node)
            if after not in seen.came:
                if len(seen.came) >= most:
                    seen.open |= {state, *todo}
                    return seen
                seen.came[after] = (state, node)
                todo.append(after)
            found.append(after)
    return seen


def _steps(net: _Net, state: State, piled: bool) -> Iterator[tuple[str, State]]:
    """The node that acts and the state after it."""
    for node, kind, incoming, outgoing in net.nodes:
        if kind == "and":
            choices = [(incoming, outgoing)] if incoming and all(state[e] for e in incoming) else []
        elif kind == "xor" and outgoing:
            choices = [((i,), (o,)) for i in incoming if state[i] for o in outgoing]
        else:
            counted = (net.ends[node],) if kind == "end" and not piled else outgoing
            choices = [((i,), counted) for i in incoming if state[i] and kind != "start"]
        for taken, given in choices:
            for after in _moved(state, taken, given, piled):
                yield node, _counted(net, after)


def _moved(state: State, taken: tuple[int, ...], given: tuple[int, ...], piled: bool) -> Iterator[State]:
    """The states after tokens were taken and given; of a pile there may or may not be two left."""
    options: list[list[int]] = [list(state)]
    for edge in taken:
        pile = piled and state[edge] == _FOLLOWED
        options = [[*o[:edge], n, *o[edge + 1 :]] for o in options for n in ((1, 2) if pile else (o[edge] - 1,))]
    for after in options:
        for edge in given:
            after[edge] = min(after[edge] + 1, _FOLLOWED) if piled else after[edge] + 1
        yield tuple(after)


def _counted(net: _Net, state: State) -> State:
    """An end reached three times is reached too often just like twice."""
    if len(state) == net.edges:
        return state
    return (*state[: net.edges], *(min(n, 2) for n in state[net.edges :]))


def _way(seen: _Seen, state: State) -> tuple[str, ...]:
    """The nodes that lead to the state, a shortest sequence."""
    nodes: list[str] = []
    at: State | None = state
    while at is not None:
        at, node = seen.came[at]
        nodes.append(node)
    return tuple(reversed(nodes[:-1]))


def _safe(net: _Net, exact: _Seen, ways: dict[str, tuple[str, ...]]) -> bool | None:
    for state in exact.came:
        if max(state[: net.edges], default=0) > 1:
            ways["safe"] = _way(exact, state)
            return False
    return None if exact.open else True


def _properly(net: _Net, exact: _Seen, ways: dict[str, tuple[str, ...]]) -> bool | None:
    for state in exact.came:
        if max(state[net.edges :], default=0) > 1:
            ways["proper_completion"] = _way(exact, state)
            return False
    return None if exact.open else True


def _completes(net: _Net, exact: _Seen, coarse: _Seen, ways: dict[str, tuple[str, ...]]) -> bool | None:
    """False when from some state no way leads to the end, whatever the tokens that were not followed do."""
    hopeful = _reaching(exact, lambda s: not any(s[: net.edges]) or s in exact.open)
    hopeless = [s for s in exact.came if s not in hopeful]
    if coarse is not exact:
        maybe = _reaching(coarse, lambda s: not any(s) or s in coarse.open)
        never = coarse.came.keys() - maybe
        hopeless += [s for s in exact.came if s in hopeful and _coarsened(net, s) in never]
    if not hopeless:
        return None if exact.open else True
    # Where everything stands still is easier to see than the last moment at which it could have gone well.
    stuck = next((s for s in hopeless if not exact.leads.get(s)), hopeless[0])
    ways["option_to_complete"] = _way(exact, stuck)
    return False


def _coarsened(net: _Net, state: State) -> State:
    return tuple(min(n, _FOLLOWED) for n in state[: net.edges])


def _reaching(seen: _Seen, good: Callable[[State], bool]) -> set[State]:
    """The states from which a good one can be reached."""
    back: dict[State, list[State]] = {}
    for state, leads in seen.leads.items():
        for after in leads:
            back.setdefault(after, []).append(state)
    found = {s for s in seen.came if good(s)}
    todo = list(found)
    while todo:
        for before in back.get(todo.pop(), ()):
            if before not in found:
                found.add(before)
                todo.append(before)
    return found


def _alive(net: _Net, exact: _Seen, coarse: _Seen) -> bool | None:
    if all(n in exact.fired for n in net.tasks):
        return True
    if any(n not in coarse.fired for n in net.tasks) and not (coarse.open):
        return False
    return None
