"""Signing in: right passwords let in, wrong ones are slow and lock nobody else out, strangers learn nothing."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from shuyuan.engine.diagnostics import Refused
from shuyuan.engine.model import SYSTEM, Text
from shuyuan.engine.ops.entrance import Entrance
from shuyuan.engine.ops.passwords import Passwords
from shuyuan.engine.ops.people import switch_account
from shuyuan.engine.ops.secret import load_secret, opened, sealed
from shuyuan.engine.ops.sessions import Sessions
from shuyuan.engine.ops.sign_in import Attempt, Challenge, Proven, SignedIn, folded, sign_in
from shuyuan.engine.ops.throttle import Bucket, swept, taken

from .conftest import GOOD, Place


def attempt(login: str = "wang", password: str = GOOD, **more: Any) -> Attempt:
    return Attempt(login, password, **{"address": "10.0.0.1", **more})


async def refused(place: Place, tried: Attempt) -> str:
    with pytest.raises(Refused) as caught:
        await sign_in(place.entrance, tried)
    return caught.value.diagnostics[0].code


async def enters(place: Place, tried: Attempt) -> SignedIn:
    found = await sign_in(place.entrance, tried)
    assert isinstance(found, SignedIn)
    return found


async def test_the_right_password_opens_a_session(place: Place) -> None:
    account = await place.person("wang", password=GOOD)
    found = await enters(place, attempt(" WANG "))
    held = await Sessions(place.entrance).session(found.opened.token)
    assert held and held.actor.id == account and held.csrf == found.opened.csrf
    assert ("signed_in", account, {}) in await place.notes()


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("wang", "wrong"),
        ("wang", ""),
        ("wang", GOOD + " "),
        ("wang", GOOD.upper()),
        ("wang", GOOD[:-1]),
        ("nobody", GOOD),
        ("", ""),
        ("wang' OR 1=1 --", GOOD),
        ("wang\0", GOOD + "\0"),
        ("off", GOOD),
        ("unset", ""),
        ("w" * 100_000, "x" * 100_000),
        ("%", "%"),
        ("\ud800", "\ud800"),
    ],
)
async def test_anything_else_is_refused_in_the_same_words(lite: Place, login: str, password: str) -> None:
    await lite.person("wang", password=GOOD)
    await lite.person("unset")
    await switch_account(lite.entrance, SYSTEM, await lite.person("off", password=GOOD), on=False)
    assert await refused(lite, attempt(login, password)) == "ACCESS_004"
    assert (await lite.rows("SELECT count(*) FROM sy_session", "bigint")) == [(0,)]


async def test_strangers_and_accounts_that_are_off_cost_a_hash_too(
    lite: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    await lite.person("wang", password=GOOD)
    await lite.person("unset")
    await switch_account(lite.entrance, SYSTEM, await lite.person("off", password=GOOD), on=False)
    checked: list[str] = []
    verify = Passwords.matches

    async def counted(self: Passwords, stored: str | None, password: str) -> bool:
        checked.append(stored or "")
        return await verify(self, stored, password)

    monkeypatch.setattr(Passwords, "matches", counted)
    for login in ("wang", "unset", "off", "nobody"):
        await refused(lite, attempt(login, "wrong"))
    assert len(checked) == 4


async def test_guessing_from_one_place_stops_and_starts_again_later(place: Place) -> None:
    await place.person("wang", password=GOOD)
    tries = place.entrance.rules.tries
    for _ in range(tries):
        assert await refused(place, attempt(password="wrong")) == "ACCESS_004"
    assert await refused(place, attempt()) == "ACCESS_002", "even the right password, or it could be told from others"
    place.clock.move(minutes=16)
    await enters(place, attempt())


async def test_many_wrong_tries_at_once_do_not_slip_through(place: Place) -> None:
    await place.person("wang", password=GOOD)
    tries = place.entrance.rules.tries
    codes = await asyncio.gather(*(refused(place, attempt(password="wrong")) for _ in range(tries * 3)))
    assert sorted(codes) == ["ACCESS_002"] * tries * 2 + ["ACCESS_004"] * tries


async def test_wrong_tries_from_elsewhere_lock_nobody_out(place: Place) -> None:
    await place.person("wang", password=GOOD)
    for n in range(place.entrance.rules.tries * 5):
        await refused(place, attempt(password="wrong", address=f"10.9.{n % 3}.1"))
    await enters(place, attempt(address="10.0.0.1"))


async def test_wrong_tries_from_the_same_address_do_not_lock_out_a_known_device(place: Place) -> None:
    await place.person("wang", password=GOOD)
    device = (await enters(place, attempt())).device
    for _ in range(place.entrance.rules.tries * 3):
        await refused(place, attempt(password="wrong"))
    assert (await enters(place, attempt(device=device))).device == device
    assert await refused(place, attempt()) == "ACCESS_002"


@pytest.mark.parametrize(
    "forge",
    [
        lambda d: "",
        lambda d: "x.y",
        lambda d: d[:-1],
        lambda d: d + "A",
        lambda d: "." + d.split(".")[1],
        lambda d: "other." + d.split(".")[1],
        lambda d: d.split(".")[0],
        lambda d: d.split(".")[0] + ".",
        lambda d: d.swapcase(),
        lambda d: d * 2,
    ],
)
async def test_a_device_cookie_cannot_be_made_up(lite: Place, forge: Any) -> None:
    await lite.person("wang", password=GOOD)
    device = (await enters(lite, attempt())).device
    for _ in range(lite.entrance.rules.tries):
        await refused(lite, attempt(password="wrong"))
    assert await refused(lite, attempt(device=forge(device))) == "ACCESS_002"


async def test_the_device_cookie_of_one_person_helps_no_other(lite: Place) -> None:
    await lite.person("wang", password=GOOD)
    await lite.person("li", password=GOOD)
    device = (await enters(lite, attempt("li"))).device
    for _ in range(lite.entrance.rules.tries):
        await refused(lite, attempt(password="wrong", device=device))
    assert await refused(lite, attempt(device=device)) == "ACCESS_002"


async def test_a_known_device_has_its_own_limit(lite: Place) -> None:
    await lite.person("wang", password=GOOD)
    device = (await enters(lite, attempt())).device
    for _ in range(lite.entrance.rules.tries):
        assert await refused(lite, attempt(password="wrong", device=device)) == "ACCESS_004"
    assert await refused(lite, attempt(device=device)) == "ACCESS_002"


async def test_trying_one_password_on_many_accounts_stops(lite: Place) -> None:
    buckets = (Bucket("address", 10),)
    waits = [await taken(lite.store, buckets, lite.entrance.now) for _ in range(12)]
    assert waits[:10] == [0] * 10 and waits[10] == 15
    lite.clock.move(minutes=10, seconds=1)
    assert await taken(lite.store, buckets, lite.entrance.now) == 5


async def test_counts_that_ran_out_are_swept(lite: Place) -> None:
    await taken(lite.store, (Bucket("a", 1),), lite.entrance.now)
    lite.clock.move(minutes=20)
    await taken(lite.store, (Bucket("b", 1),), lite.entrance.now)
    async with lite.store.transaction() as connection:
        assert await connection.run(swept(lite.entrance.now)) == 1


async def test_no_count_names_a_person_or_an_address(lite: Place) -> None:
    await refused(lite, attempt("zhangsan", "wrong", address="192.0.2.77"))
    ((key,), *_) = await lite.rows("SELECT key FROM sy_throttle", "text")
    assert "zhangsan" not in key and "192.0.2.77" not in key
    assert "zhangsan" not in repr(await lite.notes()), "people type their password into the wrong field"


async def test_signing_in_ends_the_session_that_was_there(place: Place) -> None:
    await place.person("wang", password=GOOD)
    sessions = Sessions(place.entrance)
    first = (await enters(place, attempt())).opened.token
    assert await sessions.session(first)
    second = (await enters(place, attempt(replaces=first))).opened.token
    assert first != second
    assert await Sessions(place.entrance).session(first) is None
    assert await Sessions(place.entrance).session(second)


async def test_a_session_planted_by_somebody_else_is_not_taken_over(lite: Place) -> None:
    await lite.person("wang", password=GOOD)
    planted = "x" * 43
    found = await enters(lite, attempt(replaces=planted))
    assert found.opened.token != planted and await Sessions(lite.entrance).session(planted) is None


async def test_a_hash_of_another_cost_is_renewed(lite: Place) -> None:
    account = await lite.person("wang", password=GOOD)
    before = await lite.rows(f"SELECT password_hash FROM sy_account WHERE id = {account}", "text")
    stronger = Passwords(memory_kib=16, rounds=2)
    entrance = _with(lite.entrance, stronger)
    await sign_in(entrance, attempt())
    after = await lite.rows(f"SELECT password_hash FROM sy_account WHERE id = {account}", "text")
    assert before != after and "m=16,t=2" in after[0][0]
    stronger.close()


def _with(entrance: Entrance, passwords: Passwords) -> Entrance:
    from dataclasses import replace

    return replace(entrance, passwords=passwords)


async def test_too_many_at_once_are_told_to_come_back() -> None:
    full = Passwords(threads=1, waiting=1, memory_kib=8, rounds=1)
    stored = await full.hash(GOOD)
    found = await asyncio.gather(*(full.matches(stored, GOOD) for _ in range(6)), return_exceptions=True)
    assert found[:2] == [True, True], "one is checked, one waits"
    assert [f.diagnostics[0].code for f in found[2:] if isinstance(f, Refused)] == ["ACCESS_003"] * 4
    assert await full.matches(stored, GOOD), "room again"
    full.close()


async def test_another_provider_may_ask_for_more_before_it_lets_in(lite: Place) -> None:
    account = await lite.person("wang")

    class ByCode:
        name = "code"

        async def answer(self, entrance: Entrance, tried: Attempt) -> Proven | Challenge | None:
            state = opened(entrance.secret, "code", tried.answers.get("state", ""), entrance.now)
            if state and tried.answers.get("code") == "123456":
                return Proven(state["account"])
            if tried.answers:
                return None
            sealed_state = sealed(entrance.secret, "code", {"account": account}, entrance.now + 60_000)
            return Challenge("code", Text("验证码", "Code"), sealed_state)

    asked = await sign_in(lite.entrance, attempt(), ByCode())
    assert isinstance(asked, Challenge)
    answers = {"state": asked.state, "code": "123456"}
    assert isinstance(await sign_in(lite.entrance, attempt(answers=answers), ByCode()), SignedIn)
    for wrong in ({**answers, "code": "0"}, {**answers, "state": asked.state[:-1]}, {**answers, "state": "e30.x"}):
        with pytest.raises(Refused):
            await sign_in(lite.entrance, attempt(answers=wrong), ByCode())
    lite.clock.move(minutes=2)
    with pytest.raises(Refused):
        await sign_in(lite.entrance, attempt(answers=answers), ByCode())


async def test_all_workers_make_one_secret(place: Place, another: Any) -> None:
    stores = [await another() for _ in range(3)]
    await place.store.apply([])
    found = await asyncio.gather(*(load_secret(store) for store in stores))
    assert len(set(found)) == 1 and found[0] == place.entrance.secret and len(found[0]) == 32
    told = await load_secret(place.store, "pK3v9QzL0mWx7TbY2rNc5HsJ8dGf4aUe")
    assert told not in found


def test_logins_are_compared_in_one_form() -> None:
    assert folded(" Ｗａｎｇ") == folded("WANG") == "wang"
