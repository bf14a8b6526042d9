"""The search over everything: a page of hits by kind of record, and the options under the search box."""

from __future__ import annotations

from shuyuan.engine import Hit, search
from starlette.responses import Response

from ..render.values import Choice, Entry, Listing
from .page import Page, get

#: Hits on the page, and under the box.
MANY, FEW = 60, 12


async def found(page: Page) -> Response:
    """What the words lead to; the search box asks for options, everybody else gets the page."""
    q = page.query.get("q", "").strip()[:100]
    if page.htmx and page.target.endswith("-o"):
        hits = await search(page.work, q, FEW)
        choices = tuple(Choice(_href(hit), hit.label, soft=_soft(page, hit)) for hit in hits)
        return page.partial("partials/options.html", id=page.target, choices=choices, hrefs=True)
    return page.show("search.html", q=q, groups=_groups(page, await search(page.work, q, MANY)))


def _groups(page: Page, hits: tuple[Hit, ...]) -> tuple[Listing, ...]:
    """The hits by kind of record, the kind of the best hit first."""
    kinds: dict[str, list[Hit]] = {}
    for hit in hits:
        kinds.setdefault(hit.entity.name, []).append(hit)
    return tuple(
        Listing(
            page.text(group[0].entity.plural) or page.text(group[0].entity.title),
            tuple(Entry(hit.label, _href(hit), hit.soft) for hit in group),
        )
        for group in kinds.values()
    )


def _href(hit: Hit) -> str:
    return f"/r/{hit.entity.name}/{hit.id}"


def _soft(page: Page, hit: Hit) -> str:
    kind = page.text(hit.entity.title)
    return f"{kind} · {hit.soft}" if hit.soft else kind


ROUTES = (get("/search", found),)
