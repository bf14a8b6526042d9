"""The workflows of a document as drawings, with what is wrong at a step marked there."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup
from shuyuan.engine import Entity, Expr, Model, Proposed, Text, Who, Workflow, in_words, words

from ..render.flow_graph import flow_drawing
from .page import Page


def drawings(page: Page, found: Proposed, path: str) -> tuple[Markup, ...]:
    """A drawing of each workflow in a document; none while the definitions cannot be read."""
    model = found.loaded.model
    if model is None:
        return ()
    flows = [w for w in model.workflows.values() if w.place.file == path and w.of in model.entities]
    return tuple(_drawing(page, model, flow, dict(_wrong(page, found, flow)), n) for n, flow in enumerate(flows, 1))


def _drawing(page: Page, model: Model, flow: Workflow, wrong: dict[str, str], number: int) -> Markup:
    entity = model.entities[flow.of]
    roles = {p.role: p.title for p in model.policies.values()}

    def who(asked: Who) -> Text:
        if asked.owner:
            return Text("申请人", "Requester")
        return roles.get(asked.role) or _field(model, entity, asked.path) or Text(asked.role, asked.role)

    def says(expr: Expr) -> Text:
        return in_words(model, entity, expr)

    return flow_drawing(flow, page.lang, who=who, says=says, wrong=wrong, name=f"flow-{number}")


def _field(model: Model, entity: Entity, path: tuple[str, ...]) -> Text | None:
    spec = entity.field(path[0]) if path else None
    return spec.title if spec else None


def _wrong(page: Page, found: Proposed, flow: Workflow) -> Iterator[tuple[str, str]]:
    """Name of a step and what is said of it."""
    for said in found.diagnostics:
        parts = said.place.path.split("/")
        if said.place.file == flow.place.file and parts[0] == "steps" and len(parts) > 1:
            yield parts[1], words(said, page.lang).what
