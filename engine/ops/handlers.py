"""What each kind of job does: mail for a notice, a timer of a case, an effect of a plugin."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..diagnostics import Diagnostic
from .act import act_on_time
from .cases import Desk
from .jobs import Handler, Hopeless, Job
from .mail import Transport, composed
from .notices import naming, readers

#: An effect: key that never comes twice, and what is known of the case. It may be called again with the same key.
Effect = Callable[[str, Mapping[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Post:
    """How mail leaves. base_url: how people reach the site, "" leaves links out."""

    transport: Transport
    sender: str
    base_url: str


def handlers(desk: Desk, post: Post, effects: Callable[[], Mapping[str, Effect]]) -> dict[str, Handler]:
    """The handlers of approvals by kind of job; effects: those that plugins give now, by name."""

    async def notice(job: Job) -> None:
        told = job.payload
        for reader in await readers(desk.store, [int(told["account"])]):
            at = desk.now().ms
            label = await desk.label_for(reader.account, str(told.get("entity", "")), int(told.get("record") or 0))
            named = {**told, "title": naming(told["title"], label), "text": naming(told["text"], label)}
            mail = composed(reader, named, key=job.key, sender=post.sender, base_url=post.base_url, at=at)
            await post.transport.send(mail)

    async def timer(job: Job) -> None:
        await act_on_time(desk, job.payload)

    async def effect(job: Job) -> None:
        name = str(job.payload["effect"])
        found = effects().get(name)
        if found is None:
            raise Hopeless(Diagnostic("FLOW_037", args={"effect": name}))
        await found(job.key, job.payload)

    return {"notice": notice, "timer": timer, "effect": effect}
