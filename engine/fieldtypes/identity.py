"""The resident id number (GB 11643) and the 学籍号, the number a pupil keeps for life."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from operator import mul
from random import Random
from typing import Any

from ..diagnostics import Diagnostic, Place
from ..model import Code, Column, Field, Model, Storage, Text
from .base import Caster, FieldType, Given, Made, column_of, problem
from .clean import reading
from .keys import RULES
from .text import as_it_is, text_schema

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_SHAPE = re.compile(r"[0-9]{17}[0-9X]")

# First two digits, GB/T 2260: provinces; 81-83 are residence permits for people from Hong Kong, Macau and Taiwan.
_PROVINCES = frozenset(
    str(n) for n in (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66))
) | {"71", "81", "82", "83"}
# Permanent residence cards for foreigners (2023): 9, the province where it was asked for, the nationality.
_FOREIGN = "9"

#: Code list of county codes; with it the first six digits are compared, without it only the province is.
REGIONS = "region"


def check_character(first17: str) -> str:
    """The last character of an id number by ISO 7064 MOD 11-2. `first17`: 17 ASCII digits."""
    return _CHECK[sum(map(mul, map(int, first17), _WEIGHTS)) % 11]


def birth_of(number: str) -> date | None:
    """The birth date in an 18-character id number, None when these digits are no date."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def upgraded(old: str) -> str:
    """The 18-character form of a 15-digit number: these were given out to people born from 1900 to 1999."""
    longer = f"{old[:6]}19{old[6:]}"
    return longer + check_character(longer)


def fault_of(number: str, given: Given) -> str:
    """The code of the message why `number` (18 characters) is no id number, "" when it is one."""
    if not _SHAPE.fullmatch(number):
        return "REC_042"
    born = birth_of(number)
    if born is None or born.year < 1850 or (born.year >= given.now.year and born > given.today):
        return "REC_043"
    return "" if check_character(number[:17]) == number[17] else "REC_044"


def _region_remark(number: str, regions: dict[str, Code]) -> str:
    if number[0] == _FOREIGN and number[1:3] in _PROVINCES:
        return ""
    if number[:2] not in _PROVINCES:
        return "REC_045"
    if not regions or number[:2] in ("81", "82", "83"):
        return ""
    region = regions.get(number[:6])
    if region is None:
        return "REC_045"
    born = birth_of(number)
    return "REC_046" if region.valid_to and born and region.valid_to < born else ""


def _caster(spec: Field, model: Model) -> Caster:
    title = spec.title
    listed = model.codelists.get(REGIONS)
    regions = {c.code: c for c in listed.codes} if listed else {}

    def read(text: str, place: Place, given: Given) -> Made:
        number = re.sub(r"[\s-]+", "", text).upper()
        remarks: tuple[Diagnostic, ...] = ()
        if len(number) == 15 and number.isascii() and number.isdecimal():
            number = upgraded(number)
            remarks = (Diagnostic("REC_047", place, {"field": title}),)
        if len(number) != 18:
            return problem("REC_041", place, field=title, count=len(number))
        if fault := fault_of(number, given):
            return problem(fault, place, field=title)
        if remark := _region_remark(number, regions):
            remarks += (Diagnostic(remark, place, {"field": title}),)
        return number, remarks

    return reading(spec, read)


def _student_code(spec: Field, model: Model) -> Caster:
    title = spec.title

    def read(text: str, place: Place, given: Given) -> Made:
        code = re.sub(r"[\s-]+", "", text).upper()
        if len(code) != 19 or code[0] not in "GLJ" or not _SHAPE.fullmatch(code[1:]):
            return problem("REC_048", place, field=title)
        wrong = code[0] == "G" and fault_of(code[1:], given)
        return code, (Diagnostic("REC_049", place, {"field": title}),) if wrong else ()

    return reading(spec, read)


def mask_id(value: Any) -> str:
    """The first three and the last four characters; of anything too short for that, nothing."""
    text = str(value)
    return f"{text[:3]}{'*' * (len(text) - 7)}{text[-4:]}" if len(text) >= 15 else "*" * 8


def _sample(spec: Field, model: Model, rng: Random) -> str:
    listed = model.codelists.get(REGIONS)
    regions = [c.code for c in listed.codes if len(c.code) == 6 and not c.valid_to] if listed else []
    region = rng.choice(regions or ["110101", "330106", "440305", "510104"])
    born = date.fromordinal(rng.randint(date(1990, 1, 1).toordinal(), date(2019, 12, 31).toordinal()))
    first17 = f"{region}{born:%Y%m%d}{rng.randrange(1, 1000):03}"
    return first17 + check_character(first17)


def _column(spec: Field) -> Column:
    return column_of(spec, Storage("text"))


RESIDENT_ID = FieldType(
    name="resident_id",
    title=Text("身份证号", "Resident id"),
    help=Text(
        "18 位公民身份号码：位数、出生日期、校验位有错就拒绝，地区代码不认识只提醒；15 位旧号换算成 18 位。",
        "18 characters: length, birth date and check character are errors, an unknown region is a warning; old "
        "15-digit numbers are converted.",
    ),
    feel="string",
    keys=RULES,
    column=_column,
    caster=_caster,
    schema=lambda spec, model: text_schema(spec, 18, pattern="^[0-9]{17}[0-9X]$"),
    show=as_it_is,
    sample=_sample,
    mask=mask_id,
    operators=("eq", "empty"),
    convert_from=("text",),
)

STUDENT_CODE = replace(
    RESIDENT_ID,
    name="student_code",
    title=Text("学籍号", "Registry code of a pupil"),
    help=Text(
        "G 加身份证号为终身学籍号，L 为临时，J 为没有证件；日后证件号改变，学籍号可以不变。",
        "G with the id number is for life, L is temporary, J is without an id card; a later change of the id number "
        "may leave it as it is.",
    ),
    caster=_student_code,
    schema=lambda spec, model: text_schema(spec, 19, pattern="^[GLJ][0-9]{17}[0-9X]$"),
    sample=lambda spec, model, rng: "G" + _sample(spec, model, rng),
)

TYPES = (RESIDENT_ID, STUDENT_CODE)
