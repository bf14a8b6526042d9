"""What the API says about itself: schemas, code lists, the description, and who asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from shuyuan.engine import SchemaUse, codelist_json, describe, me_json, schema_json

from .answer import JSON, REVALIDATE, SCHEMA, Answer, in_json
from .call import Call, Endpoint
from .conditional import tagged
from .query import chosen

USES = ("read", "create", "change")


async def schema(call: Call, entity: str) -> Answer:
    """The JSON Schema of an entity's records."""
    use = cast(SchemaUse, chosen("use", call.parameters("use").get("use", "read"), USES))
    found = await schema_json(call.work, entity, call.lang, use, call.passage.client.origin)
    return _kept(call, in_json(found, kind=SCHEMA))


async def codelist(call: Call, name: str) -> Answer:
    """A code list."""
    call.parameters()
    return _kept(call, in_json(await codelist_json(call.work, name, call.lang)))


async def me(call: Call) -> Answer:
    """Who asks."""
    call.parameters()
    return in_json(await me_json(call.work))


async def description(call: Call) -> Answer:
    """The OpenAPI description of what the actor may see and do."""
    call.parameters()
    return _kept(call, Answer(200, await describe(call.work, call.lang), [JSON]))


def _kept(call: Call, answer: Answer) -> Answer:
    answer.headers.append(REVALIDATE)
    return tagged(answer, call.headers, call.work.version.number)


#: By name of the route.
ENDPOINTS: Mapping[str, Endpoint] = {"schema": schema, "codelist": codelist, "me": me, "description": description}
