"""A workflow as a picture: boxes and arrows drawn as SVG, and the same as a list for a phone and for listening."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from markupsafe import Markup, escape

from .layered import At, Join, Line, Size, Way, laid_out
from .words import Lang, translator

Mark = Literal["", "done", "now"]

#: Widest line of a box in letters of full width, and of an arrow.
BOX_LINE, ARROW_LINE = 8.0, 9.0
LETTER, SMALL = 14.0, 12.0
_LINE, _PAD = 19.0, 10.0


@dataclass(frozen=True, slots=True)
class Inner:
    """A branch inside a box: runs beside the others."""

    label: str
    soft: str = ""
    mark: Mark = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A step. kind: people act (""), nobody does ("auto"), or an end that is good ("ok") or not ("bad").

    soft: who acts; mark: whether the case has been there or is there now; wrong: a problem with the step.
    """

    id: str
    label: str
    kind: Literal["", "auto", "ok", "bad"] = ""
    soft: str = ""
    mark: Mark = ""
    inner: tuple[Inner, ...] = ()
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Arrow:
    """A transition. taken: the case went that way."""

    source: str
    target: str
    label: str = ""
    way: Way = "on"
    taken: bool = False


def drawing(
    title: str, boxes: Iterable[Box], arrows: Iterable[Arrow], lang: Lang, name: str = "flow", brief: bool = False
) -> Markup:
    """The picture and the list. title: what is drawn; name: part of the ids, for several on one page; brief: the list
    leaves out where each step leads."""
    steps = tuple(boxes)
    ways = tuple(_merged(arrows))
    return Markup('<div class="drawing">{}{}</div>').format(
        _picture(title, steps, ways, lang, name), _list(title, steps, () if brief else ways, lang)
    )


def _merged(arrows: Iterable[Arrow]) -> Iterator[Arrow]:
    """Arrows between the same boxes become one with all their words."""
    found: dict[tuple[str, str, Way], Arrow] = {}
    for a in arrows:
        key = (a.source, a.target, a.way)
        old = found.get(key)
        if old is not None:
            words = dict.fromkeys(w for w in (old.label, a.label) if w)
            a = Arrow(a.source, a.target, " / ".join(words), a.way, a.taken or old.taken)
        found[key] = a
    yield from found.values()


# -- the picture -------------------------------------------------------------------------------------------------------


def _picture(title: str, boxes: tuple[Box, ...], arrows: tuple[Arrow, ...], lang: Lang, name: str) -> Markup:
    placed = laid_out([_size(b) for b in boxes], [_join(a) for a in arrows])
    by = {(a.source, a.target): a for a in arrows}
    lines = sorted(((by[line.join.source, line.join.target], line) for line in placed.lines), key=lambda p: p[0].taken)
    parts = [_arrow(a, line, name) for a, line in lines]
    parts += [_box(b, placed.boxes[b.id]) for b in boxes]
    parts += _said(lines)
    width, height = round(placed.width), round(placed.height)
    return Markup(
        '<div class="scroll" tabindex="0" role="group" aria-label="{title}"><svg viewBox="0 0 {w} {h}" width="{w}" '
        'height="{h}" role="img" aria-label="{title}" focusable="false">{defs}{parts}</svg></div>'
    ).format(title=title, w=width, h=height, defs=_heads(name), parts=Markup("").join(parts))


def _heads(name: str) -> Markup:
    """The heads of arrows, plain and of the way that was taken."""
    head = Markup(
        '<marker id="{}-{}" class="{}" viewBox="0 0 8 8" refX="7" refY="4" markerUnits="userSpaceOnUse" '
        'markerWidth="12" markerHeight="12" orient="auto-start-reverse"><path d="M0 .5 7.500 4 0 7.500z"/></marker>'
    )
    made = head.format(name, "head", "way"), head.format(name, "took", "way took")
    return Markup("<defs>{}{}</defs>").format(*made)


def _size(box: Box) -> Size:
    if box.kind == "auto":
        return Size(box.id, 26, 26)
    lines = _wrapped(box.label, BOX_LINE)
    texts = [_width(line) * LETTER for line in lines] + [_width(box.soft) * SMALL]
    texts += [_width(i.label) * SMALL + 34 for i in box.inner]
    height = len(lines) * _LINE + (16 if box.soft else 0) + 2 * _PAD
    height += 30 * len(box.inner) if box.inner else 0
    return Size(box.id, max(88.0, max(texts) + 2 * _PAD + 6), height, box.kind in ("ok", "bad"))


def _join(arrow: Arrow) -> Join:
    words = max((_width(line) for line in _wrapped(arrow.label, ARROW_LINE)), default=0.0) * SMALL
    return Join(arrow.source, arrow.target, arrow.way, words)


def _box(box: Box, at: At) -> Markup:
    kind = " ".join(filter(None, ("box", box.kind, box.mark, "wrong" if box.wrong else "")))
    if box.kind == "auto":
        x, y, half = at.x + at.width / 2, at.middle, at.width / 2
        shape = f"M{_n(x)} {_n(y - half)}l{half:g} {half:g}-{half:g} {half:g}-{half:g}-{half:g}z"
        return Markup('<g class="{}"><title>{}</title><path d="{}"/></g>').format(kind, box.label, shape)
    frame = Markup('<rect x="{}" y="{}" width="{}" height="{}" rx="{}"/>').format(
        _n(at.x), _n(at.y), _n(at.width), _n(at.height), "18" if box.kind else "9"
    )
    middle, y = at.x + at.width / 2, at.y + _PAD + 14
    parts = [frame]
    for line in _wrapped(box.label, BOX_LINE):
        parts.append(_text(line, middle, y))
        y += _LINE
    if box.soft:
        parts.append(_text(box.soft, middle, y - 4, "soft"))
        y += 16
    parts += [_inner(i, at, y - 12 + 30 * nth) for nth, i in enumerate(box.inner)]
    if box.wrong:
        parts.append(Markup("<title>{}</title>").format(box.wrong))
    return Markup('<g class="{}">{}</g>').format(kind, Markup("").join(parts))


def _inner(inner: Inner, at: At, y: float) -> Markup:
    kind = f"inner {inner.mark}".strip()
    frame = Markup('<rect x="{}" y="{}" width="{}" height="25" rx="6"/>').format(_n(at.x + 8), _n(y), _n(at.width - 16))
    return Markup('<g class="{}">{}{}</g>').format(kind, frame, _text(inner.label, at.x + at.width / 2, y + 17, "soft"))


def _text(text: str, x: float, y: float, kind: str = "") -> Markup:
    made = Markup(' class="{}"').format(kind) if kind else Markup("")
    return Markup('<text x="{}" y="{}"{}>{}</text>').format(_n(x), _n(y), made, text)


def _arrow(arrow: Arrow, line: Line, name: str) -> Markup:
    kind = " ".join(filter(None, ("way", arrow.way if arrow.way != "on" else "", "took" if arrow.taken else "")))
    path = _curve(line.points) if arrow.way == "on" else _corners(line.points)
    head = "took" if arrow.taken else "head"
    return Markup('<path class="{}" d="{}" marker-end="url(#{}-{})"/>').format(kind, path, name, head)


def _curve(points: tuple[tuple[float, float], ...]) -> str:
    """A curve through knots that is level at each of them; lanes of a layer are straight."""
    made = [f"M{_n(points[0][0])} {_n(points[0][1])}"]
    for (x, y), (to_x, to_y) in pairwise(points):
        if abs(y - to_y) < 0.5:
            made.append(f"H{_n(to_x)}")
        else:
            half = _n((x + to_x) / 2)
            made.append(f"C{half} {_n(y)} {half} {_n(to_y)} {_n(to_x)} {_n(to_y)}")
    return "".join(made)


def _corners(points: tuple[tuple[float, float], ...], round_: float = 8.0) -> str:
    """Straight lines with rounded corners; the first and the last are upright, the middle one is level."""
    (x, y), (_, level), (to_x, _), (_, to_y) = points
    side = 1 if to_x > x else -1
    up, down = (1 if level > y else -1), (1 if to_y > level else -1)
    r = min(round_, abs(to_x - x) / 2, abs(level - y), abs(to_y - level))
    return (
        f"M{_n(x)} {_n(y)}V{_n(level - up * r)}Q{_n(x)} {_n(level)} {_n(x + side * r)} {_n(level)}"
        f"H{_n(to_x - side * r)}Q{_n(to_x)} {_n(level)} {_n(to_x)} {_n(level + down * r)}V{_n(to_y)}"
    )


def _said(lines: Iterable[tuple[Arrow, Line]]) -> Iterator[Markup]:
    """The words at the arrows; the same words twice at one place of a rail are said once."""
    taken: list[tuple[float, float, float, str]] = []
    for arrow, line in lines:
        rows = _wrapped(arrow.label, ARROW_LINE)
        if not rows:
            continue
        x, y = line.label
        wide = max(map(_width, rows)) * SMALL
        near = [t for t in taken if abs(t[1] - y) < 12 and abs(t[0] - x) < (t[2] + wide) / 2 + 4]
        if any(t[3] == arrow.label for t in near):
            continue
        x -= max(((t[2] + wide) / 2 + 6 - (t[0] - x) for t in near), default=0.0)
        taken.append((x, y, wide, arrow.label))
        top = y - (len(rows) - 1) * 7 + 4
        for nth, row in enumerate(rows):
            yield _text(row, x, top + 14 * nth, "says took" if arrow.taken else "says")


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _width(text: str) -> float:
    """How wide a text is, in letters of full width."""
    return sum(1.0 if ord(c) > 0x2E80 else 0.56 for c in text)


def _wrapped(text: str, most: float) -> list[str]:
    """The text in lines of about that width, broken between words, or between letters of full width."""
    if not text:
        return []
    pieces: list[str] = []
    for word in text.split(" "):
        piece = (" " if pieces else "") + word
        pieces += [piece] if len(piece.encode()) < 3 * len(piece) else list(piece)
    lines = max(1, round(_width(text) / most + 0.4))
    each = max(_width(text) / lines, most * 0.5) + 0.6
    found = [""]
    for piece in pieces:
        if found[-1] and _width(found[-1] + piece) > each and len(found) < lines:
            found.append(piece.lstrip())
        else:
            found[-1] += piece
    return [line for line in found if line]


# -- the list ----------------------------------------------------------------------------------------------------------


def _list(title: str, boxes: tuple[Box, ...], arrows: tuple[Arrow, ...], lang: Lang) -> Markup:
    titles = {b.id: b.label for b in boxes}
    items = [_item(b, [a for a in arrows if a.source == b.id], titles, lang) for b in boxes]
    return Markup('<ol class="flow-steps" aria-label="{}">{}</ol>').format(title, Markup("").join(items))


def _item(box: Box, arrows: list[Arrow], titles: Mapping[str, str], lang: Lang) -> Markup:
    t = translator(lang)
    said = {"done": t("been_there"), "now": t("is_here"), "": ""}
    current = Markup(' aria-current="step"') if box.mark == "now" else Markup("")
    mark = Markup('<span class="hide"> {}</span>').format(said[box.mark]) if box.mark else Markup("")
    parts = [Markup("<b>{}</b>{}").format(box.label, mark)]
    if box.soft:
        parts.append(Markup('<span class="soft">{}</span>').format(box.soft))
    if box.wrong:
        parts.append(Markup('<p class="err">{}</p>').format(box.wrong))
    if box.inner:
        inner = Markup("").join(
            Markup('<li class="{}">{}{}</li>').format(
                i.mark, i.label, Markup(' <span class="soft">{}</span>').format(i.soft) if i.soft else ""
            )
            for i in box.inner
        )
        parts.append(Markup("<ul>{}</ul>").format(inner))
    ways = [
        Markup("{} → {}").format(a.label, titles[a.target]) if a.label else escape("→ " + titles[a.target])
        for a in arrows
        if a.target in titles
    ]
    if ways:
        parts.append(Markup('<span class="soft ways">{}</span>').format(Markup("<br>").join(ways)))
    return Markup('<li class="{}"{}>{}</li>').format(f"{box.kind} {box.mark}".strip(), current, Markup("").join(parts))
