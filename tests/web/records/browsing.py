"""What a browser makes of a page without a script: the fields of its form as they would be sent."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

import httpx

from tests.web.site import Visitor

Pairs = list[tuple[str, str]]


class FormReader(HTMLParser):
    """The fields of the form with an id, in their order; buttons and files are not among them."""

    def __init__(self, html: str, form: str) -> None:
        super().__init__(convert_charrefs=True)
        self.pairs: Pairs = []
        self.action = ""
        self.types: dict[str, str] = {}
        self._wanted = form
        self._inside = False
        self._aside = 0
        self._select: tuple[str, list[tuple[str, bool]]] | None = None
        self._area: tuple[str, list[str]] | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {k: v if v is not None else "" for k, v in attrs}
        if tag == "form":
            self._inside = found.get("id") == self._wanted
            self.action = found.get("action", "") if self._inside else self.action
        if tag == "template":
            self._aside += 1
        if not self._inside or self._aside:
            return
        name, value = found.get("name", ""), found.get("value", "")
        if tag == "input" and name:
            self.types[name] = found.get("type", "text")
            ticked = found.get("type") not in ("checkbox", "radio") or "checked" in found
            if ticked and found.get("type") != "file":
                self.pairs.append((name, value))
        elif tag == "select":
            self._select = (name, [])
        elif tag == "option" and self._select:
            self._select[1].append((value, "selected" in found))
        elif tag == "textarea":
            self._area = (name, [])

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self._aside -= 1
        elif tag == "form":
            self._inside = False
        elif tag == "select" and self._select:
            name, options = self._select
            chosen = [v for v, on in options if on] or [v for v, _ in options[:1]]
            self.pairs += [(name, v) for v in chosen[:1]]
            self._select = None
        elif tag == "textarea" and self._area:
            self.pairs.append((self._area[0], "".join(self._area[1]).removeprefix("\n")))
            self._area = None

    def handle_data(self, text: str) -> None:
        if self._area:
            self._area[1].append(text)


def fields_of(answer: httpx.Response, form: str = "form") -> Pairs:
    """The fields of a form of the page as they stand; the token comes from the visitor."""
    return [(n, v) for n, v in FormReader(answer.text, form).pairs if n != "csrf"]


def filled(pairs: Pairs, **changes: str) -> Pairs:
    """The fields with some of them typed anew; a name with `~` is written with `__` in front. Boxes become ticked."""
    found = [(n, v) for n, v in pairs if n not in changes and not (n.endswith("~text") and n[:-5] in changes)]
    return [*found, *changes.items()]


def value(pairs: Pairs, name: str) -> str:
    """The last value of a name."""
    return dict(pairs)[name]


def control(answer: httpx.Response, name: str) -> str:
    """The whole field around the control of a path: label, control, words."""
    at = answer.text.index(f'id="f-{name.replace("/", "-")}"')
    start = max(answer.text.rfind('<div class="f', 0, at), answer.text.rfind("<fieldset", 0, at))
    ends = [
        e
        for e in (
            answer.text.find('<div class="f', at),
            answer.text.find("<fieldset", at),
            answer.text.find("</section>", at),
        )
        if e > 0
    ]
    return unescape(answer.text[start : min(ends)])


def summary(answer: httpx.Response) -> list[str]:
    """The messages above a form that was not taken."""
    found = re.search(r'id="summary".*?<ul>(.*?)</ul>', answer.text, re.S)
    return [unescape(re.sub(r"<[^>]+>", "", x)) for x in re.findall(r"<li>(.*?)</li>", found[1], re.S)] if found else []


def rows(answer: httpx.Response) -> list[dict[str, str]]:
    """The rows of a list: what stands in each cell, by the heads of the columns."""
    head = re.search(r'<table class="list".*?<thead>(.*?)</thead>', answer.text, re.S)
    if head is None:
        return []
    titles = [words(h) for h in re.findall(r"<th[^>]*>(.*?)</th>", head[1], re.S)]
    body = answer.text[head.end() : answer.text.index("</tbody>", head.end())]
    found = []
    for row in re.findall(r"<tr(?: class=\"on\")?>(.*?)</tr>", body, re.S):
        cells = [words(c) for c in re.findall(r"<td[^>]*>(.*?)</td>", row, re.S)]
        found.append(dict(zip(titles, cells, strict=True)))
    return found


def words(html: str) -> str:
    """HTML without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def ids(answer: httpx.Response) -> list[int]:
    """The ids of the rows of a list, of their titles."""
    return [int(i) for i in re.findall(r'<td class="t"><a href="/r/\w+/(\d+)"', answer.text)]


async def submit(visitor: Visitor, path: str, *, button: str = "save", **changes: str) -> httpx.Response:
    """Open a form, type something into it and press a button."""
    page = await visitor.get(path)
    assert page.status_code == 200, (page.status_code, page.text[:300])
    pairs = filled(fields_of(page), **changes)
    return await visitor.post(FormReader(page.text, "form").action, [*pairs, ("~go", button)])


Anything = Any
