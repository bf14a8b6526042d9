"""Templates get exactly what they say they need, in both languages, and contain nothing the headers forbid."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, get_args

import pytest
from jinja2 import meta
from jinja2.exceptions import UndefinedError
from shuyuan.web.render import account_values, page_values, plan_values, values
from shuyuan.web.render.assets import FOLDER as STATIC
from shuyuan.web.render.env import FOLDER, MACROS, environment, icon, render, render_block
from shuyuan.web.render.words import LANGS, SAID_BY_SCRIPT, Lang, translator, words

from tests.web.look.sample_pages import pages
from tests.web.look.samples import Samples

WEB = Path(FOLDER).parent
FILES = sorted(p.relative_to(FOLDER).as_posix() for p in FOLDER.rglob("*.html"))
WHOLE = [f for f in FILES if not f.startswith("macros/")]
PAGES = [(lang, path) for lang in LANGS for path in pages(Samples(lang))]


#: Given to every page by whoever renders it.
FRAME = {"shell", "gate"}


def declared(name: str) -> dict[str, str]:
    """Names and types in the comment at the top of a template."""
    top = re.match(r"\{#-\n(.*?)-#\}", (FOLDER / name).read_text(encoding="utf-8"), re.S)
    assert top, f"{name} does not say what it needs"
    return dict(re.findall(r"^([a-z_]+): ([^—\n]+?)(?: —.*)?$", top[1], re.M))


def used(name: str) -> set[str]:
    env = environment("zh")
    tree = env.parse((FOLDER / name).read_text(encoding="utf-8"))
    return meta.find_undeclared_variables(tree) - set(env.globals)


@pytest.mark.parametrize("name", WHOLE)
def test_a_template_uses_what_it_declares_and_nothing_else(name: str) -> None:
    assert used(name) - FRAME == set(declared(name)) - FRAME


@pytest.mark.parametrize("name", WHOLE)
def test_the_types_a_template_names_exist(name: str) -> None:
    plain = {"str", "int", "bool", "tuple", "dict", "frozenset", "None", "Markup"}
    known = plain.union(*(vars(part) for part in (values, page_values, account_values, plan_values)))
    assert {word for kind in declared(name).values() for word in re.findall(r"[A-Za-z]+", kind)} <= known


@pytest.mark.parametrize(("lang", "path"), PAGES)
def test_the_gallery_gives_every_page_exactly_what_it_declares(lang: Lang, path: str) -> None:
    template, given = pages(Samples(lang))[path]
    assert set(given) - FRAME == set(declared(template)) - FRAME


def test_the_gallery_shows_every_page() -> None:
    shown = {template for template, _ in pages(Samples("zh")).values()}
    assert shown == {f for f in WHOLE if not f.startswith("partials/")} - {"base.html", "signed_out.html"}


def test_a_value_left_out_is_an_error_and_not_a_gap() -> None:
    template, given = pages(Samples("zh"))["/search"]
    with pytest.raises(UndefinedError):
        render(template, "zh", **{k: v for k, v in given.items() if k != "q"})


class Walk(HTMLParser):
    """What a page is made of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: Counter[str] = Counter()
        self.inline: list[str] = []
        self.addressed: set[str] = set()
        self.icons: set[str] = set()
        self.posts_without_token = 0
        self._posting = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {k: v or "" for k, v in attrs}
        if "id" in found:
            self.ids[found["id"]] += 1
        self.inline += [f"{tag} {k}" for k in found if k == "style" or k.startswith(("on", "hx-on"))]
        self.inline += [
            f"{tag} {k}={v}" for k, v in found.items() if v.strip().lower().startswith(("javascript:", "js:"))
        ]
        self.inline += ["inline script"] if tag == "script" and "src" not in found else []
        self.inline += ["inline style"] if tag == "style" else []
        for name in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
            self.addressed.update(found.get(name, "").split())
        if tag == "a" and found.get("href", "").startswith("#") and len(found["href"]) > 1:
            self.addressed.add(found["href"][1:])
        if tag == "use":
            self.icons.add(found["href"].split("#")[1])
        if tag == "form" and found.get("method") == "post":
            self._posting = True
        elif self._posting and tag in ("input", "button"):
            self.posts_without_token += found.get("name") != "csrf"
            self._posting = False


@pytest.mark.parametrize(("lang", "path"), PAGES)
def test_a_page_keeps_to_the_rules(lang: Lang, path: str) -> None:
    template, given = pages(Samples(lang))[path]
    page = render(template, lang, **given)
    seen = Walk(page)
    assert seen.inline == [], "no style, script or handler inside a page"
    assert [i for i, n in seen.ids.items() if n > 1] == [], "an id stands once"
    assert seen.addressed - set(seen.ids) == set(), "what is pointed at is there"
    assert seen.posts_without_token == 0, "the token comes first in every form that posts"
    assert len(page) < 40_000


def test_every_icon_that_is_used_is_in_the_sprite() -> None:
    there = set(re.findall(r'symbol id="([a-z-]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))
    found = {
        name
        for lang, path in PAGES[: len(PAGES) // 2]
        for name in Walk(render(pages(Samples(lang))[path][0], lang, **pages(Samples(lang))[path][1])).icons
    }
    assert found <= there


def test_an_icon_says_nothing_aloud() -> None:
    assert 'aria-hidden="true"' in icon("home") and icon("home").count("<svg") == 1


@pytest.mark.parametrize(
    ("template", "block", "path"),
    [("list.html", "list", "/list"), ("inbox.html", "panel", "/inbox"), ("ask.html", "panel", "/ask")],
)
def test_a_block_is_rendered_alone_as_it_stands_in_the_page(template: str, block: str, path: str) -> None:
    given = pages(Samples("zh"))[path][1]
    part = render_block(template, block, "zh", **given)
    assert "<html" not in part and part.strip() in render(template, "zh", **given)


@pytest.mark.parametrize(
    "hostile",
    ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onfocus='x", "</textarea><svg onload=alert(1)>"],
)
def test_text_from_outside_is_text_on_every_page(hostile: str) -> None:
    for path, (template, given) in pages(Samples("zh")).items():
        page = render(template, "zh", **{k: poisoned(v, hostile) for k, v in given.items()})
        assert "<script>alert" not in page and "<img src=x" not in page, path
        assert Walk(page).inline == [], path


def poisoned(value: Any, hostile: str) -> Any:
    """The value with every text in it hostile; addresses and compiled markup stay."""
    if type(value) is str:
        return value if value.startswith(("/", "f-", "?")) or value in KEPT else hostile
    if isinstance(value, tuple):
        return tuple(poisoned(v, hostile) for v in value)
    if hasattr(value, "__dataclass_fields__"):
        made = {}
        for name in value.__dataclass_fields__:
            old = getattr(value, name)
            made[name] = old if name in LITERAL else poisoned(old, hostile)
        return type(value)(**made)
    return value


#: Fields of values whose words are ours: names of icons, tones, kinds.
LITERAL = {"icon", "tone", "kind", "key", "order", "theme", "csrf", "href", "post", "undo", "why", "reveal", "sort"}
KEPT = {
    "",
    *(w for kind in (values.Tone, values.Kind) for w in get_args(kind)),
    *("search", "check", "list", "shield", "auto"),
}


# --- words -----------------------------------------------------------------------------------------------------------


def sources() -> list[str]:
    lists = set((WEB / "render").glob("words*.py"))
    return [p.read_text(encoding="utf-8") for kind in ("*.html", "*.py") for p in WEB.rglob(kind) if p not in lists]


def said() -> set[str]:
    return {key for source in sources() for key in re.findall(r'\bt\(\s*"([a-z_]+)"', source)} | set(SAID_BY_SCRIPT)


def test_every_word_that_is_said_exists_and_every_word_is_said() -> None:
    assert said() - set(words()) == set()
    named = {key for source in sources() for key in re.findall(r'"([a-z_]+)"', source)}
    begun = tuple({key for source in sources() for key in re.findall(r'\bt\(\s*f"([a-z]\w+_)\{', source)})
    assert [key for key in words() if key not in said() | named and not key.startswith(begun)] == []


def test_every_word_exists_in_both_languages_with_the_same_slots() -> None:
    for key, (zh, en) in words().items():
        assert zh and en, key
        assert set(re.findall(r"\{(\w+)\}", zh)) == set(re.findall(r"\{(\w+)\}", en)), key
        assert key.startswith(("lang", "other_lang")) or not re.search(r"[\u4e00-\u9fff]", en), key


@pytest.mark.parametrize(
    "avoided", ["请", "非法", "无效", "invalid", "please", "this field is required", "操作完成", "oops", "sorry"]
)
def test_words_neither_plead_nor_blame(avoided: str) -> None:
    found = [
        key
        for key, both in words().items()
        if any(avoided in word.lower().replace("申请", "").replace("请求", "").replace("请假", "") for word in both)
    ]
    assert found == []


def test_a_word_is_filled_with_its_values() -> None:
    assert translator("zh")("ticked", n=3) == "已选 3 条"
    assert translator("en")("ticked", n=3) == "3 ticked"
    with pytest.raises(KeyError):
        translator("zh")("no_such_word")


def test_macros_are_known_to_every_template() -> None:
    assert set(MACROS) <= set(environment("en").globals)
