"""Sessions and tokens: they last as long as they may, end everywhere at once, and carry rights as they are now."""

from __future__ import annotations

import re
from typing import Any

import pytest
from shuyuan.engine.diagnostics import Refused
from shuyuan.engine.model import SYSTEM, Actor
from shuyuan.engine.ops.actors import Stale, demand_fresh, stale
from shuyuan.engine.ops.credentials import change_password, make_reset
from shuyuan.engine.ops.entrance import open_entrance
from shuyuan.engine.ops.grants import NewGrant, grant_role, revoke_grant
from shuyuan.engine.ops.people import switch_account
from shuyuan.engine.ops.sessions import (
    Held,
    Sessions,
    end_session,
    session_writes,
    sessions_of,
    sign_out,
    sign_out_everywhere,
    swept_sessions,
)
from shuyuan.engine.ops.sign_in import Attempt, sign_in
from shuyuan.engine.ops.sweep import sweep
from shuyuan.engine.ops.tokens import create_token, revoke_token, tokens_of
from shuyuan.engine.settings import defaults
from shuyuan.engine.store.journal import once

from .conftest import GOOD, MODEL, Place


async def begun(place: Place, account: int, agent: str = "Firefox") -> str:
    opened, writes = await session_writes(place.entrance, account, "10.0.0.1", agent)
    await place.store.apply(writes)
    return opened.token


async def holds(place: Place, token: str, sessions: Sessions | None = None) -> Held | None:
    return await (sessions or Sessions(place.entrance)).session(token)


async def test_a_token_is_long_random_and_kept_as_a_hash_only(place: Place) -> None:
    account = await place.person("wang")
    tokens = [await begun(place, account) for _ in range(5)]
    assert len(set(tokens)) == 5 and all(re.fullmatch(r"[A-Za-z0-9_-]{43}", t) for t in tokens)
    stored = repr(await place.rows("SELECT key_hash, csrf FROM sy_session", "text", "text"))
    assert not any(token in stored for token in tokens)


@pytest.mark.parametrize(
    "forge",
    [
        lambda t: "",
        lambda t: t[:-1],
        lambda t: t + "x",
        lambda t: t.swapcase(),
        lambda t: t + "\0",
        lambda t: " " + t,
        lambda t: "syt_" + t,
        lambda t: "' OR '1'='1",
        lambda t: "%",
        lambda t: t * 1000,
        lambda t: "\ud800",
    ],
)
async def test_a_token_that_was_never_given_out_opens_nothing(lite: Place, forge: Any) -> None:
    token = await begun(lite, await lite.person("wang"))
    assert await holds(lite, forge(token)) is None
    assert await Sessions(lite.entrance).bearer(forge(token)) is None
    assert await holds(lite, token)


async def test_a_session_ends_when_nobody_uses_it(place: Place) -> None:
    token = await begun(place, await place.person("wang"))
    sessions = Sessions(place.entrance)
    for _ in range(3):
        place.clock.move(minutes=place.entrance.rules.idle_minutes - 1)
        assert await holds(place, token, sessions)
    place.clock.move(minutes=place.entrance.rules.idle_minutes + 1)
    assert await holds(place, token, sessions) is None
    assert await holds(place, token) is None


async def test_a_session_ends_after_its_longest_time_even_in_use(lite: Place) -> None:
    token = await begun(lite, await lite.person("wang"))
    sessions = Sessions(lite.entrance)
    for _ in range(lite.entrance.rules.absolute_hours - 1):
        lite.clock.move(hours=1)
        assert await holds(lite, token, sessions)
    lite.clock.move(hours=1)
    assert await holds(lite, token, sessions) is None


async def test_use_on_another_worker_keeps_a_session_alive(place: Place) -> None:
    token = await begun(place, await place.person("wang"))
    one, two = Sessions(place.entrance), Sessions(place.entrance)
    assert await holds(place, token, one)
    for _ in range(3):
        place.clock.move(minutes=place.entrance.rules.idle_minutes - 1)
        assert await holds(place, token, two)
    assert await holds(place, token, one)


async def test_use_is_noted_once_a_minute_not_once_a_request(lite: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    token = await begun(lite, await lite.person("wang"))
    sessions = Sessions(lite.entrance)
    await holds(lite, token, sessions)
    asked: list[Any] = []
    for name in ("apply", "rows"):
        real = getattr(lite.store, name)

        async def counted(*args: Any, _real: Any = real) -> Any:
            asked.append(args)
            return await _real(*args)

        monkeypatch.setattr(lite.store, name, counted)
    for _ in range(100):
        await holds(lite, token, sessions)
    assert asked == []
    lite.clock.move(seconds=61)
    for _ in range(100):
        await holds(lite, token, sessions)
    assert len(asked) == 1


async def test_signing_out_ends_the_session_on_every_worker(place: Place) -> None:
    account = await place.person("wang")
    token, other = await begun(place, account), await begun(place, account)
    workers = [Sessions(await open_entrance(place.store, lambda: MODEL, defaults(), place.clock)) for _ in range(2)]
    held = [await w.session(token) for w in workers]
    await sign_out(place.entrance, await place.actor(account), token)
    stamp = await place.stamp()
    for worker, before in zip(workers, held, strict=True):
        assert before and stale(before.actor, stamp), "the next question of a request finds out"
        worker.forget(before)
        assert await worker.session(token) is None
        assert await worker.session(other)


async def test_signing_out_everywhere_ends_all_sessions_of_that_person_only(place: Place) -> None:
    wang, li = await place.person("wang"), await place.person("li")
    mine, others = [await begun(place, wang) for _ in range(3)], await begun(place, li)
    await sign_out_everywhere(place.entrance, await place.actor(wang))
    assert [await holds(place, token) for token in mine] == [None] * 3
    assert await holds(place, others)


async def test_people_see_and_end_their_own_sessions_only(place: Place) -> None:
    wang, li = await place.person("wang"), await place.person("li")
    first = await begun(place, wang, "Firefox\0on\0Linux" * 50)
    place.clock.move(minutes=5)
    second, others = await begun(place, wang, "Phone"), await begun(place, li)
    listed = await sessions_of(place.entrance, wang)
    assert [s.agent[:7] for s in listed] == ["Phone", "Firefox"] and len(listed[1].agent) <= 200
    (theirs,) = await sessions_of(place.entrance, li)
    await end_session(place.entrance, await place.actor(wang), theirs.key)
    assert await holds(place, others), "somebody else's key ends nothing"
    await end_session(place.entrance, await place.actor(wang), listed[1].key)
    assert await holds(place, first) is None and await holds(place, second)
    place.clock.move(days=1)
    assert await sessions_of(place.entrance, wang) == ()


async def test_what_ran_out_is_swept(lite: Place) -> None:
    account = await lite.person("wang")
    await begun(lite, account)
    lite.clock.move(days=1)
    await begun(lite, account)
    async with lite.store.transaction() as connection:
        assert await connection.run(swept_sessions(lite.entrance)) == 1


async def test_a_new_password_ends_every_session_and_begins_one(place: Place) -> None:
    account = await place.person("wang", password=GOOD)
    old = [await begun(place, account) for _ in range(2)]
    opened = await change_password(place.entrance, await place.actor(account), GOOD, "leise rollende Koffer")
    assert [await holds(place, token) for token in old] == [None, None]
    assert await holds(place, opened.token)


async def test_an_account_that_is_switched_off_is_out_at_the_next_request(place: Place) -> None:
    account = await place.person("wang", ("head", 2))
    token = await begun(place, account)
    sessions = Sessions(place.entrance)
    held = await holds(place, token, sessions)
    made = await create_token(place.entrance, await place.actor(account), "t", frozenset({"*"}), 30)
    await switch_account(place.entrance, SYSTEM, account, on=False)
    assert held
    with pytest.raises(Stale):
        demand_fresh(held.actor, await place.stamp())
    sessions.forget(held)
    assert await holds(place, token, sessions) is None and await sessions.bearer(made.token) is None
    await switch_account(place.entrance, SYSTEM, account, on=True)
    assert await holds(place, token) is None, "the sessions stay ended"
    assert await Sessions(place.entrance).bearer(made.token), "the tokens only rested"


async def test_a_right_that_is_taken_is_gone_at_the_next_request(place: Place) -> None:
    account = await place.person("wang")
    token = await begun(place, account)
    sessions = Sessions(place.entrance)
    grant = await grant_role(place.entrance, SYSTEM, NewGrant(account, "head", 2))
    held = await holds(place, token, sessions)
    assert held and held.actor.roles == ("head",) and not stale(held.actor, await place.stamp())
    await revoke_grant(place.entrance, SYSTEM, grant)
    assert stale(held.actor, await place.stamp())
    sessions.forget(held)
    again = await holds(place, token, sessions)
    assert again and again.actor.roles == () and not stale(again.actor, await place.stamp())


async def test_two_sessions_of_one_person_do_not_keep_each_other_old(lite: Place) -> None:
    account = await lite.person("wang")
    one, two = await begun(lite, account), await begun(lite, account)
    sessions = Sessions(lite.entrance)
    first, second = await holds(lite, one, sessions), await holds(lite, two, sessions)
    await grant_role(lite.entrance, SYSTEM, NewGrant(account, "head"))
    assert first and second
    sessions.forget(first)
    again = [await holds(lite, token, sessions) for token in (one, two)]
    assert [h.actor.roles for h in again if h] == [("head",), ("head",)]


async def test_the_system_is_never_stale(lite: Place) -> None:
    assert not stale(SYSTEM, 17)


# ---------------------------------------------------------------- tokens


async def signed(place: Place, *roles: tuple[str, int | None]) -> Actor:
    return await place.actor(await place.person("wang", *roles))


async def test_a_token_acts_for_its_owner_within_its_scopes(place: Place) -> None:
    actor = await signed(place, ("head", 2))
    made = await create_token(place.entrance, actor, "roster", frozenset({"student:read"}), 30)
    held = await Sessions(place.entrance).bearer(made.token)
    assert held and held.csrf == "" and held.actor.id == actor.id
    assert held.actor.scopes == frozenset({"student:read"}) and held.actor.roles == ("head",)
    assert made.token not in repr(await place.rows("SELECT hash, title FROM sy_token", "text", "text"))
    (row,) = await tokens_of(place.entrance, actor.id)
    assert row.title == "roster" and row.used_at == place.entrance.now


async def test_a_token_ends_on_its_day(lite: Place) -> None:
    made = await create_token(lite.entrance, await signed(lite), "t", frozenset({"*"}), 10_000)
    sessions = Sessions(lite.entrance)
    lite.clock.move(days=360)
    assert await sessions.bearer(made.token), "it does not need to be used to stay"
    lite.clock.move(days=7)
    assert await sessions.bearer(made.token) is None


async def test_a_revoked_token_is_gone_at_the_next_request(place: Place) -> None:
    actor = await signed(place)
    made = await create_token(place.entrance, actor, "t", frozenset({"*"}), 30)
    sessions = Sessions(place.entrance)
    held = await sessions.bearer(made.token)
    await revoke_token(place.entrance, actor, made.id)
    assert held and stale(held.actor, await place.stamp())
    sessions.forget(held)
    assert await sessions.bearer(made.token) is None


async def test_only_its_owner_or_who_manages_accounts_revokes_a_token(place: Place) -> None:
    made = await create_token(place.entrance, await signed(place), "t", frozenset({"*"}), 30)
    stranger = await place.actor(await place.person("li", ("head", None)))
    with pytest.raises(Refused, match="ACCESS_051"):
        await revoke_token(place.entrance, stranger, made.id)
    await revoke_token(place.entrance, await place.actor(await place.person("chen", ("admin", None))), made.id)
    with pytest.raises(Refused, match="ACCESS_051"):
        await revoke_token(place.entrance, SYSTEM, made.id)


@pytest.mark.parametrize(
    "scopes", [(), ("studnet:read",), ("student",), ("student:fly",), ("x:*", "student:see"), ("",)]
)
async def test_a_token_without_meaning_is_refused(lite: Place, scopes: tuple[str, ...]) -> None:
    with pytest.raises(Refused, match="ACCESS_050"):
        await create_token(lite.entrance, await signed(lite), "t", frozenset(scopes), 30)


async def test_a_token_makes_no_tokens_and_no_passwords(lite: Place) -> None:
    made = await create_token(lite.entrance, await signed(lite), "t", frozenset({"*"}), 30)
    held = await Sessions(lite.entrance).bearer(made.token)
    assert held
    with pytest.raises(Refused, match="ACCESS_012"):
        await create_token(lite.entrance, held.actor, "t", frozenset({"*"}), 30)
    with pytest.raises(Refused, match="ACCESS_012"):
        await change_password(lite.entrance, held.actor, GOOD, "leise rollende Koffer")


async def test_one_sweep_removes_all_that_ran_out_and_nothing_else(place: Place) -> None:
    account = await place.person("wang", password=GOOD)
    await begun(place, account)
    await make_reset(place.entrance, SYSTEM, account)
    await place.store.apply([once("a submission", actor=account, at=place.entrance.now, answer={})])
    await sign_in(place.entrance, Attempt("wang", GOOD))
    assert await sweep(place.entrance) == 0
    place.clock.move(days=2)
    token = await begun(place, account)
    assert await sweep(place.entrance) == 2 + 2 + 1, "two sessions, the counts of account and address, the code"
    assert await holds(place, token)
    assert len(await place.rows("SELECT token FROM sy_once", "text")) == 1
