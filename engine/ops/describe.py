"""What the API says about itself to one actor: schemas, code lists, rights; never more than they may see."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import orjson

from ..compile.openapi import openapi
from ..compile.reach import NEEDED, Reach, reached_schema
from ..compile.routes import PREFIX
from ..compile.schema import Use
from ..diagnostics import Diagnostic, Refused
from ..model import Entity, Field, Operation, Text
from ..policy import Varies, reaches
from .filters import hard_to_guess
from .work import Work

#: Descriptions kept for each version; sets of roles are few.
KEPT = 32

_CODELIST = Text("代码表", "code list")


def operations(work: Work, entity: str) -> frozenset[Operation]:
    """What the actor may do with some of the entity's records. Raises Refused(ASK_009) when that is nothing."""
    return work.access.operations(work.actor, work.entity(entity).name)


def demand_right(work: Work, entity: str, operation: Operation) -> Entity:
    """The entity, when the actor may do this with some of its records.

    Raises Refused: ASK_009 for an entity that is not there for them, ACCESS_012 or 013 for a right that is missing.
    """
    found = work.entity(entity)
    if work.product(entity, operation).nothing:
        scopes = work.actor.scopes
        if scopes is not None and not reaches(scopes, entity, operation):
            raise Refused(Diagnostic("ACCESS_013", args={"scope": f"{entity}:{operation}"}))
        raise Refused(Diagnostic("ACCESS_012"))
    return found


def reach_of(work: Work, entity: str) -> Reach:
    """What the actor may see and do with the records of an entity."""
    spec = work.version.entity(entity)
    see = work.product(entity, "see")
    fields = _every(spec)
    found = {name: see.fields.get(field.id, "hide") for name, field in fields}
    writing = (work.product(entity, "create"), work.product(entity, "edit"))
    return Reach(
        operations=frozenset[str](work.access.operations(work.actor, entity)),
        read=frozenset(n for n, shown in found.items() if shown != "hide"),
        write=frozenset(n for n, f in fields if any(p.writable.get(f.id, False) is not False for p in writing)),
        masked=frozenset(n for n, shown in found.items() if shown == "mask"),
        varied=frozenset(n for n, shown in found.items() if isinstance(shown, Varies) and shown.mask),
        open=frozenset(n for n, f in fields if found[n] == "show" and not f.sensitive),
        whole=frozenset(n for n, f in fields if found[n] != "hide" and hard_to_guess(f)),
    )


def _every(spec: Entity) -> list[tuple[str, Field]]:
    tops = [(f.name, f) for f in spec.fields]
    return tops + [(f"{f.name}.{c.name}", c) for f in spec.fields for c in f.rows]


async def describe(work: Work, lang: str, server: str = "") -> bytes:
    """The OpenAPI description as JSON, for what the actor may see and do under what is live."""
    await work.confirm()
    kept: OrderedDict[Any, bytes] = work.version.made(("describe", "openapi"), OrderedDict)
    reach = {name: reach_of(work, name) for name in work.version.model.entities}
    reach = {name: one for name, one in reach.items() if one.operations}
    key = (lang, server, tuple(reach.items()))
    found = kept.get(key)
    if found is None:
        number = str(work.version.number)
        found = kept[key] = orjson.dumps(openapi(work.version.model, reach, lang, server, number))
        while len(kept) > KEPT:
            kept.popitem(last=False)
    return found


async def schema_json(work: Work, entity: str, lang: str, use: Use = "read", server: str = "") -> dict[str, Any]:
    """The JSON Schema of an entity as the actor reads or sends its records. Raises Refused."""
    await work.confirm()
    spec = demand_right(work, entity, "see")
    needed: Operation = NEEDED[use]  # type: ignore[assignment]  # it is one of them
    demand_right(work, entity, needed)
    schema = reached_schema(work.version.model, spec, reach_of(work, entity), lang, use)
    return schema | {"$id": f"{server}{PREFIX}/schemas/{entity}?use={use}"}


async def codelist_json(work: Work, name: str, lang: str) -> dict[str, Any]:
    """The codes of a list. Raises Refused(ASK_009) for a list that is not there."""
    await work.confirm()
    found = work.version.model.codelists.get(name)
    if found is None:
        raise Refused(Diagnostic("ASK_009", args={"name": name[:80], "what": _CODELIST}))
    codes = [
        {
            "code": code.code,
            "title": code.title.get(lang),
            "parent": code.parent,
            "valid_from": code.valid_from,
            "valid_to": code.valid_to,
        }
        for code in found.codes
    ]
    return {"name": found.name, "title": found.title.get(lang), "source": found.source, "codes": codes}


async def me_json(work: Work) -> dict[str, Any]:
    """Who acts: account, roles, own records, and what a token is limited to."""
    await work.confirm()
    actor = work.actor
    scopes = None if actor.scopes is None else sorted(actor.scopes)
    return {
        "id": actor.id,
        "name": actor.name,
        "lang": actor.lang,
        "roles": list(actor.roles),
        "records": list(actor.records),
        "scopes": scopes,
    }
