"""What templates are given: small frozen values, already in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

Tone = Literal["", "ok", "info", "warn", "bad", "muted"]
Kind = Literal["", "primary", "danger", "quiet"]


@dataclass(frozen=True, slots=True)
class Link:
    """Somewhere to go. icon: name in the sprite; count: shown as a badge when not empty; soft: a second line."""

    label: str
    href: str
    icon: str = ""
    current: bool = False
    count: str = ""
    soft: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Links under a heading."""

    label: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press: a link when `href` is set, else a submit button `name=value` of the form it stands in.

    key: letter that presses it; dialog: the page behind `href` opens over this one; confirm: asked before;
    why: address of the page that says why it cannot be pressed now, which is then where a press leads.
    """

    label: str
    href: str = ""
    name: str = ""
    value: str = ""
    kind: Kind = ""
    icon: str = ""
    key: str = ""
    dialog: bool = False
    confirm: str = ""
    formaction: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Pill:
    """A short word on a coloured ground, such as a status."""

    label: str
    tone: Tone = "muted"


@dataclass(frozen=True, slots=True)
class When:
    """A moment: `iso` for machines, `text` as people here write it, `full` for whoever wants to know exactly."""

    iso: str
    text: str
    full: str = ""


@dataclass(frozen=True, slots=True)
class Toast:
    """A message that goes away. undo: address to post to that takes the act back, "" when it is final; bad: it was not
    done; warn: it was done, and something about it is odd.
    """

    text: str
    undo: str = ""
    bad: bool = False
    warn: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """A message of the catalogue in the reader's language.

    field: id of the control it speaks of, "" for none; file, line, href: where a definition says it, and the address
    that is shown at.
    """

    text: str
    remedy: str = ""
    field: str = ""
    code: str = ""
    warning: bool = False
    line: int = 0
    href: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A message that stays on the page."""

    text: str
    tone: Tone = "info"
    title: str = ""
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """A label with its value. wide: takes the whole width; soft: small words under the value.

    reveal: address that shows a masked value after asking for the purpose.
    """

    label: str
    value: str | Markup
    wide: bool = False
    soft: str = ""
    reveal: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A titled part of a record page."""

    title: str
    pairs: tuple[Pair, ...] = ()
    body: Markup = Markup("")
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark on a timeline: who did what, when. tone "next" has not happened yet.

    says: the comment left; lines: small words under it, such as the old and new values or why this person.
    """

    text: str
    tone: Literal["ok", "info", "warn", "bad", "muted", "next"] = "muted"
    when: When | None = None
    says: str = ""
    lines: tuple[str | Markup, ...] = ()


@dataclass(frozen=True, slots=True)
class Stat:
    """A number with its name, and where a press leads."""

    label: str
    value: str
    href: str = ""
    pill: Pill | None = None
    soft: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart; `share` 0 to 100 is its length, `value` what is written beside it."""

    label: str
    share: float
    value: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a control."""

    value: str
    label: str
    chosen: bool = False
    soft: str = ""


@dataclass(frozen=True, slots=True)
class Branch:
    """A node of a tree."""

    label: str
    href: str = ""
    soft: str = ""
    open: bool = False
    current: bool = False
    below: tuple[Branch, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list. kind: t title, s state, n number, d date, "" text; sort: address that sorts by it, "" when
    it cannot be sorted; order: how the list is sorted by it now; name: the field's path, part of the id of that link.
    """

    label: str
    kind: Literal["", "t", "s", "n", "d"] = ""
    sort: str = ""
    name: str = ""
    order: Literal["", "ascending", "descending"] = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """One control of the filter bar. kind: select (with `choices`), text, date, number, or combobox, which looks its
    options up at `source` and shows `shown`.
    """

    name: str
    label: str
    kind: Literal["select", "text", "date", "number", "combobox"] = "select"
    value: str = ""
    choices: tuple[Choice, ...] = ()
    source: str = ""
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Pager:
    """Addresses of the pages before and after, "" when there is none; `shown` says which rows these are."""

    shown: str | Markup
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Shell:
    """What every page of somebody signed in carries.

    school: name of the school; person: name of who is signed in; nav: the side navigation; tabs: up to four of its
    links for the bottom of a phone; menu: further links under the person's name; toasts: messages of the last act;
    csrf: token of the session; path: address of this page, for going back to it; theme: auto, light, dark;
    keys: whether keyboard shortcuts work; find: what stands in the search box.
    """

    school: str
    person: str
    csrf: str
    path: str
    nav: tuple[Group, ...] = ()
    tabs: tuple[Link, ...] = ()
    menu: tuple[Link, ...] = ()
    toasts: tuple[Toast, ...] = ()
    theme: str = "auto"
    keys: bool = True
    find: str = ""

    @property
    def initial(self) -> str:
        """The first letter of the person's name."""
        return self.person[:1]


@dataclass(frozen=True, slots=True)
class Gate:
    """What a page for nobody in particular carries: sign-in, a certificate to verify, a notice of privacy."""

    school: str
    csrf: str
    path: str
    theme: str = "auto"
    toasts: Sequence[Toast] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a list of things: tasks, requests, hits.

    id: value of its tick box, "" when it has none; beside: address of the same page with this one opened beside it.
    """

    label: str
    href: str
    soft: str = ""
    pill: Pill | None = None
    current: bool = False
    id: str = ""
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """Entries under a heading, the way to all of them, and what is said when there are none."""

    label: str
    entries: tuple[Entry, ...]
    more: Link | None = None
    none: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars under a heading."""

    label: str
    bars: tuple[Bar, ...]
    more: Link | None = None


@dataclass(frozen=True, slots=True)
class Empty:
    """What a list says when nothing is in it: one sentence and one button."""

    text: str
    icon: str = "list"
    button: Button | None = None
