"""Accounts and roles: who may manage whom, what each change does at once, and that it is written down."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from shuyuan.engine.diagnostics import Refused
from shuyuan.engine.model import SYSTEM, Grant, Reach, Ref
from shuyuan.engine.ops.actors import NOWHERE, UNIT_KEY, Actors, load_actor, moves_rights
from shuyuan.engine.ops.credentials import first_run, make_reset, managing_role, set_password, use_reset
from shuyuan.engine.ops.directory import Asked, list_people, person
from shuyuan.engine.ops.grants import NewGrant, grant_role, revoke_grant
from shuyuan.engine.ops.passwords import weak
from shuyuan.engine.ops.people import NewAccount, change_account, create_account, link_records, switch_account
from shuyuan.engine.ops.sign_in import Attempt, SignedIn, sign_in

from ..policy.school import ORG, STUDENT, TEACHER, UNITS, Row, inserts, line, school
from .conftest import GOOD, MODEL, Place

DAY = 86_400_000


async def code_of(call: Any) -> str:
    with pytest.raises(Refused) as caught:
        await call
    return caught.value.diagnostics[0].code


# ---------------------------------------------------------------- accounts


async def test_an_account_is_made_once_for_a_login(place: Place) -> None:
    await place.person("wang")
    assert await code_of(create_account(place.entrance, SYSTEM, NewAccount("WANG", "x"))) == "ACCESS_040"
    assert ("account_created", 0) in [(op, by) for op, by, _ in await place.notes()]


@pytest.mark.parametrize("login", ["", "a", "a b", "a/b", "a'b", "x" * 65, "<b>", "a\nb", "a;b", "😀😀"])
async def test_a_login_that_cannot_be_typed_is_refused(lite: Place, login: str) -> None:
    assert await code_of(create_account(lite.entrance, SYSTEM, NewAccount(login, "x"))) == "ACCESS_041"


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "ACCESS_020"),
        ("x" * 300, "ACCESS_021"),
        ("wangwang-2026-x", "ACCESS_022"),
        ("my name is 王小明 ok", "ACCESS_022"),
        ("password123!", "ACCESS_023"),
        ("P@ssw0rd2026", "ACCESS_023"),
        ("qwertyuiop", "ACCESS_023"),
        ("1234567890", "ACCESS_023"),
        ("abcdefghij", "ACCESS_023"),
        ("aaaaaaaaaaaa", "ACCESS_023"),
        ("abcabcabcabc", "ACCESS_023"),
        ("13800138000", "ACCESS_023"),
        ("110101199003078515", "ACCESS_023"),
        ("20080808888", "ACCESS_023"),
        ("!!Shuyuan2026", "ACCESS_023"),
        ("qwer1234asdf", "ACCESS_023"),
        (GOOD, None),
        ("马儿慢慢走过红色屋顶", None),
        ("correct horse battery", None),
        ("kJ8#mQ2!xW", None),
    ],
)
def test_a_password_is_taken_when_it_is_long_and_not_guessed(password: str, code: str | None) -> None:
    found = weak(password, "wang", "王小明", 10)
    assert (found.code if found else None) == code


async def test_people_choose_their_own_language_and_nothing_more(place: Place) -> None:
    wang = await place.actor(await place.person("wang"))
    li = await place.person("li")
    await change_account(place.entrance, wang, wang.id, {"lang": "en", "theme": "dark", "shortcuts": False})
    assert (await place.actor(wang.id)).lang == "en"
    assert await code_of(change_account(place.entrance, wang, wang.id, {"name": "Boss"})) == "ACCESS_012"
    assert await code_of(change_account(place.entrance, wang, li, {"lang": "en"})) == "ACCESS_012"
    with pytest.raises(ValueError, match="lang"):
        await change_account(place.entrance, wang, wang.id, {"lang": "fr"})
    with pytest.raises(KeyError):
        await change_account(place.entrance, SYSTEM, li, {"password_hash": "x"})


#: Everything that changes accounts, as somebody who may not.
FORBIDDEN: dict[str, Any] = {
    "create": lambda p, by, other, grant: create_account(p.entrance, by, NewAccount("new", "New")),
    "rename": lambda p, by, other, grant: change_account(p.entrance, by, other, {"name": "x"}),
    "mail": lambda p, by, other, grant: change_account(p.entrance, by, other, {"email": "x@y.cn"}),
    "switch off": lambda p, by, other, grant: switch_account(p.entrance, by, other, on=False),
    "switch on": lambda p, by, other, grant: switch_account(p.entrance, by, other, on=True),
    "password": lambda p, by, other, grant: set_password(p.entrance, by, other, GOOD),
    "reset": lambda p, by, other, grant: make_reset(p.entrance, by, other),
    "link": lambda p, by, other, grant: link_records(p.entrance, by, other, (1,)),
    "grant": lambda p, by, other, grant: grant_role(p.entrance, by, NewGrant(other, "head")),
    "grant oneself": lambda p, by, other, grant: grant_role(p.entrance, by, NewGrant(by.id, "admin")),
    "revoke": lambda p, by, other, grant: revoke_grant(p.entrance, by, grant),
    "list": lambda p, by, other, grant: list_people(p.entrance, by, Asked()),
    "read": lambda p, by, other, grant: person(p.entrance, by, other),
}


@pytest.mark.parametrize("act", FORBIDDEN, ids=list(FORBIDDEN))
@pytest.mark.parametrize("role", ["head", "auditor", None])
async def test_whoever_does_not_manage_accounts_changes_none(lite: Place, act: str, role: str | None) -> None:
    by = await lite.actor(await lite.person("wang", *([(role, None)] if role else [])))
    other = await lite.person("li")
    grant = await grant_role(lite.entrance, SYSTEM, NewGrant(other, "staff"))
    before = await lite.rows(
        "SELECT id, login, name, active, password_hash FROM sy_account", *["bigint", "text", "text", "boolean", "text"]
    )
    assert await code_of(FORBIDDEN[act](lite, by, other, grant)) == "ACCESS_012"
    after = await lite.rows(
        "SELECT id, login, name, active, password_hash FROM sy_account", *["bigint", "text", "text", "boolean", "text"]
    )
    assert before == after and len(await lite.rows("SELECT id FROM sy_grant", "bigint")) == (2 if role else 1)


@pytest.mark.parametrize("act", [a for a in FORBIDDEN if a not in ("create", "list", "read", "grant oneself")])
async def test_whoever_manages_some_units_takes_over_nobody_beyond(lite: Place, act: str) -> None:
    local = await lite.actor(await lite.person("local", ("local", 4)))
    for name, role, unit in [
        ("above", "head", 2),
        ("beside", "head", 6),
        ("boss", "admin", None),
        ("late", "auditor", None),
    ]:
        other = await lite.person(name)
        grant = await grant_role(lite.entrance, SYSTEM, NewGrant(other, role, unit))
        assert await code_of(FORBIDDEN[act](lite, local, other, grant)) == "ACCESS_048", name


async def test_whoever_manages_some_units_manages_the_people_below(lite: Place) -> None:
    local = await lite.actor(await lite.person("local", ("local", 4)))
    inside, outside = await lite.person("inside", ("head", 7)), await lite.person("outside", ("head", 3))
    await set_password(lite.entrance, local, inside, GOOD)
    await grant_role(lite.entrance, local, NewGrant(inside, "head", 4))
    for role, unit in [("head", 2), ("head", None), ("admin", 4), ("auditor", 4)]:
        assert await code_of(grant_role(lite.entrance, local, NewGrant(inside, role, unit))) == "ACCESS_048"
    assert {p.login for p in await list_people(lite.entrance, local, Asked())} == {"local", "inside"}
    assert await person(lite.entrance, local, outside) is None


async def test_a_dated_right_protects_before_it_begins(lite: Place) -> None:
    local = await lite.actor(await lite.person("local", ("local", 4)))
    other = await lite.person("later")
    starts = lite.entrance.now + DAY
    await grant_role(lite.entrance, SYSTEM, NewGrant(other, "admin", None, valid_from=starts))
    assert await code_of(make_reset(lite.entrance, local, other)) == "ACCESS_048"


async def test_somebody_always_manages_accounts(place: Place) -> None:
    one = await place.person("one")
    grant = await grant_role(place.entrance, SYSTEM, NewGrant(one, "admin"))
    by = await place.actor(one)
    assert await code_of(switch_account(place.entrance, by, one, on=False)) == "ACCESS_046"
    assert await code_of(revoke_grant(place.entrance, by, grant)) == "ACCESS_046"
    two = await place.person("two")
    await grant_role(place.entrance, by, NewGrant(two, "admin", None, valid_to=place.entrance.now + DAY))
    assert await code_of(revoke_grant(place.entrance, by, grant)) == "ACCESS_046", "the other one's right runs out"
    await grant_role(place.entrance, by, NewGrant(two, "admin"))
    await revoke_grant(place.entrance, by, grant)
    await switch_account(place.entrance, SYSTEM, one, on=False)


@pytest.mark.parametrize(
    ("new", "code"),
    [
        ({"role": "haed"}, "ACCESS_043"),
        ({"role": ""}, "ACCESS_043"),
        ({"unit": 999}, "ACCESS_044"),
        ({"role": "admin", "unit": 4}, "ACCESS_049"),
        ({"role": "auditor", "unit": 1}, "ACCESS_049"),
        ({"unit": 0}, "ACCESS_044"),
        ({"valid_from": 5, "valid_to": 5}, "ACCESS_045"),
        ({"account": 99_999_999}, "ACCESS_042"),
    ],
)
async def test_a_role_is_given_as_it_makes_sense(lite: Place, new: dict[str, Any], code: str) -> None:
    account = await lite.person("wang")
    given = NewGrant(**{"account": account, "role": "head", **new})
    assert await code_of(grant_role(lite.entrance, SYSTEM, given)) == code


async def test_a_record_is_one_person_only(place: Place) -> None:
    wang = await place.person("wang", records=(501, 502))
    li = await place.person("li")
    assert await code_of(link_records(place.entrance, SYSTEM, li, (502,))) == "ACCESS_047"
    await link_records(place.entrance, SYSTEM, wang, (503, 501, 503))
    assert (await place.actor(wang)).records == (503, 501)
    await link_records(place.entrance, SYSTEM, li, (502,))


#: A record, and what whoever manages unit 4 is told: it gives a role in unit 7 below, in 2 above, as the head of 2.
LINKED = [(601, None), (602, "ACCESS_048"), (603, "ACCESS_048")]


@pytest.mark.parametrize(("record", "code"), LINKED)
async def test_nobody_links_a_record_that_gives_more_than_they_manage(
    place: Place, record: int, code: str | None
) -> None:
    await plant(
        place,
        Row(601, "teacher", 7, {"name": "inside"}),
        Row(602, "teacher", 2, {"name": "above"}),
        Row(603, "teacher", 4, {"name": "head of all"}),
        Row(2, "org", 2, {"name": "u2", "head": Ref(603)}),
    )
    local = await place.actor(await place.person("local", ("local", 4)))
    other = await place.person("other", records=(610,))
    before = len(await place.notes()), await place.stamp()
    new = NewAccount("new", "New", records=(record,))
    if code is None:
        await link_records(place.entrance, local, other, (610, record))
        await link_records(place.entrance, local, other, (610,))
        await create_account(place.entrance, local, new)
        return
    assert await code_of(link_records(place.entrance, local, other, (610, record))) == code
    assert await code_of(link_records(place.entrance, local, local.id, (record,))) == code, "nor to oneself"
    assert await code_of(create_account(place.entrance, local, new)) == code
    assert (len(await place.notes()), await place.stamp()) == before, "nothing is written"
    assert (await place.actor(other)).records == (610,)
    assert await place.rows("SELECT id FROM sy_account WHERE login = 'new'", "bigint") == []


# ---------------------------------------------------------------- passwords of others, codes, the first account


async def test_a_password_somebody_else_chose_has_to_be_changed(place: Place) -> None:
    account = await place.person("wang")
    await set_password(place.entrance, SYSTEM, account, GOOD)
    found = await sign_in(place.entrance, Attempt("wang", GOOD))
    assert isinstance(found, SignedIn) and found.opened.must_change


async def test_a_code_works_once_however_it_is_typed(place: Place) -> None:
    account = await place.person("wang", password=GOOD)
    code = await make_reset(place.entrance, SYSTEM, account)
    assert code.replace("-", "") not in repr(await place.rows("SELECT token FROM sy_once", "text"))
    opened = await use_reset(place.entrance, code.upper().replace("-", " "), "leise rollende Koffer")
    assert opened.account == account
    assert await code_of(use_reset(place.entrance, code, "noch ein gutes Kennwort")) == "ACCESS_025"
    assert isinstance(await sign_in(place.entrance, Attempt("wang", "leise rollende Koffer")), SignedIn)


@pytest.mark.parametrize(
    "code", ["", "----", "0000-0000-0000-0000", "reset:", "%", "' OR 1=1", "x" * 10_000, "\0", "\ud800", "重置"]
)
async def test_a_code_cannot_be_made_up(lite: Place, code: str) -> None:
    await make_reset(lite.entrance, SYSTEM, await lite.person("wang"))
    assert await code_of(use_reset(lite.entrance, code, GOOD)) == "ACCESS_025"


async def test_codes_run_out_replace_each_other_and_cannot_be_guessed_for_long(lite: Place) -> None:
    account = await lite.person("wang")
    first, second = [await make_reset(lite.entrance, SYSTEM, account) for _ in range(2)]
    assert await code_of(use_reset(lite.entrance, first, GOOD)) == "ACCESS_025"
    lite.clock.move(minutes=lite.entrance.rules.reset_minutes + 1)
    assert await code_of(use_reset(lite.entrance, second, GOOD)) == "ACCESS_025"
    for _ in range(lite.entrance.rules.tries):
        await code_of(use_reset(lite.entrance, "0", GOOD, "10.0.0.9"))
    third = await make_reset(lite.entrance, SYSTEM, account)
    assert await code_of(use_reset(lite.entrance, third, GOOD, "10.0.0.9")) == "ACCESS_002"
    assert (await use_reset(lite.entrance, third, GOOD, "10.0.0.8")).account == account


async def test_a_weak_password_does_not_use_the_code_up(lite: Place) -> None:
    code = await make_reset(lite.entrance, SYSTEM, await lite.person("wang"))
    assert await code_of(use_reset(lite.entrance, code, "password123!")) == "ACCESS_023"
    assert await use_reset(lite.entrance, code, GOOD)


async def test_the_first_account_has_no_password_until_its_owner_chooses_one(place: Place) -> None:
    code = await first_run(place.entrance)
    assert code and managing_role(MODEL) == "admin"
    assert await code_of(sign_in(place.entrance, Attempt("admin", ""))) == "ACCESS_004"
    assert await code_of(sign_in(place.entrance, Attempt("admin", "admin"))) == "ACCESS_004"
    opened = await use_reset(place.entrance, code, GOOD)
    assert place.entrance.access().may(await place.actor(opened.account), "users")
    assert await first_run(place.entrance) is None


# ---------------------------------------------------------------- actors


async def plant(place: Place, *rows: Row) -> None:
    async with place.store.transaction() as connection:
        await connection.apply([write for row in rows for write in inserts(row)])


async def test_an_actor_holds_what_was_given_and_what_follows_from_records(place: Place) -> None:
    await plant(
        place,
        Row(2, "org", 2, {"name": "u2", "head": None}),
        Row(501, "teacher", 4, {"name": "t"}),
        Row(502, "teacher", None, {"name": "nowhere"}),
        Row(599, "teacher", None, {"name": "somebody else"}),
        Row(5, "org", 5, {"name": "u5", "head": Ref(501)}),
        Row(900, "student", 7, {"name": "s", "guardians": ({"person": Ref(501)}, {"person": Ref(502)})}),
        Row(901, "student", 6, {"name": "s", "guardians": ({"person": Ref(599)},)}),
    )
    account = await place.person("wang", ("head", 3), ("auditor", None), records=(501, 502))
    actor = await place.actor(account)
    assert set(actor.grants) == {
        Grant("head", 3),
        Grant("auditor", None),
        Grant("staff", 4),
        Grant("staff", NOWHERE),
        Grant("head", 5),
        Grant("guardian", 7),
    }
    assert actor.records == (501, 502) and actor.stamp == await place.stamp()
    assert (await place.actor(await place.person("li"))).grants == ()


async def test_all_units_are_read_for_a_role_held_everywhere_when_a_rule_speaks_of_them(place: Place) -> None:
    low, high = await place.person("low", ("head", 4)), await place.person("high", ("head", None))
    assert (await place.actor(high)).units == (), "no rule of this model does"
    model = replace(school({"head": [line("student", "see", where="unit in actor.units")]}), hash="units")
    for account, units in [(low, (4, 7)), (high, tuple(sorted(UNITS)))]:
        found = await load_actor(place.store, model, account, place.clock)
        assert found and found.units == units


async def test_the_units_a_role_reaches_are_read_with_it(place: Place) -> None:
    await plant(place, Row(501, "teacher", 4, {"name": "t"}), Row(5, "org", 5, {"name": "u5", "head": Ref(501)}))
    account = await place.person("wang", ("head", 4), ("local", 1), ("auditor", None), records=(501,))
    now = place.entrance.now
    await grant_role(place.entrance, SYSTEM, NewGrant(account, "guardian", 8, now + DAY))
    actor = await place.actor(account)
    assert actor.reach == (
        Reach("head", (4, 5, 7), wide=True),
        Reach("local", (1, 2, 3, 4, 5, 6, 7), wide=True),
        Reach("staff", (4, 7)),
    ), "3 * 3 > 8 units"
    assert actor.units == (1, 2, 3, 4, 5, 6, 7)


async def test_a_dated_role_holds_between_its_dates_and_not_a_moment_longer(place: Place) -> None:
    account = await place.person("wang")
    now = place.entrance.now
    await grant_role(place.entrance, SYSTEM, NewGrant(account, "head", None, now + DAY, now + 3 * DAY))
    actors = Actors(place.store, lambda: MODEL, place.clock)
    seen = []
    for _ in range(4):
        found = await actors.of(account)
        assert found
        seen.append(found.actor.roles)
        place.clock.move(days=1)
    assert seen == [(), ("head",), ("head",), ()]


async def test_an_actor_is_read_in_one_question(lite: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    account = await lite.person("wang", *[("head", unit) for unit in (2, 3, 4)], ("admin", None))
    asked: list[Any] = []
    real = lite.store.rows

    async def counted(*args: Any) -> Any:
        asked.append(args)
        return await real(*args)

    monkeypatch.setattr(lite.store, "rows", counted)
    actors = Actors(lite.store, lambda: MODEL, lite.clock)
    assert await actors.of(account) is await actors.of(account)
    assert len(asked) == 1


#: entity, before, after -> whether somebody's roles change.
MOVES: list[tuple[Any, dict[str, Any] | None, dict[str, Any] | None, bool]] = [
    (ORG, {"head": Ref(1)}, {"head": Ref(1)}, False),
    (ORG, {"head": Ref(1)}, {"head": Ref(2)}, True),
    (ORG, {"head": None}, {"head": Ref(2)}, True),
    (ORG, {"head": Ref(1), UNIT_KEY: 1}, {"head": Ref(1), UNIT_KEY: 2}, True),
    (ORG, None, {"head": None}, False),
    (ORG, None, {"head": Ref(1)}, True),
    (ORG, {"head": Ref(1)}, None, True),
    (TEACHER, None, {"name": "t"}, False),
    (TEACHER, {"name": "t"}, None, True),
    (TEACHER, {"name": "t", UNIT_KEY: 1}, {"name": "u", UNIT_KEY: 1}, False),
    (TEACHER, {"name": "t", UNIT_KEY: 1}, {"name": "t", UNIT_KEY: 2}, True),
    (STUDENT, {"guardians": ({"person": Ref(1)},)}, {"guardians": ({"person": Ref(1), "blocked": True},)}, False),
    (STUDENT, {"guardians": ({"person": Ref(1)},)}, {"guardians": ()}, True),
    (STUDENT, None, {"guardians": None}, False),
]


@pytest.mark.parametrize(("entity", "before", "after", "moves"), MOVES)
def test_a_write_that_moves_rights_is_noticed(entity: Any, before: Any, after: Any, moves: bool) -> None:
    assert moves_rights(entity, before, after) == moves


# ---------------------------------------------------------------- the list


async def test_accounts_are_listed_page_by_page_with_roles_and_records(place: Place) -> None:
    by = await place.actor(await place.person("boss", ("admin", None)))
    for n in range(7):
        await place.person(f"user{n}", ("head", 2), *([("staff", None)] if n % 2 else []), records=(800 + n,))
    pages: list[str] = []
    while page := await list_people(place.entrance, by, Asked(after=pages[-1] if pages else "", limit=3)):
        pages += [p.login for p in page]
    assert pages == ["boss", *(f"user{n}" for n in range(7))]
    (one,) = await list_people(place.entrance, by, Asked(text="USER3"))
    assert one.records == (803,) and [(r.role, r.unit) for r in one.roles] == [("head", 2), ("staff", None)]
    assert len(await list_people(place.entrance, by, Asked(role="staff"))) == 3
    await switch_account(place.entrance, by, one.id, on=False)
    assert [p.login for p in await list_people(place.entrance, by, Asked(active=False))] == ["user3"]
    for hostile in ("%", "_", "'", "\\", "?", "user3' OR '1'='1", "😀"):
        assert await list_people(place.entrance, by, Asked(text=hostile)) == ()
