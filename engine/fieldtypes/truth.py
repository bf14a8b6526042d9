"""Yes or no."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..diagnostics import Place
from ..model import Field, Model, Storage, Text
from .base import NOTHING, Caster, FieldType, Given, Key, Made, column_of, problem
from .clean import LONG, clip, got, half
from .keys import RULES
from .text import starred

_YES = frozenset(("true", "on", "yes", "y", "t", "1", "是", "有", "对", "真", "√", "✓", "✔"))
_NO = frozenset(("false", "off", "no", "n", "f", "0", "否", "无", "没有", "错", "假", "×", "✗", "✘"))


def _labels(spec: Field, lang: str) -> tuple[str, str]:
    yes = spec.options.get("yes") or Text("是", "Yes")
    no = spec.options.get("no") or Text("否", "No")
    return tuple(v.get(lang) if isinstance(v, Text) else str(v) for v in (yes, no))  # type: ignore[return-value]


def _caster(spec: Field, model: Model) -> Caster:
    title = spec.title
    words = dict.fromkeys(_YES, True) | dict.fromkeys(_NO, False)
    for lang in ("zh", "en"):
        yes, no = _labels(spec, lang)
        words |= {yes.lower(): True, no.lower(): False}

    def cast(raw: Any, place: Place, given: Given) -> Made:
        if raw is None or raw is True or raw is False:
            return raw, ()
        if isinstance(raw, int | float) and raw in (0, 1):
            return bool(raw), ()
        if not isinstance(raw, str):
            return problem("REC_068", place, field=title, got=got(raw))
        text = half(raw).lower() if len(raw) <= LONG else "…"
        if not text:
            return NOTHING
        found = words.get(text)
        return problem("REC_015", place, field=title, typed=clip(raw)) if found is None else (found, ())

    return cast


def _show(spec: Field, model: Model, lang: str) -> Callable[[Any], str]:
    yes, no = _labels(spec, lang)
    return lambda value: "" if value is None else yes if value else no


BOOLEAN = FieldType(
    name="boolean",
    title=Text("是否", "Yes or no"),
    help=Text("是或否；没有回答是第三种情况。", "Yes or no; not answered is neither."),
    feel="boolean",
    keys=(
        Key("yes", "text", Text("代替“是”的词。", "Word shown instead of Yes.")),
        Key("no", "text", Text("代替“否”的词。", "Word shown instead of No.")),
        *RULES,
    ),
    column=lambda spec: column_of(spec, Storage("boolean")),
    caster=_caster,
    schema=lambda spec, model: {"type": "boolean"},
    show=_show,
    typed=lambda spec, model: lambda value: "true" if value else "false",
    sample=lambda spec, model, rng: rng.random() < 0.5,
    mask=starred,
    widget="checkbox",
    cell="check",
    operators=("eq", "empty"),
    convert_from=("text", "integer", "choice"),
)

TYPES = (BOOLEAN,)
