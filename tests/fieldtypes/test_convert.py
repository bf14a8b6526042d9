"""A field gets another type: what its stored values become."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st
from shuyuan.engine.diagnostics import Place
from shuyuan.engine.fieldtypes import field_types, type_of
from shuyuan.engine.fieldtypes.convert import can_convert, conversion
from shuyuan.engine.model import Ref

from .cases import MODEL, VARIANTS, a_field, given

CASES: list[tuple[str, Any, str, Any]] = [
    ("integer", 7, "text", "7"),
    ("integer", 7, "decimal", Decimal(7)),
    ("text", "１２", "integer", 12),
    ("text", "开放", "choice", "open"),
    ("choice", "open", "text", "开放"),
    ("code", "51", "text", "父亲"),
    ("choice", "open", "multi_choice", ("open",)),
    ("multi_choice", ("open",), "choice", "open"),
    ("multi_choice", ("open", "closed"), "text", "开放、关闭"),
    ("boolean", True, "text", "是"),
    ("date", date(2026, 3, 1), "text", "2026-03-01"),
    ("datetime", datetime(2026, 2, 28, 17, tzinfo=UTC), "date", date(2026, 3, 1)),
    ("link", Ref(4, "三班"), "class", Ref(4)),
    ("link", Ref(4, "三班"), "text", "三班"),
    ("decimal", Decimal("0.85"), "percent", Decimal("0.85")),
]


@pytest.mark.parametrize(("old", "value", "new", "becomes"), CASES)
def test_a_retype_keeps_what_can_be_kept(old: str, value: Any, new: str, becomes: Any) -> None:
    before, after = a_field(old), a_field(new)
    assert can_convert(before, after)
    assert conversion(before, after, MODEL, MODEL)(value, Place(), given(source="import")) == (becomes, ())


def test_what_cannot_be_kept_is_reported_and_not_guessed() -> None:
    for old, value, new, code in [
        ("text", "soon", "date", "REC_016"),
        ("multi_choice", ("open", "closed"), "choice", "REC_024"),
        ("decimal", Decimal("1.5"), "integer", "REC_010"),
    ]:
        got, found = conversion(a_field(old), a_field(new), MODEL, MODEL)(value, Place(), given())
        assert got is None
        assert [d.code for d in found] == [code]


@examples(st.sampled_from(VARIANTS), st.sampled_from(VARIANTS), st.integers(0, 2**32))
def test_a_declared_conversion_never_fails_with_an_exception(old: Any, new: Any, seed: int) -> None:
    if can_convert(old, new):
        value = type_of(old).sample(old, MODEL, Random(seed))
        conversion(old, new, MODEL, MODEL)(value, Place(), given())


def test_text_can_be_made_of_every_plain_value() -> None:
    plain = {n for n, k in field_types().items() if k.shape in ("value", "list") and n not in ("text", "long_text")}
    assert plain <= set(field_types()["text"].convert_from)
