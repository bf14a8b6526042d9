"""The way of a case in words: what happened, where it stands and with whom, what comes next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal

from shuyuan.engine import CaseRead, Coming, Passed, Seat, Stay, Text

from .flow_graph import Come
from .values import Mark, Pill, When
from .words import Lang, translator

#: Names said one after another; of more only the first are.
NAMES = 6

Tone = Literal["ok", "info", "warn", "bad", "muted", "next"]
_TONES: dict[str, Tone] = {"submit": "ok", "approve": "ok", "other": "ok", "reject": "bad", "return": "info"}
_SIDE_TONES: dict[str, Tone] = {"withdraw": "info", "cancel": "bad", "take_back": "info"}
_AUTO = {"line": "auto_line", "joined": "auto_joined", "same_as_before": "auto_same", "nobody": "auto_nobody"}


class Teller:
    """Tells the way of one case to one person."""

    def __init__(self, found: CaseRead, lang: Lang, account: int, when: Callable[[int], When]) -> None:
        self.found = found
        self.lang = lang
        self.account = account
        self.when = when
        self.t = translator(lang)

    # -- where it stands ----------------------------------------------------------------------------------------------

    def pill(self) -> Pill:
        """Where it stands in a word."""
        state = self.found.view.stored.state
        step = self.text(self.found.view.flow.machine.title(state.step))
        return status_pill(state.status, self.lang, step) or Pill(step, "warn")

    def text(self, text: Text) -> str:
        """The text in the reader's language."""
        return text.get(self.lang)

    def stands(self) -> str:
        """Where it is and who has it, in a line; "" for a finished case."""
        return ("；" if self.lang == "zh" else "; ").join(self._waits(p) for p in self.found.places)

    def _waits(self, place: Stay) -> str:
        step = self.text(place.title)
        now = [a for a in place.asked if not a.waiting]
        if not now:
            return self.t("waits_for_nobody", step=step)
        if [a.account for a in now] == [self.account]:
            return self.t("waits_for_me", step=step)
        return self.t("waits_for", step=step, people=self.names(a.name for a in now))

    def names(self, names: Iterable[str]) -> str:
        """Names one after another, the first ones of many."""
        found = list(dict.fromkeys(n for n in names if n))
        listed = ("、" if self.lang == "zh" else ", ").join(found[:NAMES])
        return listed if len(found) <= NAMES else self.t("and_more", names=listed, n=len(found))

    def due(self) -> Pill | None:
        """How long what waits for this person has, else what waits for anybody."""
        asked = [a for p in self.found.places for a in p.asked if a.due_at is not None and not a.waiting]
        mine = [a for a in asked if a.account == self.account] or asked
        first = min(mine, key=lambda a: a.due_at or 0, default=None)
        return None if first is None else due_pill(first.due_at, first.days, self.found.now, self.lang)

    # -- the way ------------------------------------------------------------------------------------------------------

    def path(self) -> tuple[Mark, ...]:
        """Everything from the beginning to the end that is foreseen."""
        past = [self._past(p) for p in _without_doubles(self.found.path)]
        now = [self._now(p) for p in self.found.places]
        return (*past, *now, *self._next(self.found.coming))

    def _past(self, line: Passed) -> Mark:
        step, act = self.text(line.step), self.text(line.act)
        when, lines = self.when(line.at), tuple(self._lines(line))
        if line.auto:
            return Mark(self._auto(line, step, act), "muted", when, lines=lines)
        by = line.by or self.t("the_system")
        tone = _TONES.get(line.kind) or _SIDE_TONES.get(line.name, "muted")
        if line.name == "start":
            return Mark(self.t("did_start", by=by), "ok", when)
        if line.people:
            said = self.t("did_people", by=by, act=act, people=self.names(line.people))
        elif line.kind == "return" and self.text(line.to):
            said = self.t("did_to", by=by, act=act, to=self.text(line.to))
        elif line.kind and line.kind != "submit":
            said = self.t("did_at", step=step, by=by, act=act)
        else:
            said = self.t("did", by=by, act=act)
        return Mark(said, tone, when, line.comment, lines)

    def _auto(self, line: Passed, step: str, act: str) -> str:
        t, to = self.t, self.text(line.to)
        if line.auto == "late":
            if line.name == "remind":
                return t("auto_remind", step=step)
            if line.name == "escalate":
                people = self.names(line.people)
                return t("auto_escalate", step=step, people=people) if people else t("auto_escalate_nobody", step=step)
            if line.name == "finish_failed":
                return t("auto_failed", step=step)
            return t("auto_finish", step=step, act=act or to)
        if line.auto == "short":
            return t("auto_short", step=step)
        if line.auto == "line":
            return t("auto_line", step=step, to=to)
        if line.auto == "joined":
            return t("auto_joined", step=step, act=act)
        if line.auto == "same_as_before":
            return t("auto_same", by=line.by, step=step)
        return t("auto_nobody", step=step)

    def _lines(self, line: Passed) -> Iterator[str]:
        fields = [f for n in line.detail.get("changed", ()) if (f := self._field(str(n)))]
        if fields:
            yield self.t("changed_fields", fields=self.names(fields))
        if "needs" in line.detail:
            yield self.t("takes_now", needs=line.detail["needs"], of=line.detail.get("of", line.detail["needs"]))

    def _field(self, name: str) -> str:
        spec = self.found.view.flow.entity.field(name)
        return self.text(spec.title) if spec else ""

    def _now(self, place: Stay) -> Mark:
        lines = [self._why(a) for a in place.asked[:NAMES]]
        if place.signed:
            lines.append(self.t("signed_of", n=len(place.signed), names=self.names(place.signed), needs=place.needs))
        elif place.people > 1:
            lines.append(self.t("needs_of", n=place.people, needs=place.needs))
        if place.in_turn and place.people > 1:
            lines.append(self.t("in_turn"))
        return Mark(self._waits(place), "warn", lines=tuple(lines))

    def _why(self, asked: Seat) -> str:
        name = self.t("me") if asked.account == self.account else asked.name
        if asked.opinion:
            name = self.t("opinion_asked", name=name)
        elif asked.waiting:
            name = self.t("turn_later", name=name)
        elif asked.seen and asked.account != self.account:
            name = self.t("has_seen", name=name)
        return self.t("because_of", name=name, why=self.text(asked.why))

    def _next(self, coming: Sequence[Coming]) -> Iterator[Mark]:
        beside = False
        for one in coming:
            step = self.text(one.title)
            people = self.names(a.name for a in one.people)
            lines = tuple(self._why(a) for a in one.people[:NAMES])
            if one.nobody:
                lines = (self.t("then_passed") if one.nobody == "pass" else self.t("then_returned"),)
            if one.end:
                said = self.t("then_end", step=step)
            elif one.branch and beside:
                said = self.t("then_beside", step=step, people=people)
            else:
                said = self.t("then_with", step=step, people=people) if people else self.t("then", step=step)
            beside = one.branch
            yield Mark(said, "next", lines=lines)

    # -- for the drawing ----------------------------------------------------------------------------------------------

    def come(self) -> Come:
        """How far it has come, for the picture."""
        view = self.found.view
        entries = view.path
        places = {s.id for s in view.flow.machine.spots.values()} | set(view.flow.machine.steps)
        been = {e.step for e in entries if e.step in places and e.act not in ("comment", "nudge", "cc")}
        been |= {e.to_step for e in entries if e.to_step in places}
        now = {p.id for p in self.found.places}
        if view.stored.state.status in ("passed", "refused"):
            now.add(view.stored.state.step)
        ways = {
            (_top(view, e.step), _top(view, e.to_step)) for e in entries if e.step in places and e.to_step in places
        }
        by = {p.id: self.names(a.name for a in p.asked if not a.waiting) for p in self.found.places}
        signers: dict[str, list[str]] = {}
        for e in entries:
            if e.by and e.step in places and "act" in e.labels:
                signers.setdefault(e.step, []).append(e.by)
        by = {step: self.names(names) for step, names in signers.items()} | by
        return Come(been, now, ways, by)


def _top(view: object, place: str) -> str:
    spots = view.flow.machine.spots  # type: ignore[attr-defined]
    return spots[place].top.id if place in spots else place


def _without_doubles(path: Sequence[Passed]) -> Iterator[Passed]:
    """The path without the beginning where the request was handed in at once."""
    for at, line in enumerate(path):
        after = path[at + 1] if at + 1 < len(path) else None
        at_once = after is not None and after.kind == "submit" and after.at == line.at and after.by == line.by
        if line.name != "start" or not at_once:
            yield line


def status_pill(status: str, lang: Lang, end: str = "") -> Pill | None:
    """How a case ended, None while it goes on. end: what the step is called that it ended in."""
    t = translator(lang)
    ends: dict[str, Pill] = {
        "passed": Pill(end or t("case_passed"), "ok"),
        "refused": Pill(end or t("case_refused"), "bad"),
        "cancelled": Pill(t("case_cancelled"), "bad"),
        "withdrawn": Pill(t("case_withdrawn"), "muted"),
    }
    return ends.get(status)


def due_pill(due: int | None, days: int | None, now: int, lang: Lang) -> Pill | None:
    """When something is due, in school days. days: until then, 0 today."""
    t = translator(lang)
    if due is None or days is None:
        return None
    if due < now:
        return Pill(t("due_past", n=-days) if days < 0 else t("due_past_now"), "bad")
    if days <= 0:
        return Pill(t("due_today"), "bad")
    return Pill(t("due_in_one") if days == 1 else t("due_in", n=days), "warn" if days <= 1 else "muted")
