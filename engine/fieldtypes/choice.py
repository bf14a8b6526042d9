"""Choosing from options written in the definition, or from a code list; sex and ethnic group are code lists by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from random import Random
from typing import Any

from ..diagnostics import Diagnostic, Place, did_you_mean
from ..model import Code, CodeList, Field, Model, Option, Storage, Text
from .base import NOTHING, Caster, FieldType, Given, Key, Made, codelist_of, column_of, problem
from .clean import LONG, clip, got, half
from .keys import ITEMS, RULES, all_of, between, needs, ordered_keys, remark
from .text import number_as_text, starred

_SEPARATORS = re.compile(r"[,，、;；|\n/]+")
#: More codes than this are not listed in a JSON Schema.
_LISTED = 300


def choices_of(spec: Field, model: Model) -> tuple[Option, ...]:
    """The options of a choice field; of a state field without its own, the steps of its workflow."""
    if spec.choices or spec.type != "state":
        return spec.choices
    flow = model.workflows.get(str(spec.options.get("of", "")))
    if flow is None:
        return ()
    tones = {"ok": "ok", "failed": "bad", "": "info"}
    return tuple(Option(s.id, s.name, s.title, tones[s.end]) for s in flow.steps)


def codes_of(spec: Field, model: Model) -> tuple[Code, ...]:
    """The codes of the field's list, () when the list is missing."""
    found = model.codelists.get(codelist_of(spec))
    return found.codes if found else ()


@dataclass(frozen=True, slots=True)
class _Names:
    """The names a field takes, and the shown words that stand for them on pages and in spreadsheets."""

    known: Mapping[str, Text]
    shown: Mapping[str, str]
    near: Callable[[str], str]

    def read(self, raw: Any, place: Place, given: Given) -> Made:
        """The name meant by `raw`; ("", ()) stands for text that is not among the names."""
        if given.source == "import" and isinstance(raw, int | float) and not isinstance(raw, bool):
            raw = number_as_text(raw)
        if not isinstance(raw, str):
            return None, ()
        if raw in self.known:
            return raw, ()
        if len(raw) > LONG:
            return "", ()
        text = half(raw)
        if text in self.known:
            return text, ()
        return ("" if given.source == "api" else self.shown.get(text.lower(), "")), ()


def _names(pairs: Iterable[tuple[str, Text]]) -> _Names:
    known = dict(pairs)
    shown: dict[str, str] = {}
    for name, title in known.items():
        for word in (title.zh, title.en, name):
            shown.setdefault(half(word).lower(), name)
    words = [*known, *(t.zh for t in known.values() if t.zh)]
    # Long lists take long to compare, and sheets repeat the same mistake thousands of times.
    near = lru_cache(256)(lambda raw: did_you_mean(raw, words) if len(words) <= _LISTED else "")
    return _Names(known, shown, near)


def _unknown(code: str, spec: Field, names: _Names, raw: object, place: Place) -> Made:
    near = names.near(clip(raw))
    hint = Text(f"是不是“{near}”？", f"Did you mean “{near}”?") if near else Text()
    listed = [(name, title) for name, title in names.known.items()][:12]
    more = "…" if len(names.known) > len(listed) else ""
    options = Text(
        "、".join(title.get("zh") or name for name, title in listed) + more,
        ", ".join(title.get("en") or name for name, title in listed) + more,
    )
    return problem(code, place, field=spec.title, typed=clip(raw), hint=hint, options=options)


def _choice(spec: Field, model: Model) -> Caster:
    names = _names((o.name, o.title) for o in choices_of(spec, model))
    known, title = names.known, spec.title

    def cast(raw: Any, place: Place, given: Given) -> Made:
        if raw.__class__ is str and raw in known:
            return raw, ()
        if raw is None or raw == "" or (isinstance(raw, str) and not raw.strip()):
            return NOTHING
        found, _ = names.read(raw, place, given)
        if found is None:
            return problem("REC_068", place, field=title, got=got(raw))
        return (found, ()) if found else _unknown("REC_024", spec, names, raw, place)

    return cast


def _several(spec: Field, model: Model) -> Caster:
    names = _names((o.name, o.title) for o in choices_of(spec, model))
    order = {name: at for at, name in enumerate(names.known)}
    least, most = int(spec.options.get("minItems", 0)), int(spec.options.get("maxItems", len(order)))
    title = spec.title

    def cast(raw: Any, place: Place, given: Given) -> Made:
        parts = _parts(raw, given)
        if parts is None:
            return problem("REC_068", place, field=title, got=got(raw))
        chosen = set()
        for part in parts:
            found, _ = names.read(part, place, given)
            if not found:
                return _unknown("REC_024", spec, names, part, place)
            chosen.add(found)
        if not chosen:
            return NOTHING
        if len(chosen) < least:
            return problem("REC_025", place, field=title, min=least, count=len(chosen))
        if len(chosen) > most:
            return problem("REC_026", place, field=title, max=most, count=len(chosen))
        return tuple(sorted(chosen, key=order.__getitem__)), ()

    return cast


def _parts(raw: Any, given: Given) -> list[Any] | None:
    """The single choices of what was sent: a list, or text with separators from a page or a sheet."""
    if raw is None:
        return []
    if isinstance(raw, str):
        if len(raw) > 10_000:
            return None
        return [raw] if given.source == "api" and raw else [p for p in _SEPARATORS.split(raw) if p.strip()]
    if isinstance(raw, list | tuple) and len(raw) <= 1_000:
        return [p for p in raw if p not in ("", None)] if given.source != "api" else list(raw)
    return None


def in_force(code: Code, given: Given) -> bool:
    """Whether the code may be chosen on the day of the cast."""
    if code.valid_from is None and code.valid_to is None:
        return True
    day = given.today
    return not ((code.valid_from and day < code.valid_from) or (code.valid_to and day > code.valid_to))


def _code(spec: Field, model: Model) -> Caster:
    codes = {c.code: c for c in codes_of(spec, model)}
    # A later entry wins a shared title: lists keep abolished codes in front of those that replaced them.
    names = _names((c.code, c.title) for c in sorted(codes.values(), key=lambda c: c.valid_to is not None))
    title = spec.title

    def cast(raw: Any, place: Place, given: Given) -> Made:
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return NOTHING
        found, _ = names.read(raw, place, given)
        if found is None:
            return problem("REC_068", place, field=title, got=got(raw))
        if not found:
            return _unknown("REC_027", spec, names, raw, place)
        code = codes[found]
        if not in_force(code, given):
            day = given.today.isoformat()
            return problem("REC_028", place, field=title, code=found, title=code.title, day=day)
        return found, ()

    return cast


def _titles(spec: Field, model: Model, lang: str) -> dict[str, str]:
    return {o.name: o.title.get(lang) or o.name for o in choices_of(spec, model)}


def _show(spec: Field, model: Model, lang: str) -> Callable[[Any], str]:
    titles = _titles(spec, model, lang)
    return lambda value: "" if value is None else titles.get(value, str(value))


def _show_several(spec: Field, model: Model, lang: str) -> Callable[[Any], str]:
    titles = _titles(spec, model, lang)
    between_words = "、" if lang == "zh" else ", "
    return lambda value: between_words.join(titles.get(v, str(v)) for v in value or ())


def _show_code(spec: Field, model: Model, lang: str) -> Callable[[Any], str]:
    titles = {c.code: c.title.get(lang) or c.code for c in codes_of(spec, model)}
    return lambda value: "" if value is None else titles.get(value, str(value))


def _schema(spec: Field, model: Model) -> dict[str, Any]:
    return {"type": "string", "enum": [o.name for o in choices_of(spec, model)]}


def _schema_several(spec: Field, model: Model) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "array", "uniqueItems": True, "items": _schema(spec, model)}
    return found | {k.name: int(spec.options[k.name]) for k in ITEMS if k.name in spec.options}


def _schema_code(spec: Field, model: Model) -> dict[str, Any]:
    codes = [c.code for c in codes_of(spec, model)]
    listed = {"enum": codes} if 0 < len(codes) <= _LISTED else {"maxLength": LONG}
    return {"type": "string", **listed, "x-shuyuan-codelist": codelist_of(spec)}


def _sample(spec: Field, model: Model, rng: Random) -> Any:
    options = choices_of(spec, model)
    return rng.choice(options).name if options else None


def _sample_several(spec: Field, model: Model, rng: Random) -> Any:
    names = [o.name for o in choices_of(spec, model)]
    least = max(int(spec.options.get("minItems", 1)), 1)
    most = min(int(spec.options.get("maxItems", len(names))), len(names))
    chosen = set(rng.sample(names, rng.randint(min(least, most), most))) if names else set()
    return tuple(n for n in names if n in chosen) or None


def _sample_code(spec: Field, model: Model, rng: Random) -> Any:
    codes = [c.code for c in codes_of(spec, model) if c.valid_from is None and c.valid_to is None]
    return rng.choice(codes) if codes else None


def _options_fit(spec: Field) -> tuple[Diagnostic, ...]:
    names = [o.name for o in spec.choices]
    if not names:
        return (remark("REC_104", spec, "choices"),)
    doubled = sorted({n for n in names if names.count(n) > 1})
    return tuple(remark("REC_105", spec, "choices", name=n) for n in doubled)


_OPTIONS = Key(
    "choices", "options", Text("选项，各有名称和标题。", "The options, each with name and title."), required=True
)
_LIST = Key("list", "codelist", Text("代码表的名称。", "Name of the code list."), required=True)

CHOICE = FieldType(
    name="choice",
    title=Text("单选", "Choice"),
    help=Text("从定义里的选项中选一个；存选项的名称。", "One of the options of the definition; its name is stored."),
    feel="string",
    keys=(_OPTIONS, *RULES),
    column=lambda spec: column_of(spec, Storage("text")),
    caster=_choice,
    schema=_schema,
    show=_show,
    sample=_sample,
    mask=starred,
    widget="select",
    cell="pill",
    check=_options_fit,
    operators=("eq", "ne", "in", "empty"),
    convert_from=("text", "code", "boolean", "integer", "multi_choice"),
)

MULTI_CHOICE = replace(
    CHOICE,
    name="multi_choice",
    title=Text("多选", "Several choices"),
    help=Text("从选项中选若干个，按定义里的顺序存放。", "Some of the options, kept in the order of the definition."),
    feel="list<string>",
    keys=(_OPTIONS, *ITEMS, *RULES),
    shape="list",
    column=lambda spec: column_of(spec, Storage("json")),
    caster=_several,
    schema=_schema_several,
    to_json=list,
    from_json=tuple,
    to_stored=list,
    from_stored=tuple,
    show=_show_several,
    typed=lambda spec, model: list,
    sample=_sample_several,
    widget="checkboxes",
    check=all_of(
        _options_fit, between("minItems", 0, 1_000), between("maxItems", 1, 1_000), ordered_keys("minItems", "maxItems")
    ),
    operators=("contains", "empty"),
    convert_from=("choice", "text"),
)

CODE = replace(
    CHOICE,
    name="code",
    title=Text("代码", "Code"),
    help=Text(
        "从代码表中选一个；存代码。代码有生效和失效日期，停用的代码旧记录可以保留，不能新选。",
        "One code of a list; the code is stored. Codes have validity dates: old records keep a code that went out of "
        "force, nobody can choose it anew.",
    ),
    keys=(_LIST, *RULES),
    caster=_code,
    schema=_schema_code,
    show=_show_code,
    sample=_sample_code,
    widget="combobox",
    cell="text",
    check=needs((_LIST,)),
    operators=("eq", "ne", "in", "starts", "empty"),
    convert_from=("text", "choice", "integer", "code", "sex", "ethnic_group"),
)


def _of_list(name: str, codelist: str, zh: str, en: str, source: str) -> FieldType:
    return replace(
        CODE,
        name=name,
        title=Text(zh, en),
        help=Text(f"代码表 {codelist}（{source}）中的一个。", f"One code of the list {codelist} ({source})."),
        keys=(replace(_LIST, required=False), *RULES),
        codelist=codelist,
        check=partial(_nothing),
        widget="select" if name == "sex" else "combobox",
    )


def _nothing(spec: Field) -> tuple[Diagnostic, ...]:
    return ()


TYPES = (
    CHOICE,
    MULTI_CHOICE,
    CODE,
    _of_list("sex", "sex", "性别", "Sex", "GB/T 2261.1"),
    _of_list("ethnic_group", "ethnic_group", "民族", "Ethnic group", "GB/T 3304"),
)

__all__ = ["CHOICE", "CODE", "MULTI_CHOICE", "TYPES", "CodeList", "choices_of", "codes_of", "in_force"]
