"""Every type: what it writes it reads, what it shows never fails, what it masks stays hidden."""

from __future__ import annotations

from random import Random
from typing import Any

import jsonschema
import orjson
import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st
from shuyuan.engine.diagnostics import Place, has_errors
from shuyuan.engine.fieldtypes import field_types, target_of, type_of
from shuyuan.engine.fieldtypes.stored import json_of, value_of
from shuyuan.engine.model import Field, FileRef, Ref, Storage

from .cases import MODEL, VARIANTS, given

PLACE = Place(path="item")
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40) | st.binary(max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
variants = st.sampled_from(VARIANTS)
seeds = st.integers(0, 2**32)


def name_of(spec: Field) -> str:
    return f"{spec.type} {dict(spec.options)}"


def reachable(spec: Field, value: Any) -> dict[str, Any]:
    """What a cast of the value needs to have been fetched."""
    files = value if isinstance(value, tuple) else (value,)
    return {
        "refs": {target_of(spec): {value.id: value}} if isinstance(value, Ref) else {},
        "files": {f.id: f for f in files if isinstance(f, FileRef)},
    }


def sample(spec: Field, seed: int) -> Any:
    return type_of(spec).sample(spec, MODEL, Random(seed))


@examples(variants, seeds)
def test_a_sample_comes_back_from_its_json(spec: Field, seed: int) -> None:
    value = sample(spec, seed)
    sent = orjson.loads(orjson.dumps(type_of(spec).to_json(value)))
    cast = type_of(spec).caster(spec, MODEL)
    assert cast(sent, PLACE, given(source="api", **reachable(spec, value))) == (value, ())


@examples(variants, seeds)
def test_a_sample_comes_back_from_what_the_form_control_holds(spec: Field, seed: int) -> None:
    value = sample(spec, seed)
    sent = type_of(spec).typed(spec, MODEL)(value)
    cast = type_of(spec).caster(spec, MODEL)
    assert cast(sent, PLACE, given(source="page", **reachable(spec, value))) == (value, ())


@examples(variants, seeds)
def test_a_sample_comes_back_from_its_column(spec: Field, seed: int) -> None:
    kind, value = type_of(spec), sample(spec, seed)
    column = kind.column(spec)
    if column is None:
        return
    stored = kind.to_stored(value) if kind.to_stored else value
    if column.storage == Storage("json"):
        stored = orjson.loads(orjson.dumps(stored))
    assert (kind.from_stored(stored) if kind.from_stored else stored) == value


@examples(variants, seeds)
def test_the_schema_of_a_type_admits_its_samples(spec: Field, seed: int) -> None:
    kind = type_of(spec)
    schema = kind.schema(spec, MODEL)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(orjson.loads(orjson.dumps(kind.to_json(sample(spec, seed)))))


@examples(variants, seeds)
def test_the_json_of_a_value_does_not_depend_on_who_writes_it(spec: Field, seed: int) -> None:
    value = sample(spec, seed)
    assert json_of(value) == type_of(spec).to_json(value)


@examples(variants, seeds)
def test_history_gives_back_the_value_it_was_given(spec: Field, seed: int) -> None:
    value = sample(spec, seed)
    written = orjson.loads(orjson.dumps(json_of(value)))
    if spec.type != "computed":
        assert value_of(spec, written) == value
    assert value_of(spec, None) is None


@examples(variants, seeds, st.sampled_from(["zh", "en"]))
def test_a_sample_and_nothing_can_both_be_shown_and_masked(spec: Field, seed: int, lang: str) -> None:
    show = type_of(spec).show(spec, MODEL, lang)
    assert show(None) == ""
    assert show(sample(spec, seed))
    assert type_of(spec).mask(sample(spec, seed))


@settings(max_examples=400)
@examples(variants, ANYTHING, st.sampled_from(["page", "api", "import", "bulk", "computed"]), st.booleans())
def test_anything_sent_gives_a_value_or_a_message_and_never_an_exception(
    spec: Field, raw: Any, source: Any, serials: bool
) -> None:
    kind = type_of(spec)
    value, found = kind.caster(spec, MODEL)(raw, PLACE, given(source=source, serials=serials))
    assert spec.type == "rows" or value is None or not has_errors(found)
    for diagnostic in found:
        assert diagnostic.place.path.startswith("item")
    if value is not None and not has_errors(found):
        kind.show(spec, MODEL, "zh")(value)
        kind.mask(value)
        orjson.dumps(kind.to_json(value))


@examples(variants, seeds)
def test_text_without_content_is_nothing(spec: Field, seed: int) -> None:
    cast = type_of(spec).caster(spec, MODEL)
    for empty in (None, "", "   ", "\u3000\t"):
        value, found = cast(empty, PLACE, given())
        assert value is None
        assert not found or spec.options.get("min") or spec.options.get("minItems") or spec.type == "rows"


SECRET = ("resident_id", "student_code", "phone", "bank_card")


@examples(st.sampled_from(SECRET), seeds)
def test_a_mask_lets_no_eight_characters_in_a_row_through(kind: str, seed: int) -> None:
    spec = next(v for v in VARIANTS if v.type == kind)
    value = sample(spec, seed)
    masked = field_types()[kind].mask(value)
    assert not any(value[at : at + 8] in masked for at in range(len(value) - 7))


@examples(st.sampled_from(SECRET), st.text(max_size=60))
def test_a_mask_hides_what_should_never_have_been_stored_too(kind: str, value: str) -> None:
    masked = field_types()[kind].mask(value)
    assert not any(value[at : at + 8] in masked for at in range(len(value) - 7) if set(value[at : at + 8]) != {"*"})


@examples(variants, seeds)
def test_an_id_number_in_any_field_does_not_survive_a_mask(spec: Field, seed: int) -> None:
    secret = "330106201003074512"
    kind = type_of(spec)
    if kind.feel == "string":
        assert secret[4:14] not in kind.mask(f"浙江省杭州市西湖区{secret}")


@pytest.mark.parametrize("spec", VARIANTS, ids=name_of)
def test_the_options_of_the_cases_are_in_order(spec: Field) -> None:
    assert type_of(spec).check(spec) == ()
