"""What policies mean: closer rules beat wider ones, any deny wins for what is sensitive, nothing comes by default."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from shuyuan.engine.diagnostics import words
from shuyuan.engine.model import OPERATIONS, SYSTEM, Actor, Grant, Grantline, Reach, Ref, Slot, Sql
from shuyuan.engine.policy import (
    Access,
    Facts,
    Varies,
    check_policies,
    compile_access,
    reaches,
    unknown_scopes,
    why,
)

from .school import NOW, line, school, town

TOWN = town(Random(1))
ZONE = ZoneInfo("Asia/Shanghai")


def someone(*grants: Grant, **more: Any) -> Actor:
    return Actor(9, "somebody", grants=grants, **more)


def access(**policies: Sequence[Grantline]) -> Access:
    return compile_access(school(policies), "sqlite")


def pupil(unit: int | None = 7, **values: Any) -> Facts:
    """A student in unit 7, which lies below 4, 2 and 1."""
    return Facts(1000, values, TOWN.tree.above(unit), NOW)


#: policies, grants, operation -> verdicts of name, phone (sensitive), remark (group "office"); "" for no right at all.
MEANINGS: list[tuple[str, dict[str, list[Grantline]], list[Grant], str, str]] = [
    ("nothing is given by default", {}, [Grant("a")], "see", ""),
    ("a role that is not held gives nothing", {"b": [line("student", "see")]}, [Grant("a")], "see", ""),
    ("a line of another entity gives nothing", {"a": [line("book", "see")]}, [Grant("a")], "see", ""),
    ("everywhere is everywhere", {"a": [line("student", "see")]}, [Grant("a")], "see", "show show show"),
    ("a unit reaches what lies below", {"a": [line("student", "see")]}, [Grant("a", 2)], "see", "show show show"),
    ("a unit reaches nothing beside it", {"a": [line("student", "see")]}, [Grant("a", 3)], "see", ""),
    ("nowhere reaches nothing", {"a": [line("student", "see")]}, [Grant("a", 0)], "see", ""),
    (
        "scope all reaches beyond the unit",
        {"a": [line("student", "see", scope="all")]},
        [Grant("a", 3)],
        "see",
        "show show show",
    ),
    ("a star is every entity", {"a": [line("*", "see")]}, [Grant("a")], "see", "show show show"),
    ("only the named fields", {"a": [line("student", "see", fields="name")]}, [Grant("a")], "see", "show hide hide"),
    ("all but the named fields", {"a": [line("student", "see", but="office")]}, [Grant("a")], "see", "show show hide"),
    ("a group masked", {"a": [line("student", "see", mask="contact")]}, [Grant("a")], "see", "show mask show"),
    (
        "masked in the export too",
        {"a": [line("student", "see export", mask="contact")]},
        [Grant("a")],
        "export",
        "show mask show",
    ),
    ("nothing is exported that is not seen", {"a": [line("student", "export")]}, [Grant("a")], "export", ""),
    (
        "a field hidden on the page is hidden in the export",
        {"a": [line("student", "see", but="contact"), line("student", "export")]},
        [Grant("a")],
        "export",
        "show hide show",
    ),
    (
        "what is masked can be revealed",
        {"a": [line("student", "see reveal", mask="contact")]},
        [Grant("a")],
        "reveal",
        "show show show",
    ),
    (
        "what is hidden cannot be revealed",
        {"a": [line("student", "see reveal", but="contact")]},
        [Grant("a")],
        "reveal",
        "show hide show",
    ),
    (
        "a mask wins over any other role for what is sensitive",
        {"a": [line("student", "see", mask="contact office", scope="all")], "b": [line("student", "see")]},
        [Grant("a"), Grant("b", 7)],
        "see",
        "show mask show",
    ),
    (
        "a closer mask wins over a wider line",
        {"a": [line("student", "see", mask="office")], "b": [line("student", "see", scope="all")]},
        [Grant("a", 4), Grant("b")],
        "see",
        "show show mask",
    ),
    (
        "a deny of a sensitive field wins from afar",
        {"a": [line("student", deny="see", fields="contact", scope="all")], "b": [line("student", "see")]},
        [Grant("a"), Grant("b", 7)],
        "see",
        "show hide show",
    ),
    (
        "a closer line beats a wider deny of a plain field",
        {"a": [line("student", deny="see", fields="office")], "b": [line("student", "see")]},
        [Grant("a", 2), Grant("b", 4)],
        "see",
        "show show show",
    ),
    (
        "at the same level deny beats allow",
        {"a": [line("student", deny="see", fields="office")], "b": [line("student", "see")]},
        [Grant("a", 4), Grant("b", 4)],
        "see",
        "show show hide",
    ),
    (
        "a deny of the record beats a wider line",
        {"a": [line("student", deny="see")], "b": [line("student", "see")]},
        [Grant("a", 4), Grant("b", 2)],
        "see",
        "",
    ),
    (
        "a closer line beats a wider deny of the record, except for what is sensitive",
        {"a": [line("student", deny="see")], "b": [line("student", "see")]},
        [Grant("a", 2), Grant("b", 4)],
        "see",
        "show hide show",
    ),
    (
        "a deny with a rule denies only what fits",
        {"a": [line("student", "see"), line("student", deny="see", where='state = "left"')]},
        [Grant("a")],
        "see",
        "show show show",
    ),
    ("nobody edits what is not seen", {"a": [line("student", "edit")]}, [Grant("a")], "edit", ""),
    (
        "a rule lets through what fits",
        {"a": [line("student", "see", where='state = "open"')]},
        [Grant("a")],
        "see",
        "show show show",
    ),
    (
        "a rule hides what does not fit",
        {"a": [line("student", "see", where='state = "left"')]},
        [Grant("a")],
        "see",
        "",
    ),
    ("a rule over nothing hides", {"a": [line("student", "see", where="score > 1")]}, [Grant("a")], "see", ""),
    (
        "a rule over nothing hides, also under not",
        {"a": [line("student", "see", where="not(score > 1)")]},
        [Grant("a")],
        "see",
        "",
    ),
]


@pytest.mark.parametrize(
    ("policies", "grants", "operation", "expected"), [m[1:] for m in MEANINGS], ids=[m[0] for m in MEANINGS]
)
def test_meaning(policies: dict[str, list[Grantline]], grants: list[Grant], operation: Any, expected: str) -> None:
    single = access(**policies).single(someone(*grants), "student", operation, pupil(state="open"))
    assert single.allowed == bool(expected)
    if expected:
        assert " ".join(single.fields[f] for f in ("f10", "f14", "f18")) == expected


def test_the_system_sees_and_writes_everything() -> None:
    product = access().product(SYSTEM, "student", "edit")
    assert product.predicate == Sql("TRUE")
    assert set(product.fields.values()) == {"show"} and all(product.writable.values())


def test_the_text_is_the_same_however_many_units() -> None:
    rules = access(
        a=[line("student", "see edit", mask="contact")], b=[line("student", deny="see", where="tutor = actor")]
    )
    few = rules.product(someone(Grant("a", 1), Grant("b", 2)), "student", "see")
    many = rules.product(someone(*(Grant("a", n) for n in range(500)), Grant("b", 7)), "student", "see")
    assert few is many
    reach = [(Reach("a", tuple(range(n))), Reach("b", (1, 2))) for n in (3, 500)]
    read = [rules.product(someone(Grant("a", 1), Grant("b", 2), reach=r), "student", "see") for r in reach]
    assert read[0] is read[1] and "sy_unit_tree" not in rules.product(SYSTEM, "student", "see").predicate.text


def test_one_unit_is_compared_and_roles_that_reach_units_are_looked_up_together() -> None:
    rules = access(
        a=[line("student", "see")], b=[line("student", "see")], c=[line("student", "see", where="score > 1")]
    )
    one = rules.product(someone(Grant("a", 7), reach=(Reach("a", (7,)),)), "student", "see")
    assert one.predicate == Sql("r.unit = ?", (Slot("unit:a"),))
    both = someone(
        Grant("a", 4), Grant("b", 5), Grant("c", 7), reach=(Reach("a", (4, 7)), Reach("b", (5,)), Reach("c", (7,)))
    )
    found = rules.product(both, "student", "see").predicate
    assert found.text.startswith("(r.unit IN (SELECT value FROM json_each(?)) OR (r.unit = ? AND ")
    assert [p.name for p in found.params if isinstance(p, Slot)] == ["units:a|b", "unit:c"]
    slots = rules.slots(both, NOW, ZONE)
    assert slots["units:a|b"] == [4, 5, 7] and slots["unit:c"] == 7 and slots["held:a"] == [4]
    wide = rules.product(someone(Grant("a", 1), reach=(Reach("a", (1, 2, 3), wide=True),)), "student", "see")
    assert wide.predicate.text.startswith("coalesce(r.unit, 0) IN"), "no index over units for nearly all of them"
    few = rules.product(someone(Grant("a", 4), reach=(Reach("a", (4, 7)),)), "student", "see")
    assert (few.by_unit, one.by_unit, wide.by_unit) == ("units:a", "", "")
    assert rules.product(both, "student", "see").by_unit == ""


def test_what_is_no_slot_is_not_filled() -> None:
    slots = access().slots(someone(records=(5, 6), lang="en"), NOW, ZONE)
    assert (slots["actor.record"], slots["actor.records"], slots["today"]) == (5, [5, 6], NOW.astimezone(ZONE).date())
    assert slots["actor.id"] == 9 and slots["actor.name"] == "somebody" and slots["now"] == NOW
    for name in ("actor.password", "unit", "units", "", "actor"):
        with pytest.raises(KeyError):
            slots[name]


def test_nobody_fills_the_memory_with_sets_of_roles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shuyuan.engine.policy.access.KEPT", 5)
    rules = access(**{f"r{n}": [line("student", "see")] for n in range(20)})
    for n in range(20):
        assert not rules.product(someone(Grant(f"r{n}")), "student", "see").nothing
    assert len(rules._products) <= 5 and len(rules._claimed) <= 5


def test_the_predicate_holds_no_byte_of_a_definition_or_request() -> None:
    hostile = ["x'; DROP TABLE t_e3; --", 'a"b', "a?b", "a\\", "${x}", "%s", "x) OR (1=1", "/*", "';", "\u2028", "{0}"]
    quoted = [text.replace("\\", "\\\\").replace('"', '\\"') for text in hostile]
    policies = {"head'; --": [line("student", "see", where=f'name = "{text}"') for text in quoted]}
    product = access(**policies).product(someone(Grant("head'; --", 3)), "student", "see")
    assert not any(piece in product.predicate.text for piece in ("DROP", "--", "OR (1=1", "{0}", "%s", "/*", "\\"))
    assert product.predicate.text.count("?") == len(product.predicate.params)


@pytest.mark.parametrize(
    ("path", "verdict"),
    [
        (("name",), "show"),
        (("phone",), "mask"),
        (("remark",), "hide"),
        (("tutor",), "show"),
        (("tutor", "name"), "show"),
        (("tutor", "phone"), "hide"),
        (("tutor", "org", "name"), "hide"),
        (("guardians", "phone"), "mask"),
        (("guardians", "blocked"), "show"),
        (("guardians", "person", "name"), "show"),
        (("score",), "hide"),
        (("id",), "show"),
        (("tutor", "id"), "show"),
        (("nothing",), "hide"),
        (("name", "name"), "hide"),
        (("id", "name"), "hide"),
    ],
)
def test_a_path_is_seen_as_little_as_its_least_part(path: tuple[str, ...], verdict: str) -> None:
    rules = access(
        a=[
            line("student", "see", but="office score", mask="contact"),
            line("student", "see", fields="score", where="tutor = actor"),
            line("teacher", "see", fields="name"),
        ]
    )
    assert rules.along(someone(Grant("a")), "student", path) == verdict


def test_a_field_that_differs_from_record_to_record_hangs_on_conditions() -> None:
    rules = access(a=[line("student", "see", fields="name"), line("student", "see edit", where="tutor = actor")])
    product = rules.product(someone(Grant("a")), "student", "edit")
    shown = rules.product(someone(Grant("a")), "student", "see")
    assert product.fields["f14"] == "show", "whoever may edit the record sees all of it"
    assert isinstance(shown.fields["f14"], Varies) and shown.fields["f10"] == "show"
    assert [name for name, _ in shown.conditions_for({"f14", "f10"})] == [shown.fields["f14"].show]
    assert shown.conditions_for({"f10"}) == ()
    assert shown.ever("f14")


#: Scopes of a token -> the operations on students it reaches.
SCOPES: list[tuple[str, str]] = [
    ("*", " ".join(OPERATIONS)),
    ("student:*", " ".join(OPERATIONS)),
    ("student:read", "see"),
    ("student:see student:export", "see export"),
    ("student:write", "create edit delete"),
    ("*:see", "see"),
    ("book:*", ""),
    ("", ""),
    ("student", ""),
    ("student:", ""),
    (":see", ""),
    ("system:users", ""),
    ("Student:see", ""),
    ("student:see:edit", ""),
]


@pytest.mark.parametrize(("scopes", "expected"), SCOPES)
def test_a_token_reaches_no_further_than_its_scopes(scopes: str, expected: str) -> None:
    rules = access(a=[line("*", " ".join(OPERATIONS))])
    actor = someone(Grant("a"), scopes=frozenset(scopes.split()))
    assert {o for o in OPERATIONS if reaches(actor.scopes, "student", o)} == set(expected.split())
    assert rules.operations(actor, "student") == set(expected.split())
    assert {o for o in OPERATIONS if rules.single(actor, "student", o, pupil()).allowed} == set(expected.split())


def test_scopes_that_mean_nothing_are_named() -> None:
    found = unknown_scopes(
        school({}), frozenset({"studnet:see", "student:look", "x", "*", "student:read", "system:jobs"}), NONE
    )
    assert [d.args["scope"] for d in found] == ["student:look", "studnet:see", "x"]
    assert 'Did you mean "student:see"?' in words(found[1], "en").what


NONE = line("x").place


def test_rights_over_the_product_come_from_roles_and_end_with_the_scope() -> None:
    rules = compile_access(school({"admin": [], "a": []}, {"admin": ["users", "audit"]}), "sqlite")
    assert rules.may(someone(Grant("admin")), "users") and not rules.may(someone(Grant("admin")), "jobs")
    assert not rules.may(someone(Grant("a")), "users") and rules.may(SYSTEM, "definitions")
    assert not rules.may(someone(Grant("admin"), scopes=frozenset({"student:read"})), "users")
    assert rules.may(someone(Grant("admin"), scopes=frozenset({"system:users"})), "users")


#: policies, grants, record values, field -> effects and words that have to occur.
REASONS: list[tuple[dict[str, list[Grantline]], list[Grant], str, list[str], str]] = [
    ({"a": [line("student", "see")]}, [Grant("a", 4)], "", ["gave"], "u4"),
    ({"a": [line("student", "see")]}, [Grant("a")], "", ["gave"], "every unit"),
    ({"a": [line("student", "see")]}, [Grant("a", 3)], "", ["outside"], "lies outside"),
    ({"a": [line("student", "see", where='state = "left"')]}, [Grant("a")], "", ["unfit"], 'state = "left"'),
    ({}, [Grant("a")], "", ["nothing"], "None of your roles"),
    ({"a": [line("student", "see", mask="contact")]}, [Grant("a")], "f14", ["gave", "masked"], "masked"),
    ({"a": [line("student", "see", but="contact")]}, [Grant("a")], "f14", ["nothing"], "None of your roles"),
    (
        {"a": [line("student", "see")], "b": [line("student", deny="see")]},
        [Grant("a", 2), Grant("b", 4)],
        "",
        ["denied", "overruled"],
        "not allowed",
    ),
]


@pytest.mark.parametrize(("policies", "grants", "field", "effects", "said"), REASONS)
def test_every_refusal_has_its_reason(
    policies: dict[str, list[Grantline]], grants: list[Grant], field: str, effects: list[str], said: str
) -> None:
    rules = access(**policies)
    labels = {unit.id: unit.label for unit in TOWN.tree.units.values()}
    found = why(rules, someone(*grants), "student", "see", pupil(state="open"), field, labels)
    assert [r.effect for r in found] == effects
    text = " ".join(words(r.said, lang).what for r in found for lang in ("zh", "en"))
    assert said in text and "{" not in text


def test_the_reasons_of_the_system_and_of_a_token() -> None:
    rules = access(a=[line("student", "see")])
    assert [r.said.code for r in why(rules, SYSTEM, "student", "see", pupil())] == ["ACCESS_087"]
    limited = someone(Grant("a"), scopes=frozenset({"book:read"}))
    assert [r.said.code for r in why(rules, limited, "student", "see", pupil())] == ["ACCESS_013"]


#: One line -> codes of what its author is told.
CHECKS: list[tuple[Grantline, list[str]]] = [
    (line("student", "see"), []),
    (line("student", "see", where="tutor.senior and score > 1"), []),
    (line("student", "see", where="scroe > 1"), ["FEEL_010"]),
    (line("student", "see", where="score"), ["FEEL_020"]),
    (line("student", "see", where='matches(name, "^a")'), ["ACCESS_060"]),
    (line("student", "see", where="score / 3 > 1"), ["ACCESS_060"]),
    (line("student", "see", where="count(guardians[blocked]) / 2 = 1"), ["ACCESS_060"]),
    (line("student", "see", where="tutor.senior and"), ["FEEL_002"]),
    (line("book", "see"), ["ACCESS_061"]),
    (line("book", "see", scope="all"), []),
    (line("*", "see"), []),
]


@pytest.mark.parametrize(("one", "codes"), CHECKS)
def test_a_policy_is_checked_before_it_is_published(one: Grantline, codes: list[str]) -> None:
    found = check_policies(school({"a": [one]}))
    assert [d.code for d in found] == codes
    for diagnostic in found:
        for lang in ("zh", "en"):
            said = words(diagnostic, lang)
            assert "{" not in said.what + said.remedy and said.remedy


def test_a_sensitive_field_that_nobody_masks_is_named() -> None:
    open_to_all = {"a": [line("student", "see")], "b": [line("student", "see")]}
    assert {d.args["field"] for d in check_policies(school(open_to_all))} == {"id_number", "phone"}
    masked = {"a": [line("student", "see")], "b": [line("student", "see", mask="identity contact")]}
    assert check_policies(school(masked)) == ()


def test_a_rule_names_what_it_reads() -> None:
    rules = access(
        a=[line("student", "see", where="tutor.senior and tutor.org.name = actor.name"), line("student", "edit")]
    )
    assert rules.reads(someone(Grant("a")), "student", "see") == {("tutor", "senior"), ("tutor", "org", "name")}
    assert rules.reads(someone(Grant("b")), "student", "see") == set()


def test_a_rule_that_was_never_checked_stops_everything() -> None:
    rules = access(a=[line("student", "see"), line("student", deny="see", where="nonsense +")])
    with pytest.raises(Exception, match="FEEL"):
        rules.product(someone(Grant("a")), "student", "see")
    with pytest.raises(Exception, match="FEEL"):
        rules.single(someone(Grant("a")), "student", "see", pupil(tutor=Ref(1)))
