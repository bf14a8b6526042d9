"""What of a workflow is drawn: its steps as boxes, its transitions as arrows, and how far a case has come."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

from markupsafe import Markup
from shuyuan.engine import Expr, Step, Text, Who, Workflow

from .drawing import Arrow, Box, Inner, Mark, drawing
from .layered import Way
from .words import Lang, translator


@dataclass(frozen=True, slots=True)
class Come:
    """How far a case has come. been: ids of steps and branches it was in; now: those it is in; ways: pairs of ids of
    steps it went between; by: id -> who acted or is asked there.
    """

    been: Collection[str] = ()
    now: Collection[str] = ()
    ways: Collection[tuple[str, str]] = ()
    by: Mapping[str, str] = field(default_factory=dict)


def flow_drawing(
    flow: Workflow,
    lang: Lang,
    *,
    come: Come | None = None,
    who: Callable[[Who], Text] | None = None,
    says: Callable[[Expr], Text] | None = None,
    wrong: Mapping[str, str] | None = None,
    name: str = "flow",
    brief: bool = False,
) -> Markup:
    """A workflow as a picture and a list.

    come: the case to be marked on it; who: what the people of a step are called; says: a condition in words; wrong:
    name of a step -> what is wrong with it; brief: the list leaves out where each step leads.
    """
    made = _Graph(lang, come or Come(), who, says, wrong or {}, {s.name: s.id for s in flow.steps})
    boxes = sorted((made.box(s) for s in flow.steps), key=lambda b: ("", "auto", "ok", "bad").index(b.kind) > 1)
    arrows = [a for s in flow.steps for a in made.arrows(s, {b.id: b for b in boxes})]
    return drawing(flow.title.get(lang), boxes, arrows, lang, name, brief)


@dataclass(frozen=True, slots=True)
class _Graph:
    lang: Lang
    come: Come
    who: Callable[[Who], Text] | None
    says: Callable[[Expr], Text] | None
    wrong: Mapping[str, str]
    ids: Mapping[str, str]

    def mark(self, step: str) -> Mark:
        return "now" if step in self.come.now else "done" if step in self.come.been else ""

    def box(self, step: Step) -> Box:
        """A step."""
        inner = tuple(Inner(i.title.get(self.lang), self.people(i), self.mark(i.id)) for i in step.parallel)
        mark = self.mark(step.id)
        if any(i.mark == "now" for i in inner):
            mark = "now"
        kind = "auto" if step.auto else {"ok": "ok", "failed": "bad"}.get(step.end, "")
        title = step.title.get(self.lang) or step.name
        return Box(step.id, title, kind, self.people(step), mark, inner, self.wrong.get(step.name, ""))  # type: ignore[arg-type]

    def people(self, step: Step) -> str:
        """Who acts in a step: who does in the case, else what they are called."""
        if step.id in self.come.by:
            return self.come.by[step.id]
        return self.who(step.by).get(self.lang) if step.by and self.who else ""

    def arrows(self, step: Step, boxes: Mapping[str, Box]) -> Iterator[Arrow]:
        """The ways out of a step."""
        t = translator(self.lang)
        for line in step.auto:
            says = t("otherwise") if line.when is None else self.said(line.when)
            yield self.arrow(step.id, line.to, says, boxes, "on")
        for go in (*step.go, *(g for inner in step.parallel for g in inner.go)):
            title = go.title.get(self.lang) or go.name
            for to in go.to:
                yield self.arrow(step.id, to, title, boxes, "back" if go.kind == "return" else "on")
        for later in step.after:
            if later.do == "finish" and later.go in self.ids:
                yield self.arrow(step.id, later.go, t("after_time"), boxes, "on")

    def arrow(self, source: str, to: str, label: str, boxes: Mapping[str, Box], way: Way) -> Arrow:
        target = self.ids.get(to, "")
        if way == "on" and target in boxes and boxes[target].kind == "bad":
            way = "down"
        return Arrow(source, target, label, way, (source, target) in self.come.ways)

    def said(self, when: Expr) -> str:
        return self.says(when).get(self.lang) if self.says else when.text
