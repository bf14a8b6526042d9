"""From a path to what serves it: compiled from the routes of the description, one look-up a request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from shuyuan.engine import API_PREFIX, ApiRoute

_UNDER = API_PREFIX + "/"
_BEHIND = len(_UNDER)


@dataclass(slots=True)
class Spot:
    """One path pattern: `fixed` places and texts beside the first, `open` places of variables; the routes by method."""

    fixed: tuple[tuple[int, str], ...]
    open: tuple[int, ...]
    routes: dict[str, ApiRoute] = field(default_factory=dict)


def allowed(routes: Mapping[str, ApiRoute]) -> str:
    """The methods a path takes, as `Allow` lists them."""
    extra = ("HEAD", "OPTIONS") if "GET" in routes else ("OPTIONS",)
    return ", ".join(sorted({*routes, *extra}))


@dataclass(frozen=True, slots=True)
class Found:
    """The pattern a path fits and what stands in place of its variables."""

    spot: Spot
    values: tuple[str, ...]


class Table:
    """Every route, by the first part of its path and the number of parts."""

    def __init__(self, routes: Iterable[ApiRoute]) -> None:
        spots: dict[str, Spot] = {}
        for one in routes:
            spots.setdefault(one.path, _spot(one.path)).routes[one.method] = one
        self._spots: dict[tuple[str, int], list[Spot]] = {}
        for path, spot in spots.items():
            parts = path[1:].split("/")
            self._spots.setdefault((parts[0], len(parts)), []).append(spot)
        for group in self._spots.values():
            group.sort(key=lambda spot: -len(spot.fixed))  # `bulk` is no id

    def find(self, path: str) -> Found | None:
        """What serves the path, None for a path of nothing."""
        if not path.startswith(_UNDER):
            return self._page(path) if path.startswith("/r/") else None
        parts = path[_BEHIND:].split("/")
        for spot in self._spots.get((parts[0], len(parts)), ()):
            if all(parts[at] == text for at, text in spot.fixed):
                values = tuple(parts[at] for at in spot.open)
                return Found(spot, values) if all(values) else None
        return None

    def _page(self, path: str) -> Found | None:
        """A list page asked for as JSON is the list of the API; nothing but reading is done there."""
        entity = path[3:].removesuffix(".json")
        spot = self._spots[("records", 2)][0]
        only = Spot(spot.fixed, spot.open, {"GET": spot.routes["GET"]})
        return Found(only, (entity,)) if entity and "/" not in entity else None


def _spot(path: str) -> Spot:
    parts = path[1:].split("/")
    places = {at: part for at, part in enumerate(parts) if at}
    fixed = tuple((at, part) for at, part in places.items() if not part.startswith("{"))
    return Spot(fixed, tuple(at for at, part in places.items() if part.startswith("{")))


def mine(path: str) -> bool:
    """Whether the API serves the path: its own addresses, and any list page asked for as JSON."""
    return path.startswith("/api/") or (path.startswith("/r/") and path.endswith(".json") and path.count("/") == 2)


def served(routes: Mapping[str, object], known: Iterable[ApiRoute]) -> None:
    """Raises LookupError unless every route has somebody who serves it."""
    missing = sorted({one.name for one in known} - set(routes))
    if missing:
        raise LookupError(f"nothing serves {', '.join(missing)}")
