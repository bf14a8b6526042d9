"""Messages about definitions, joined from their areas."""

from __future__ import annotations

from . import definition_entity, definition_flow, definition_page, definition_reading
from .diagnostic import Entry

ENTRIES: dict[str, Entry] = {
    **definition_reading.ENTRIES,
    **definition_entity.ENTRIES,
    **definition_page.ENTRIES,
    **definition_flow.ENTRIES,
}
