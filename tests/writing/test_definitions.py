"""What the shipped school does not have: links that copy links, sub-tables of many columns, labels that lead back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from shuyuan.engine.engine import Engine, open_engine
from shuyuan.engine.model import Actor, Grant, Sql, Storage
from shuyuan.engine.ops.held import held
from shuyuan.engine.ops.publish import install
from shuyuan.engine.ops.submission import Saved, Submission
from shuyuan.engine.ops.submit import submit
from shuyuan.engine.ops.undo import undo_change
from shuyuan.engine.ops.work import Work
from shuyuan.engine.settings import defaults
from shuyuan.engine.store import Query, Store

from .desk import codes, refused

PACK = {
    "p/pack.yaml": "pack: p\nversion: 1.0.0\ntitle: P\n",
    "p/entities/org.yaml": """entity: org
title: Unit
unit: self
parent: parent
label: name
schema: {required: [name], properties: {name: {is: text}, parent: {is: link, to: org}, code: {is: text}}}
""",
    "p/entities/person.yaml": """entity: person
title: Person
unit: org
person: true
label: name + " of " + friend.name
schema:
  required: [name]
  properties:
    name: {is: person_name}
    org: {is: link, to: org}
    friend: {is: person, to: person}
    boss: {is: person, to: person}
""",
    "p/entities/note.yaml": """entity: note
title: Note
unit: owner.org
label: string(owner.name) + " " + text
schema:
  properties:
    owner: {is: person, to: person, default: {feel: actor.record}}
    boss: {is: person, to: person, value: owner.boss}
    boss_org: {is: link, to: org, value: boss.org}
    code: {is: text, value: boss_org.code}
    text: {is: text, maxLength: 100}
    rows:
      is: rows
      of: {COLUMNS, at: {is: datetime}, share: {is: decimal, scale: 3}, who: {is: person}, on: {is: boolean}}
""".replace("COLUMNS", ", ".join(f"k{n}: {{is: text}}" for n in range(110))),
    "p/policies/all.yaml": """policy: all
role: all
title: All
system: [definitions, users, audit, jobs]
lines: [{for: "*", can: [all], scope: all}]
""",
    "p/policies/own.yaml": """policy: own
role: own
title: Own
lines:
  - {for: note, can: [see, create, edit]}
  - {for: person, can: [see]}
  - {for: org, can: [see], scope: all}
""",
}


class Town:
    """An engine over these definitions."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    async def work(self, *grants: Grant, records: Sequence[int] = ()) -> Work:
        ((access,),) = await self.engine.store.rows(_ACCESS)
        return self.engine.work(Actor(1, "one", records=tuple(records), grants=grants or (Grant("all"),), stamp=access))

    async def put(self, entity: str, record: int | None = None, /, **values: Any) -> Saved:
        return await submit(await self.work(), Submission(entity, values, id=record, source="api"))

    async def values(self, saved: Saved) -> dict[str, Any]:
        found = await held(self.engine.work(), self.engine.version.entity("note"), saved.id, "see")
        assert found is not None
        return {**found.record.values, "unit ": found.record.unit}


_ACCESS = Query(Sql("SELECT access FROM sy_live"), (Storage("bigint"),))


@pytest.fixture
async def town(store: Store) -> Town:
    """The definitions live on an empty database."""
    engine = await open_engine(defaults(), store=store)
    await install(engine.work(), PACK)
    await engine.refresh()
    return Town(engine)


async def test_links_that_take_their_value_from_links_have_everything_behind_them(town: Town) -> None:
    org = await town.put("org", name="东", code="E1")
    boss = await town.put("person", name="王", org=org.id)
    person = await town.put("person", name="李", org=org.id, boss=boss.id, friend=boss.id)
    assert person.label == "李 of 王"
    note = await town.put("note", owner=person.id, text="你好")
    values = await town.values(note)
    assert note.label == "李 你好" and values["unit "] == org.id
    assert (values["boss"].id, values["boss_org"].id, values["code"]) == (boss.id, org.id, "E1")
    other = await town.put("org", name="西", code="W2")
    await town.put("person", boss.id, org=other.id)
    await town.put("person", person.id, org=other.id)
    assert (await town.values(note))["unit "] == other.id, "it lies where its owner lies"
    await town.put("note", note.id, text="再")
    assert (await town.values(note))["code"] == "W2", "worked out anew when it is written"


async def test_a_link_to_whoever_acts_places_the_record(town: Town) -> None:
    org = await town.put("org", name="东", code="E1")
    me = await town.put("person", name="李", org=org.id)
    work = await town.work(Grant("own", org.id), records=[me.id])
    saved = await submit(work, Submission("note", {"text": "我的"}, source="api"))
    assert saved.label == "李 我的" and (await town.values(saved))["unit "] == org.id
    elsewhere = await town.work(Grant("own", (await town.put("org", name="西")).id), records=[me.id])
    assert codes(await refused(submit(elsewhere, Submission("note", {"text": "x"})))) == [("WRITE_004", "owner")]


async def test_sub_tables_wider_than_a_function_takes_are_read_and_written(town: Town) -> None:
    who = await town.put("person", name="李")
    cells = {f"k{n}": f"值[{n}]" for n in range(110)}
    row = {**cells, "at": "2026-03-01T08:30:00+08:00", "share": 0.125, "who": who.id, "on": True}
    saved = await town.put("note", text="x", rows=[row, {"k109": "]"}, {"k0": "["}])
    stored = (await town.values(saved))["rows"]
    assert [stored[0][k] for k in cells] == list(cells.values()) and stored[1]["k109"] == "]" and stored[2]["k0"] == "["
    assert (
        stored[0]["share"] == type(stored[0]["share"])("0.125")
        and stored[0]["who"].id == who.id
        and stored[0]["on"] is True
    )
    again = await town.put("note", saved.id, rows=[{"id": stored[2]["id"]}, {"id": stored[0]["id"], "k5": "新"}])
    assert again.version == 2
    await undo_change(await town.work(), again.change)
    assert (await town.values(saved))["rows"] == stored


async def test_a_label_that_leads_back_to_itself_has_an_end(town: Town) -> None:
    one = await town.put("person", name="甲")
    two = await town.put("person", name="乙", friend=one.id)
    back = await town.put("person", one.id, friend=two.id)
    assert back.label == "甲 of 乙"
    itself = await town.put("person", two.id, friend=two.id)
    assert itself.label == "乙 of 乙"
