"""Through the front door, over the workflows of the school and its real roles: a button that is shown works, one that
is not shown does not and says why, and what cannot be seen cannot be found."""

from __future__ import annotations

import os
import random
from collections.abc import Awaitable, Callable

import pytest

from tests.school import School
from tests.web.approvals.changes import status_values, student_in, transfer_values
from tests.web.approvals.leaves import LONG, SHORT, buttons, closed, controls, naming, second_registrar
from tests.web.site import Site, Visitor, site_of

SEEDS = range(40) if os.environ.get("SHUYUAN_DEEP") else range(4)
CAST = (
    "registrar.east",
    "head.east",
    "grade.east",
    "principal.east",
    "teacher",
    "admin",
    "head.west",
    "registrar.west",
)
OUTSIDE = frozenset({"head.west", "registrar.west"})
#: What somebody types who is asked for it.
TYPED = {"office_number": "XJ-2026-1", "~comment": "说明一下"}
#: Everything there is to press, whoever may.
ACTS = (
    "approve",
    "reject",
    "return",
    "done",
    "submit",
    "withdraw",
    "cancel",
    "comment",
    "nudge",
    "take_back",
    "answer",
)


async def leave(school: School, rng: random.Random) -> tuple[str, dict[str, str]]:
    days = rng.choice((SHORT, LONG))
    values = {"student": str(await student_in(school)), "kind": "personal", "reason": "家中有事", **days}
    return "/r/leave_request/new?form=leave_request", values


async def transfer(school: School, rng: random.Random) -> tuple[str, dict[str, str]]:
    return "/r/class_transfer_request/new?form=class_transfer", await transfer_values(school)


async def change(school: School, rng: random.Random) -> tuple[str, dict[str, str]]:
    kind = rng.choice(("suspend", "graduate", "repeat"))
    return "/r/status_change/new?form=status_change", await status_values(school, kind)


async def begin(
    site: Site, who: Visitor, make: Callable[..., Awaitable[tuple[str, dict[str, str]]]], rng: random.Random
) -> int:
    address, values = await make(site.school, rng)
    await who.get(address)
    go = "keep" if rng.random() < 0.3 else "act:submit"
    answer = await who.post(address, {**values, "once": f"o{rng.random()}", "~go": go})
    assert answer.status_code == 303, answer.text[-3000:]
    return int(answer.headers["location"].rpartition("/")[2])


async def version(school: School, case: int) -> tuple[int, str]:
    ((found, status),) = await school.rows(f"SELECT version, status FROM sy_case WHERE id = {case}", "bigint", "text")
    return found, status


def filled(page: str, rng: random.Random) -> dict[str, str]:
    """What a sensible person sends: everything that is asked for is typed."""
    sent = controls(page)
    for name, value in TYPED.items():
        if name in sent and not sent[name]:
            sent[name] = value
    if "~to" in sent:
        choices = page.partition('name="~to"')[2].partition("</select>")[0].split('value="')[2:]
        sent["~to"] = rng.choice([c.partition('"')[0] for c in choices])
    return sent


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("make", [leave, transfer, change], ids=["leave", "transfer", "change"])
async def test_a_button_is_shown_exactly_when_it_works(
    school_sqlite: School, make: Callable[..., Awaitable[tuple[str, dict[str, str]]]], seed: int
) -> None:
    rng, site = random.Random(seed), site_of(school_sqlite)
    school = school_sqlite
    await second_registrar(school)
    people = {login: await site.signed_in(login) for login in CAST}
    case = await begin(site, people[rng.choice(("registrar.east", "head.east"))], make, rng)
    for _ in range(9):
        before, status = await version(school, case)
        if status != "open":
            break
        choices = await looked_at(people, case, rng)
        assert await version(school, case) == (before, status), (
            "looking, and pressing what is not shown, changes nothing"
        )
        assert choices, "somebody can always go on"
        login, value, page = rng.choice(choices)
        answer = await people[login].post(f"/cases/{case}", {**filled(page, rng), "~act": value})
        assert answer.status_code == 303, (
            login,
            value,
            answer.status_code,
            answer.text[answer.text.find("<main") :][:2500],
        )
        assert (await version(school, case))[0] == before + 1
        school.clock.move(minutes=2)
    for login, visitor in people.items():
        page = await visitor.get(f"/cases/{case}")
        assert page.status_code == (404 if login in OUTSIDE else 200), login


async def looked_at(people: dict[str, Visitor], case: int, rng: random.Random) -> list[tuple[str, str, str]]:
    """Every button anybody is shown; a few that are not shown are pressed all the same, in vain."""
    found = []
    for login, visitor in people.items():
        page = await visitor.get(f"/cases/{case}")
        if login in OUTSIDE:
            assert page.status_code == 404
            continue
        shown = buttons(page.text)
        found += [(login, value, page.text) for value in shown]
        names = {value.partition(".")[0] for value in shown}
        for name in naming(page.text):
            assert (await visitor.get(f"/cases/{case}/ask?act={name}")).status_code == 200, (login, name)
        for name in rng.sample(sorted(closed(page.text)), min(2, len(closed(page.text)))):
            why = await visitor.get(f"/cases/{case}/why?act={name}")
            assert why.status_code == 200 and 'class="bad"' in why.text, "a reason for whatever does not work"
        for name in rng.sample([a for a in ACTS if a not in names], 2):
            sent = {"version": controls(page.text).get("version", "0"), **TYPED, "~act": f"{name}.0"}
            sent.pop("office_number")
            answer = await visitor.post(f"/cases/{case}", sent)
            assert 400 <= answer.status_code < 500, (login, name, answer.status_code)
    return found
