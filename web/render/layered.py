"""Boxes in layers from left to right: where they stand and how the arrows between them run, without any drawing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal

Way = Literal["on", "back", "down"]

#: Space around the whole, between two boxes one above the other, and beside the widest label between two layers.
EDGE, ABOVE, BESIDE = 12.0, 22.0, 30.0
#: Height of the lane of an arrow that passes a layer, and of a rail above or below.
LANE, RAIL = 14.0, 26.0
#: Rounds in which boxes are moved towards what they are joined with.
ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Size:
    """A box to be placed. last: it stands at the right end, unless something follows it."""

    id: str
    width: float
    height: float
    last: bool = False


@dataclass(frozen=True, slots=True)
class Join:
    """An arrow to be drawn. way: on to the right; back over the top; down to a rail below, which leads to the right.

    label: width of its words.
    """

    source: str
    target: str
    way: Way = "on"
    label: float = 0.0


@dataclass(frozen=True, slots=True)
class At:
    """A placed box: its left upper corner and size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """Half way down."""
        return self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Line:
    """An arrow as points: corners for `back` and `down`, else knots of a curve. label: where its words are centred."""

    join: Join
    points: tuple[tuple[float, float], ...]
    label: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything placed, and the size of the whole."""

    width: float
    height: float
    boxes: Mapping[str, At]
    lines: tuple[Line, ...]


def laid_out(sizes: Sequence[Size], joins: Sequence[Join]) -> Layout:
    """Boxes and arrows with places. Each box stands right of everything that leads on to it.

    The order of `sizes` decides what stands above where nothing else does. Arrows to and from unknown boxes are left
    out; one that would lead on in a circle runs back over the top.
    """
    known = {s.id: s for s in sizes}
    usable = [j for j in joins if j.source in known and j.target in known and j.source != j.target]
    usable = _without_circles(sizes, usable)
    layer = _layers(sizes, [j for j in usable if j.way != "back"])
    columns = _Columns(known, layer, usable)
    columns.order()
    return columns.placed(usable)


def _without_circles(sizes: Sequence[Size], joins: list[Join]) -> list[Join]:
    """The arrows, those that close a circle turned into returns."""
    out: dict[str, list[Join]] = {s.id: [] for s in sizes}
    for join in joins:
        if join.way != "back":
            out[join.source].append(join)
    state: dict[str, int] = {}
    closing: set[Join] = set()
    for begin in out:
        stack: list[tuple[str, int]] = [] if begin in state else [(begin, 0)]
        state.setdefault(begin, 1)
        while stack:
            at, nth = stack.pop()
            if nth == len(out[at]):
                state[at] = 2
                continue
            stack.append((at, nth + 1))
            join = out[at][nth]
            if state.get(join.target) == 1:
                closing.add(join)
            elif join.target not in state:
                state[join.target] = 1
                stack.append((join.target, 0))
    return [replace(j, way="back") if j in closing else j for j in joins]


def _layers(sizes: Sequence[Size], joins: list[Join]) -> dict[str, int]:
    """The layer of each box: behind the furthest of those that lead to it; the last ones all at the end."""
    layer = {s.id: 0 for s in sizes}
    for _ in sizes:
        moved = False
        for join in joins:
            if layer[join.target] <= layer[join.source]:
                layer[join.target] = layer[join.source] + 1
                moved = True
        if not moved:
            break
    end = max(layer.values(), default=0)
    leading = {j.source for j in joins}
    return layer | {s.id: end for s in sizes if s.last and s.id not in leading}


@dataclass
class _Columns:
    """The layers with their boxes and, for arrows that pass them, lanes; in order from above."""

    sizes: Mapping[str, Size]
    layer: Mapping[str, int]
    joins: list[Join]
    columns: list[list[str]] = field(default_factory=list)
    paths: dict[int, list[str]] = field(default_factory=dict)
    heights: dict[str, float] = field(default_factory=dict)
    middles: dict[str, float] = field(default_factory=dict)
    before: dict[str, list[str]] = field(default_factory=dict)
    behind: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.columns = [[] for _ in range(max(self.layer.values(), default=0) + 1)]
        for name, size in self.sizes.items():
            self.columns[self.layer[name]].append(name)
            self.heights[name] = size.height
        for nth, join in enumerate(self.joins):
            if join.way == "on":
                self._lane(nth, join)
        for path in self.paths.values():
            for one, two in pairwise(path):
                self.behind.setdefault(one, []).append(two)
                self.before.setdefault(two, []).append(one)

    def _lane(self, nth: int, join: Join) -> None:
        path = [join.source]
        for at in range(self.layer[join.source] + 1, self.layer[join.target]):
            name = f"{nth}@{at}"
            self.columns[at].append(name)
            self.heights[name] = LANE
            path.append(name)
        self.paths[nth] = [*path, join.target]

    # -- order and height ------------------------------------------------------------------------------------------

    def order(self) -> None:
        """Sort each layer by where its neighbours stand, to and fro, so that few arrows cross."""
        for turn in range(ROUNDS):
            forth = turn % 2 == 0
            near = self.before if forth else self.behind
            for column in self.columns[1:] if forth else self.columns[-2::-1]:
                rank = self._ranks()
                wish = {name: _mean([rank[n] for n in near.get(name, ())], rank[name]) for name in column}
                column.sort(key=wish.__getitem__)
        self._heights()

    def _ranks(self) -> dict[str, float]:
        return {name: (at + 0.5) / len(column) for column in self.columns for at, name in enumerate(column)}

    def _heights(self) -> None:
        """Put each box at the middle of its neighbours as far as the order leaves room."""
        for column in self.columns:
            at = 0.0
            for name in column:
                self.middles[name] = at + self.heights[name] / 2
                at += self.heights[name] + ABOVE
            for name in column:
                self.middles[name] -= (at - ABOVE) / 2
        for turn in range(ROUNDS):
            near = (self.before, self.behind)[turn % 2]
            for column in self.columns if turn % 2 == 0 else self.columns[::-1]:
                wish = [_mean([self.middles[n] for n in near.get(name, ())], self.middles[name]) for name in column]
                self._settle(column, wish)

    def _settle(self, column: list[str], wish: list[float]) -> None:
        """Place a layer at its wishes where they fit; where they do not, neighbours share what is too much."""
        groups: list[tuple[list[str], float, float]] = []  # names, height, upper edge
        for name, middle in zip(column, wish, strict=True):
            height = self.heights[name]
            groups.append(([name], height, middle - height / 2))
            while len(groups) > 1 and groups[-2][2] + groups[-2][1] + ABOVE > groups[-1][2]:
                names, high, top = groups.pop()
                above, tall, edge = groups.pop()
                both = tall + ABOVE + high
                weight = len(above) + len(names)
                centre = ((edge + tall / 2) * len(above) + (top + high / 2) * len(names)) / weight
                groups.append(([*above, *names], both, centre - both / 2))
        for names, _, top in groups:
            for name in names:
                self.middles[name] = top + self.heights[name] / 2
                top += self.heights[name] + ABOVE

    # -- places ----------------------------------------------------------------------------------------------------

    def placed(self, joins: Sequence[Join]) -> Layout:
        """The layout: places left to right, rails above and below."""
        backs, downs = _rails(joins, "back", self._span), _rails(joins, "down", self._span)
        roof = RAIL * (max(backs.values(), default=-1) + 1)
        top = min((self.middles[n] - self.heights[n] / 2 for n in self.middles), default=0.0)
        shift = EDGE + roof - top
        lefts, width = self._lefts(joins)
        boxes = {
            name: At(
                lefts[self.layer[name]] + (self._wide(self.layer[name]) - size.width) / 2,
                self.middles[name] - size.height / 2 + shift,
                size.width,
                size.height,
            )
            for name, size in self.sizes.items()
        }
        floor = max((self.middles[n] + self.heights[n] / 2 for n in self.middles), default=0.0) + shift
        lines = []
        for nth, join in enumerate(joins):
            if join.way == "on":
                lines.append(self._curve(nth, join, boxes, lefts, shift))
            elif join.way == "back":
                lines.append(_over(join, boxes, EDGE + roof - RAIL * (backs[join] + 0.4)))
            else:
                lines.append(_under(join, boxes, floor + RAIL * (downs[join] + 0.6)))
        height = floor + RAIL * (max(downs.values(), default=-1) + 1) + EDGE
        return Layout(width, height, boxes, tuple(lines))

    def _span(self, join: Join) -> tuple[int, int]:
        return min(self.layer[join.source], self.layer[join.target]), max(
            self.layer[join.source], self.layer[join.target]
        )

    def _wide(self, at: int) -> float:
        return max((self.sizes[n].width for n in self.columns[at] if n in self.sizes), default=0.0)

    def _lefts(self, joins: Sequence[Join]) -> tuple[list[float], float]:
        """The left edge of each layer, with room for the words of the arrows that begin before it."""
        found, at = [], EDGE
        for column in range(len(self.columns)):
            found.append(at)
            words = [j.label for j in joins if j.way == "on" and self.layer[j.source] == column]
            at += self._wide(column) + max([0.0, *words]) + BESIDE
        return found, found[-1] + self._wide(len(self.columns) - 1) + EDGE if found else 2 * EDGE

    def _curve(self, nth: int, join: Join, boxes: Mapping[str, At], lefts: Sequence[float], shift: float) -> Line:
        source, target = boxes[join.source], boxes[join.target]
        points = [(source.x + source.width, source.middle)]
        for name in self.paths[nth][1:-1]:
            at = int(name.partition("@")[2])
            y = self.middles[name] + shift
            points += [(lefts[at], y), (lefts[at] + self._wide(at), y)]
        points.append((target.x, target.middle))
        (x, y), (to_x, to_y) = points[0], points[1]
        layer_end = lefts[self.layer[join.source]] + self._wide(self.layer[join.source])
        said = max(layer_end + join.label / 2, to_x - join.label / 2 - 16)
        along = min((said - x) / max(to_x - x, 1.0), 1.0)
        return Line(join, tuple(points), (said, y + (to_y - y) * _eased(along)))


def _eased(part: float) -> float:
    """How far up or down a curve with level ends is after that part of its way."""
    return part * part * (3 - 2 * part)


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _rails(joins: Iterable[Join], way: Way, span: Callable[[Join], tuple[int, int]]) -> dict[Join, int]:
    """A rail for each arrow that needs one: those to the same box share it; the shortest way lies nearest."""
    groups: dict[str, list[Join]] = {}
    for join in joins:
        if join.way == way:
            groups.setdefault(join.target, []).append(join)
    taken: list[list[tuple[int, int]]] = []
    found: dict[Join, int] = {}

    def reach(group: list[Join]) -> tuple[int, int]:
        spans = [span(j) for j in group]
        return min(s[0] for s in spans), max(s[1] for s in spans)

    for group in sorted(groups.values(), key=lambda g: (reach(g)[1] - reach(g)[0], reach(g))):
        low, high = reach(group)
        rail = next((n for n, used in enumerate(taken) if all(high < a or b < low for a, b in used)), len(taken))
        if rail == len(taken):
            taken.append([])
        taken[rail].append((low, high))
        found |= dict.fromkeys(group, rail)
    return found


def _over(join: Join, boxes: Mapping[str, At], y: float) -> Line:
    source, target = boxes[join.source], boxes[join.target]
    begin, end = source.x + source.width * 0.36, target.x + target.width * 0.64
    points = ((begin, source.y), (begin, y), (end, y), (end, target.y))
    return Line(join, points, (max(begin - join.label / 2 - 12, (begin + end) / 2), y))


def _under(join: Join, boxes: Mapping[str, At], y: float) -> Line:
    source, target = boxes[join.source], boxes[join.target]
    begin, end = source.x + source.width / 2, target.x + target.width / 2
    bottom = source.y + source.height
    points = ((begin, bottom), (begin, y), (end, y), (end, target.y + target.height))
    return Line(join, points, (begin + join.label / 2 + 14, y))
