"""A case as the value its template is given: answers, where it stands, the buttons that work and why others do not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup
from shuyuan.engine import CaseRead, Offer, Ref, Version, face_of

from .case_path import Teller
from .form import faces_of, shown_value
from .page_values import Case, Difference
from .safe import ready
from .values import Button, Choice, Kind, Link, Note, Pair, Problem, When
from .words import Lang, translator

#: Acts that name people are asked for on a page of their own.
NAMING = frozenset({"hand_over", "delegate", "add_signer", "remove_signer", "cc", "assign"})
#: Acts whose words stand in the box of the page.
SAYING = frozenset({"comment", "answer", "cancel"})
#: What whoever has nothing to sign finds as buttons instead of in the menu.
PLAIN = ("answer", "withdraw", "nudge", "take_back", "comment")
_ICONS = {
    "submit": "check", "approve": "approve", "reject": "reject", "return": "return", "other": "right",
    "hand_over": "hand-over", "delegate": "comment", "answer": "comment", "add_signer": "plus",
    "remove_signer": "minus", "comment": "comment", "nudge": "bell", "cc": "copy", "withdraw": "withdraw",
    "cancel": "close", "take_back": "undo", "assign": "user",
}  # fmt: skip
_KINDS: dict[str, Kind] = {"submit": "primary", "approve": "primary", "reject": "danger"}


@dataclass(frozen=True, slots=True)
class Typed:
    """What was sent and is shown again. fields: controls of what may be changed at this step."""

    comment: str = ""
    to: str = ""
    problems: tuple[Problem, ...] = ()
    notes: tuple[Note, ...] = ()
    fields: Markup = Markup("")
    uploads: bool = False
    live: str = ""


class CaseWriter:
    """Writes one case for one person."""

    def __init__(
        self, found: CaseRead, version: Version, lang: Lang, account: int, when: Callable[[int], When]
    ) -> None:
        self.found = found
        self.version = version
        self.lang = lang
        self.t = translator(lang)
        self.when = when
        self.teller = Teller(found, lang, account, when)

    @property
    def address(self) -> str:
        """Where its page is."""
        return f"/cases/{self.found.view.stored.state.id}"

    @property
    def label(self) -> str:
        """What the record is called, "" where the person does not see it."""
        return self.found.detail.record.label if self.found.detail else ""

    @property
    def title(self) -> str:
        """The workflow with the record it is about."""
        title = self.found.view.flow.workflow.title.get(self.lang)
        return self.t("case_of", title=title, label=self.label) if self.label else title

    def case(self, typed: Typed, *, once: str, stock: Sequence[str], beside: bool = False, next_: str = "") -> Case:
        """The value of the template. beside: it stands beside a list; next_: where to go on to after an act."""
        found, stored, t = self.found, self.found.view.stored, self.t
        pairs, files = answers(self.version, found, self._form(), self.lang) if found.detail else ((), ())
        acts, more = self._buttons()
        says = any(o.enabled and (o.task or o.act in SAYING) for o in found.offers)
        said = {p.field: p.text for p in typed.problems}
        notes = (*typed.notes, *self._returned())
        if found.detail is None:
            notes = (*notes, Note(t("hidden_answers"), "info"))
        return Case(
            title=self.title,
            soft=t("case_soft", name=stored.state.requester_name, when=self.when(stored.opened_at).text),
            pill=self.teller.pill(),
            pairs=pairs,
            path=self.teller.path(),
            post=self.address,
            href=self.address if beside else "",
            stands=self.teller.stands(),
            due=self.teller.due(),
            record=self._record(),
            files=files,
            notes=notes,
            differences=tuple(self._differences()),
            fields=typed.fields,
            uploads=typed.uploads,
            live=typed.live,
            acts=acts,
            more=more,
            targets=self._targets(typed.to),
            target_error=said.get("f-~to", ""),
            says=says,
            stock=tuple(stock) if any(o.enabled and o.kind in ("approve", "reject") for o in found.offers) else (),
            comment=typed.comment,
            comment_help=self._comment_help() if says else "",
            comment_error=said.get("f-~comment", ""),
            problems=typed.problems,
            version=str(stored.state.version),
            once=once,
            next=next_,
            why="" if acts or stored.state.status != "open" else f"{self.address}/why",
        )

    def _returned(self) -> Iterator[Note]:
        """What whoever sent it back to this person wants changed."""
        state, acts = self.found.view.stored.state, [p for p in self.found.path if p.kind]
        mine = any(a.account == self.teller.account for p in self.found.places for a in p.asked)
        if state.status == "open" and mine and acts and acts[-1].kind == "return":
            last = acts[-1]
            title = self.t("returned_by", by=last.by, act=last.act.get(self.lang), when=self.when(last.at).text)
            yield Note(last.comment, "warn", title)

    def _form(self) -> str:
        flow = self.found.view.flow.workflow
        return flow.form if flow.form in self.version.model.forms else ""

    def _record(self) -> Link | None:
        detail = self.found.detail
        if detail is None:
            return None
        title = self.version.entity(detail.record.entity).title.get(self.lang)
        return Link(detail.record.label or title, f"/r/{detail.record.entity}/{detail.record.id}")

    # -- buttons ------------------------------------------------------------------------------------------------------

    def _buttons(self) -> tuple[tuple[Button, ...], tuple[Button, ...]]:
        """The buttons that stand in the open, and those of the menu: further acts, then what cannot be done now."""
        usable = [o for o in self.found.offers if o.enabled]
        signing = [o for o in usable if o.task]
        plain = [o for name in PLAIN for o in usable if not signing and not o.task and o.act == name]
        first = signing or plain
        doubled = {o.act for o in signing if sum(s.act == o.act for s in signing) > 1}
        acts = tuple(self._button(o, o.act in doubled, first is plain and o is plain[0]) for o in first)
        rest = [o for o in usable if o not in first]
        closed = [o for o in self.found.offers if not o.enabled and signing]
        return acts, (*(self._button(o) for o in rest), *(self._closed(o) for o in closed))

    def _button(self, offer: Offer, doubled: bool = False, leads: bool = False) -> Button:
        title = offer.title.get(self.lang)
        if doubled:
            step = self.found.view.flow.machine.title(offer.step).get(self.lang)
            title = self.t("branch_act", act=title, step=step)
        icon = _ICONS.get(offer.act) or _ICONS[offer.kind]
        if offer.act in NAMING:
            query = urlencode({"act": offer.act})
            return Button(title, f"{self.address}/ask?{query}", icon=icon, dialog=True)
        kind: Kind = _KINDS.get(offer.kind, "") if offer.task else "primary" if leads and offer.act == "answer" else ""
        return Button(
            title,
            name="~act",
            value=f"{offer.act}.{offer.task}",
            kind=kind,
            icon=icon,
            key="a" if kind == "primary" else "",
            confirm=self._confirm(offer),
        )

    def _confirm(self, offer: Offer) -> str:
        if offer.act == "cancel" and not offer.task:
            return self.t("confirm_cancel")
        flow, state = self.found.view.flow, self.found.view.stored.state
        if offer.act == "withdraw" and not offer.task:
            back = flow.workflow.withdraw.to if flow.workflow.withdraw else ""
            if not back or flow.machine.names.get(back) == state.step:
                return self.t("confirm_give_up")
        return ""

    def _closed(self, offer: Offer) -> Button:
        icon = _ICONS.get(offer.act) or _ICONS[offer.kind]
        why = f"{self.address}/why?{urlencode({'act': offer.act})}"
        return Button(offer.title.get(self.lang), icon=icon, why=why)

    def _targets(self, chosen: str) -> tuple[Choice, ...]:
        """The steps a return may lead to, where there is something to choose."""
        found = {t.name: t for o in self.found.offers if o.enabled and "to" in o.needs for t in o.targets}
        return tuple(Choice(t.name, t.title.get(self.lang), t.name == chosen) for t in found.values())

    def _comment_help(self) -> str:
        needing = [o.title.get(self.lang) for o in self.found.offers if o.enabled and "comment" in o.needs]
        names = self.teller.names(needing)
        return self.t("comment_for", acts=names) if names else self.t("comment_free")

    def _differences(self) -> Iterator[Difference]:
        """What the first open button that changes anything beside the step changes, as far as this person sees it."""
        named = [s.act for s in self.found.settings if any(o.act == s.act and o.task for o in self.found.offers)]
        for one in self.found.settings:
            if one.act == named[0] if named else False:
                show = face_of(self.version.model, one.field).show(self.lang)
                yield Difference(one.title.get(self.lang), _shown(show, one.old), _shown(show, one.new))


def _shown(show: Callable[[Any], str], value: Any) -> str:
    """A value as expressions give it, in words."""
    if isinstance(value, Ref):
        return value.label or show(value)
    return show(value)


def answers(version: Version, found: CaseRead, form: str, lang: Lang) -> tuple[tuple[Pair, ...], tuple[Link, ...]]:
    """The answers of a record that are there and not to be changed here, in the order of the form, and its files."""
    detail = found.detail
    if detail is None:
        return (), ()
    entity = detail.record.entity
    faces = faces_of(version, entity)
    asked = [i.name for s in version.model.forms[form].sections for line in s.lines for i in line] if form else []
    pairs, files = [], []
    for name in dict.fromkeys([*asked, *faces]):
        face = faces.get(name)
        if face is None or name in detail.hidden or name in found.edit or face.spec.type == "state":
            continue
        if name in detail.masked:
            reveal = f"/r/{entity}/{detail.record.id}/reveal?field={name}" if "reveal" in detail.may else ""
            pairs.append(Pair(face.title.get(lang), detail.masked[name].text, reveal=reveal))
            continue
        value = detail.record.values.get(name)
        if value is None or value == () or (face.readonly and name not in asked):
            continue
        if face.shape == "file":
            many = value if isinstance(value, tuple) else (value,)
            files += [Link(f.name, f"/files/{f.id}", soft=face.title.get(lang)) for f in many]
            continue
        pairs.append(Pair(face.title.get(lang), ready(shown_value(face, lang)(value))))
    return tuple(pairs), tuple(files)
