"""Documents while somebody works on them: what they hold, and everything the checks say of them."""

from __future__ import annotations

from collections.abc import Mapping

from ..definition.contents import Content, contents
from ..definition.edit import NotThere
from ..definition.new_field import KINDS, NewField, with_field
from ..diagnostics import Diagnostic, Refused
from ..fieldtypes import field_types
from ..model import Model, Text
from .planning import Proposed, demand_right, planned
from .work import Work


async def checked(work: Work, documents: Mapping[str, str]) -> Proposed:
    """The documents with everything the checks say of them, and the plan without counts.

    Raises Refused(ACCESS_012).
    """
    demand_right(work)
    return await planned(work, documents)


def field_kinds() -> tuple[tuple[Text, tuple[tuple[str, Text], ...]], ...]:
    """The kinds of fields that can be added without YAML: heading -> name and title of each."""
    known = field_types()
    return tuple((heading, tuple((kind, known[kind].title) for kind in kinds)) for heading, kinds in KINDS.items())


def add_field(documents: Mapping[str, str], model: Model, new: NewField) -> dict[str, str]:
    """The documents with a new field. Raises Refused(PLAN_010) when what it should go into is no longer there."""
    try:
        return with_field(documents, model, new)
    except NotThere as gone:
        raise Refused(Diagnostic("PLAN_010", args={"what": str(gone)})) from gone


__all__ = ["Content", "NewField", "add_field", "checked", "contents", "field_kinds"]
