"""The template environments, one per language, and how a page or a part of it is rendered."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jinja_partials
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from markupsafe import Markup, escape

from .assets import asset
from .words import Lang, script_words, translator

FOLDER = Path(__file__).resolve().parent.parent / "templates"

#: Files of macros, by which name every template calls them.
MACROS = ("ui", "widgets", "lists", "diffs", "codes")

#: How htmx behaves here. Refusals leave the page as it is (the answer brings a toast); only 422 and 409 are shown in
#: place. Going back loads the page afresh. No second attribute prefix, no extensions, no style sheet of its own.
HTMX = {
    "includeIndicatorCSS": False,
    "history": "reload",
    "extensions": "none",
    "prefix": "",
    "noSwap": [204, 304, 400, 401, 403, 404, 405, 413, 429, "5xx"],
    "defaultTimeout": 30000,
}


@cache
def icon(name: str) -> Markup:
    """The icon of that name in the sprite; it says nothing to a screen reader."""
    address = asset("icons.svg")
    return Markup('<svg class="i" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>').format(address, name)


class Constants(Extension):
    """Writes words, icons and addresses into a template when it is read, which halves the time of a page."""

    CALL = re.compile(r'\{\{ (t|icon|asset)\("([^"]+)"\) \}\}')

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """The source with calls such as `{{ icon("home") }}` replaced by what they give."""
        known: dict[str, Any] = self.environment.globals
        return self.CALL.sub(lambda found: str(escape(known[found[1]](found[2]))), source)


@cache
def environment(lang: Lang) -> Environment:
    """The environment of a language; everything but a page's own values is known to every template and macro."""
    env = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
        extensions=[Constants],
    )
    env.globals.update(
        t=translator(lang),
        lang=lang,
        icon=icon,
        asset=asset,
        htmx_config=json.dumps(HTMX, separators=(",", ":")),
        script_words=script_words(lang),
    )
    jinja_partials.register_environment(env, markup=True)
    for name in MACROS:
        env.globals[name] = env.get_template(f"macros/{name}.html").module
    return env


def render(template: str, lang: Lang, /, **values: Any) -> str:
    """A whole page. Raises UndefinedError when a declared value is missing."""
    return environment(lang).get_template(template).render(values)


def page_blocks(template: str, lang: Lang, values: Mapping[str, Any]) -> tuple[str, str, str]:
    """Title, header and main part of a page that extends `base.html`, without the frame around them."""
    found = environment(lang).get_template(template)
    context = found.new_context(dict(values))
    blocks = found.blocks
    title, header, main = (
        "".join(blocks[name](context)) if name in blocks else "" for name in ("title", "header", "main")
    )
    return title, header, main


def render_block(template: str, block: str, lang: Lang, /, **values: Any) -> str:
    """One block of a page, for an answer that replaces a part of it. Raises KeyError when there is no such block."""
    found = environment(lang).get_template(template)
    return "".join(found.blocks[block](found.new_context(values)))
