"""Telephone numbers, mailboxes, web addresses and bank cards."""

from __future__ import annotations

import re
from random import Random
from typing import Any
from urllib.parse import urlsplit

from ..diagnostics import Diagnostic, Place
from ..model import Column, Field, Model, Storage, Text
from .base import Caster, FieldType, Given, Key, Made, Operator, column_of, problem
from .clean import reading
from .keys import RULES
from .text import as_it_is, number_as_text, starred, text_schema


def _column(spec: Field) -> Column:
    return column_of(spec, Storage("text"))


def _number(raw: object, place: Place, given: Given, then: Any) -> Made | None:
    """Digits that a spreadsheet kept as a number."""
    if given.source == "import" and isinstance(raw, int | float) and not isinstance(raw, bool):
        return then(number_as_text(raw), place, given)  # type: ignore[no-any-return]
    return None


_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_LANDLINE = re.compile(r"(0(?:10|2\d|[3-9]\d{2}))-?([2-9]\d{6,7})(?:-(\d{1,6}))?", re.ASCII)
_SERVICE = re.compile(r"(?:[48]00-?\d{3}-?\d{4}|1[012]\d{1,3}|9\d{4,7})", re.ASCII)
_ABROAD = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
#: Digits of the shortest number that can be somebody's own; what is shorter is a service or unfinished.
_WHOLE = 7
_FILLING = re.compile(r"[\s()./]+")
_EXTENSION = re.compile(r"(?:转|ext\.?|x|#)", re.IGNORECASE)


def phone_of(text: str, mobile_only: bool = False) -> str:
    """The number in one way of writing, "" when it cannot be dialled.

    13812345678, 010-62751234, 010-62751234-801, 4008001234, +442071234567.
    """
    digits = _EXTENSION.sub("-", _FILLING.sub("", text))
    bare = digits.replace("-", "")
    for prefix in ("+86", "0086"):
        if bare.startswith(prefix):
            bare, digits = bare[len(prefix) :], digits.replace("-", "", 1)[len(prefix) :]
            digits = digits if digits.startswith("0") else "0" + digits
    if _MOBILE.fullmatch(bare):
        return bare
    if mobile_only:
        return ""
    if found := _LANDLINE.fullmatch(digits):
        return "-".join(part for part in found.groups() if part)
    if _SERVICE.fullmatch(digits):
        return bare
    if bare.startswith("00"):
        bare = "+" + bare[2:]
    return bare if _ABROAD.fullmatch(bare) else ""


def _phone(spec: Field, model: Model) -> Caster:
    title, mobile_only = spec.title, spec.options.get("kind") == "mobile"

    def read(text: str, place: Place, given: Given) -> Made:
        value = phone_of(text, mobile_only)
        if not value:
            return problem("REC_050", place, field=title)
        remarks = (Diagnostic("REC_071", place, {"field": title}),) if len(value) < _WHOLE else ()
        return value, remarks

    return reading(spec, read, lambda raw, place, given: _number(raw, place, given, read))


def mask_phone(value: Any) -> str:
    """138****7722; of other numbers the first three and the last two characters at most."""
    text = str(value)
    if _MOBILE.fullmatch(text):
        return f"{text[:3]}****{text[-4:]}"
    return f"{text[:3]}****{text[-2:]}" if len(text) >= 9 else "****"


_EMAIL = re.compile(r"[^\s@,;:<>()\[\]\\\"]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{0,61}[^\W_]")


def _email(spec: Field, model: Model) -> Caster:
    title = spec.title

    def read(text: str, place: Place, given: Given) -> Made:
        text = text.removeprefix("mailto:")
        if len(text) > 254 or ".." in text or not _EMAIL.fullmatch(text):
            return problem("REC_051", place, field=title)
        name, _, domain = text.rpartition("@")
        return f"{name}@{domain.lower()}", ()

    return reading(spec, read)


def mask_email(value: Any) -> str:
    """The first character and the domain."""
    name, at, domain = str(value).rpartition("@")
    return f"{name[:1]}***@{domain}" if at and not re.search(r"\d{8}", domain) else "***"


def _url(spec: Field, model: Model) -> Caster:
    title = spec.title

    def read(text: str, place: Place, given: Given) -> Made:
        whole = text if "://" in text else "https://" + text
        return (whole, ()) if _is_web(whole) else problem("REC_052", place, field=title)

    return _longer(spec, read)


def _longer(spec: Field, read: Any) -> Caster:
    # A web address may be longer than what `reading` takes; up to 2,000 characters are asked about.
    short = reading(spec, read)

    def cast(raw: object, place: Place, given: Given) -> Made:
        if isinstance(raw, str) and 200 < len(raw) <= 2_000 and raw.strip():
            return read(raw.strip(), place, given)  # type: ignore[no-any-return]
        return short(raw, place, given)

    return cast


def _is_web(text: str) -> bool:
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return False
    plain = text.isprintable() and not any(c in text for c in ' <>"\\^`{|}')
    return plain and parts.scheme in ("http", "https") and "." in host.strip(".") and not parts.username


def luhn(digits: str) -> bool:
    """Whether the digits fit their check digit (ISO/IEC 7812)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        n = int(digit) * (2 if place % 2 else 1)
        total += n - 9 if n > 9 else n
    return total % 10 == 0


def _bank_card(spec: Field, model: Model) -> Caster:
    title = spec.title

    def read(text: str, place: Place, given: Given) -> Made:
        digits = re.sub(r"[\s-]+", "", text)
        if not re.fullmatch(r"[0-9]{12,19}", digits):
            return problem("REC_053", place, field=title)
        remarks = () if luhn(digits) else (Diagnostic("REC_054", place, {"field": title}),)
        return digits, remarks

    return reading(spec, read)


def mask_card(value: Any) -> str:
    """The last four digits."""
    text = str(value)
    return f"**** **** **** {text[-4:]}" if len(text) >= 12 else "****"


def _phone_sample(spec: Field, model: Model, rng: Random) -> str:
    return f"1{rng.choice('356789')}{rng.randrange(10**9):09}"


def _card_sample(spec: Field, model: Model, rng: Random) -> str:
    head = "622202" + "".join(rng.choice("0123456789") for _ in range(12))
    return next(head + d for d in "0123456789" if luhn(head + d))


_FIND: tuple[Operator, ...] = ("eq", "in", "starts", "contains", "empty")

PHONE = FieldType(
    name="phone",
    title=Text("电话", "Telephone"),
    help=Text(
        "手机、带区号的固定电话、服务号码或以 + 开头的国外号码；存成同一种写法；短号只提醒。",
        "Mobile, landline with area code, service number, or +country; stored in one way of writing. A short number "
        "is a warning.",
    ),
    feel="string",
    keys=(
        Key("kind", "text", Text("mobile：只接受手机号。", "mobile: only mobile numbers."), ("any", "mobile")),
        *RULES,
    ),
    column=_column,
    caster=_phone,
    schema=lambda spec, model: text_schema(spec, 32, pattern="^[+0-9][0-9-]{2,31}$"),
    show=as_it_is,
    sample=_phone_sample,
    mask=mask_phone,
    widget="tel",
    operators=_FIND,
    convert_from=("text", "long_text", "integer"),
)

EMAIL = FieldType(
    name="email",
    title=Text("电子邮箱", "Email"),
    help=Text("一个邮箱地址；域名存成小写。", "One mailbox; the domain is stored in lower case."),
    feel="string",
    keys=RULES,
    column=_column,
    caster=_email,
    schema=lambda spec, model: text_schema(spec, 254, pattern="^[^\\s@]+@[^\\s@]+$"),
    show=as_it_is,
    sample=lambda spec, model, rng: f"u{rng.randrange(10**6)}@example.com",
    mask=mask_email,
    widget="email",
    operators=_FIND,
    convert_from=("text", "long_text"),
)

URL = FieldType(
    name="url",
    title=Text("网址", "Web address"),
    help=Text(
        "http 或 https 网址；没有写协议的补上 https。", "http or https; https is added where no scheme is written."
    ),
    feel="string",
    keys=RULES,
    column=_column,
    caster=_url,
    schema=lambda spec, model: text_schema(spec, 2_000, pattern="^https?://"),
    show=as_it_is,
    sample=lambda spec, model, rng: f"https://example.com/{rng.randrange(10**6)}",
    mask=starred,
    widget="url",
    operators=("eq", "contains", "starts", "empty"),
    convert_from=("text", "long_text"),
)

BANK_CARD = FieldType(
    name="bank_card",
    title=Text("银行卡号", "Bank card"),
    help=Text("12 到 19 位；校验位不符只提醒。", "12 to 19 digits; a wrong check digit is a warning."),
    feel="string",
    keys=RULES,
    column=_column,
    caster=_bank_card,
    schema=lambda spec, model: text_schema(spec, 19, pattern="^[0-9]{12,19}$"),
    show=lambda spec, model, lang: lambda value: " ".join(re.findall(".{1,4}", str(value))) if value else "",
    sample=_card_sample,
    mask=mask_card,
    operators=("eq", "empty"),
    convert_from=("text", "long_text"),
)

TYPES = (PHONE, EMAIL, URL, BANK_CARD)
