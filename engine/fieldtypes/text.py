"""Text, long text, names of people and addresses."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Any
from unicodedata import normalize

from ..diagnostics import Diagnostic, Place
from ..model import Column, Field, Model, Storage, Text
from .base import NOTHING, Caster, FieldType, Given, Made, column_of, problem
from .clean import HUGE, got, scrubbed, storable
from .keys import LENGTHS, PATTERN, RULES, all_of, between, compiled, ordered_keys, readable_pattern

_LINE = 500
_LONG = 20_000
_Tidy = Callable[[str], str]


def _column(spec: Field) -> Column:
    return column_of(spec, Storage("text"))


def _caster(lines: bool, usual: int, tidy: _Tidy | None = None) -> Callable[[Field, Model], Caster]:
    def caster(spec: Field, model: Model) -> Caster:
        most = int(spec.options.get("maxLength", usual))
        least = int(spec.options.get("minLength", 0))
        title = spec.title
        finish = _rest(spec, least)

        def cast(raw: Any, place: Place, given: Given) -> Made:
            if raw is None:
                return NOTHING
            if not isinstance(raw, str):
                if given.source != "import" or not isinstance(raw, int | float | Decimal):
                    return problem("REC_005", place, field=title, got=got(raw))
                raw = number_as_text(raw)
            if len(raw) > HUGE:
                return problem("REC_062", place, field=title, size=f"{len(raw):,}")
            value = raw.strip()
            if not value:
                return NOTHING
            if not value.isprintable():
                value = scrubbed(value, lines)
                if not storable(value):
                    return problem("REC_069", place, field=title)
            elif not value.isascii():
                value = normalize("NFC", value)
            if tidy:
                value = tidy(value)
            if len(value) > most:
                return problem("REC_006", place, field=title, max=most, count=len(value))
            if finish is None:
                return (value, ()) if value else NOTHING
            return finish(value, place) if value else NOTHING

        return cast

    return caster


def _rest(spec: Field, least: int) -> Callable[[str, Place], Made] | None:
    """The checks that few fields have; None when this one has none of them."""
    pattern = spec.options.get("pattern")
    program = compiled(str(pattern)) if pattern else None
    says = spec.options.get("patternHelp") or Text()
    title = spec.title

    def finish(value: str, place: Place) -> Made:
        if len(value) < least:
            return problem("REC_007", place, field=title, min=least, count=len(value))
        if program is not None and not program.search(value):
            return problem("REC_008", place, field=title, says=says)
        return value, ()

    return finish if least or program is not None else None


def number_as_text(raw: Any) -> str:
    """A number of a spreadsheet cell as a person would write it: 20260012.0 is 20260012."""
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15:
        return str(int(raw))
    return format(raw, "f") if isinstance(raw, Decimal) else str(raw)


def text_schema(spec: Field, usual: int, **more: Any) -> dict[str, Any]:
    """The JSON Schema of a text with the limits the field declares."""
    schema: dict[str, Any] = {"type": "string", "maxLength": int(spec.options.get("maxLength", usual))}
    if spec.options.get("minLength"):
        schema["minLength"] = int(spec.options["minLength"])
    if spec.options.get("pattern"):
        schema["pattern"] = str(spec.options["pattern"])
    return schema | more


def as_it_is(spec: Field, model: Model, lang: str) -> Callable[[Any], str]:
    """Shows a text as it is stored."""
    return lambda value: "" if value is None else str(value)


def starred(value: Any) -> str:
    """A mask that keeps nothing."""
    return "***"


def _sample(words: str, usual: int) -> Callable[[Field, Model, Random], str]:
    def sample(spec: Field, model: Model, rng: Random) -> str:
        most = min(int(spec.options.get("maxLength", usual)), 12)
        least = int(spec.options.get("minLength", 1)) or 1
        count = rng.randint(least, max(least, most))
        return "".join(rng.choice(words) for _ in range(count))

    return sample


def _check(most: int) -> Callable[[Field], tuple[Diagnostic, ...]]:
    return all_of(
        between("minLength", 0, most),
        between("maxLength", 1, most),
        ordered_keys("minLength", "maxLength"),
        readable_pattern,
    )


_HAN = "〇㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff"
_GAP = re.compile(f"(?<=[{_HAN}])\\s+(?=[{_HAN}])")
_DOT = re.compile(f"(?<=[{_HAN}])\\s*[•・.‧∙⋅᛫.]\\s*(?=[{_HAN}])")
_SPACES = re.compile(r"\s+")


def tidy_name(value: str) -> str:
    """A name without gaps between Chinese characters, with the one dot that names of ethnic groups use."""
    value = _GAP.sub("", value) if " " in value or "\u3000" in value else value
    return _SPACES.sub(" ", _DOT.sub("·", value))


def mask_name(value: Any) -> str:
    """The first character, and stars for the rest."""
    name = str(value).strip()
    return name[0] + "*" * min(max(len(name) - 1, 1), 3) if name else ""


# Province and city may be missing; the district ends the part that is shown.
_DISTRICT = re.compile(
    r"^(?:.{2,12}?(?:特别行政区|自治区|省))?(?:.{2,12}?(?:自治州|地区|市|盟))?(?:.{1,12}?(?:自治县|区|县|旗|市))?"
)


def mask_address(value: Any) -> str:
    """The address down to the district: no street, no house, no digit."""
    found = _DISTRICT.match(str(value))
    head = found.group() if found else ""
    return "***" if not head or any(c.isdigit() for c in head) else head + "***"


def _name_sample(spec: Field, model: Model, rng: Random) -> str:
    return rng.choice("张王李赵陈刘杨黄周吴") + "".join(
        rng.choice("子涵欣怡浩宇梓萱") for _ in range(rng.randint(1, 2))
    )


def _address_sample(spec: Field, model: Model, rng: Random) -> str:
    return f"浙江省杭州市西湖区文三路{rng.randint(1, 999)}号"


_PLAIN = (
    "text", "long_text", "person_name", "address", "email", "url", "phone", "student_code", "serial", "code",
    "choice", "integer", "decimal", "money", "percent", "boolean", "date", "time", "datetime", "resident_id",
    "bank_card", "sex", "ethnic_group", "state", "duration", "multi_choice", "link", "geo",
)  # fmt: skip

TEXT = FieldType(
    name="text",
    title=Text("单行文字", "Text"),
    help=Text(
        f"一行文字，默认最多 {_LINE} 个字。", f"One line; at most {_LINE} characters unless maxLength says more."
    ),
    feel="string",
    keys=(*LENGTHS, *PATTERN, *RULES),
    column=_column,
    caster=_caster(False, _LINE),
    schema=lambda spec, model: text_schema(spec, _LINE),
    show=as_it_is,
    sample=_sample("春江花月夜abcXYZ012，。", _LINE),
    mask=starred,
    check=_check(5_000),
    operators=("eq", "ne", "in", "contains", "starts", "empty"),
    convert_from=tuple(n for n in _PLAIN if n != "text"),
)

LONG_TEXT = replace(
    TEXT,
    name="long_text",
    title=Text("多行文字", "Long text"),
    help=Text(
        f"多行文字，默认最多 {_LONG} 个字。", f"Several lines; at most {_LONG} characters unless maxLength says more."
    ),
    caster=_caster(True, _LONG),
    schema=lambda spec, model: text_schema(spec, _LONG),
    check=_check(HUGE),
    widget="textarea",
    operators=("contains", "empty"),
    convert_from=tuple(n for n in _PLAIN if n != "long_text"),
)

PERSON_NAME = replace(
    TEXT,
    name="person_name",
    title=Text("姓名", "Name of a person"),
    help=Text(
        "人的姓名，默认最多 60 个字；汉字之间的空格会去掉，间隔号统一为“·”。",
        "At most 60 characters; gaps between Chinese characters go, the dot in names is unified.",
    ),
    caster=_caster(False, 60, tidy_name),
    schema=lambda spec, model: text_schema(spec, 60),
    sample=_name_sample,
    mask=mask_name,
    check=_check(200),
    convert_from=("text", "long_text"),
)

ADDRESS = replace(
    TEXT,
    name="address",
    title=Text("地址", "Address"),
    help=Text("地址，默认最多 200 个字；遮盖时只露到区县。", "At most 200 characters; masked down to the district."),
    caster=_caster(False, 200),
    schema=lambda spec, model: text_schema(spec, 200),
    sample=_address_sample,
    mask=mask_address,
    check=_check(1_000),
    operators=("contains", "starts", "empty"),
    convert_from=("text", "long_text"),
)

TYPES = (TEXT, LONG_TEXT, PERSON_NAME, ADDRESS)
