"""Rendering an answer: a whole page in its frame, or the block that was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..render.env import environment, render, render_block
from ..render.words import Lang

#: Ids that htmx or the script may ask for, and the block of a template that holds them.
PARTS = {"list": "list", "panel": "panel", "dialog-body": "panel"}


def part_of(template: str, lang: Lang, target: str) -> str:
    """The block of the template that answers a request for `target`; "" when the whole page does."""
    block = PARTS.get(target, "")
    return block if block and block in environment(lang).get_template(template).blocks else ""


def shown(template: str, lang: Lang, values: Mapping[str, Any], part: str = "") -> str:
    """The text of the answer. Raises UndefinedError when a value that the template declares is missing."""
    return render_block(template, part, lang, **values) if part else render(template, lang, **values)
