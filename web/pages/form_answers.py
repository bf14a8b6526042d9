"""What was typed into a form, made ready for the engine: boxes, links looked up by their words, files kept."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from shuyuan.engine import Diagnostic, Face, FileRef, Place, Refused, lookup, upload
from starlette.datastructures import UploadFile

from ..render.form_rows import is_blank
from ..session import Form
from .page import Page

#: Bytes moved at a time.
PIECE = 1 << 18

#: Before the name of a field: what the page itself had worked out for it.
SHOWN = "~shown/"


@dataclass(slots=True)
class Answers:
    """values: field name -> what was typed, rows of sub-tables as mappings; shown: what the page had worked out itself;
    wrong: why files were not taken, at their fields; blanks: blank rows of each sub-table that were on the page.
    """

    values: dict[str, Any] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    wrong: list[Diagnostic] = field(default_factory=list)
    blanks: dict[str, int] = field(default_factory=dict)


async def answers(page: Page, entity: str, sent: Form, faces: Mapping[str, Face], keep: bool = True) -> Answers:
    """The answers to a form over an entity.

    faces: what its fields are; names they do not know stay among the values, so that the engine says so. keep: store
    the files that came along; without it they are left out.
    """
    return await _Reader(page, entity, sent, faces).read(keep)


class _Reader:
    def __init__(self, page: Page, entity: str, sent: Form, faces: Mapping[str, Face]) -> None:
        self._page = page
        self._entity = entity
        self._sent = sent
        self._faces = faces
        self._present = frozenset(name for name, _ in sent.pairs)

    async def read(self, keep: bool) -> Answers:
        sent = self._sent
        shown = {name.removeprefix(SHOWN): value for name, value in sent.pairs if name.startswith(SHOWN)}
        found = Answers(dict(sent.values), shown)
        for name, value in sent.values.items():
            face = self._faces.get(name)
            if face is None:
                continue
            if face.shape != "rows":
                found.values[name] = await self._one(face, name, value, sent.values)
            elif isinstance(value, list):
                found.values[name] = await self._rows(face, value)
                found.blanks[name] = sum(is_blank(row) for row in found.values[name])
        if keep:
            await self._uploads(found)
        return found

    async def _rows(self, face: Face, rows: list[Any]) -> list[dict[str, Any]]:
        columns = {c.name: c for c in face.columns}
        found = []
        for at, row in zip(self._places(face.name), rows, strict=False):
            around = {**self._sent.values, **row}
            made = dict(row)
            for name in row.keys() & columns.keys():
                made[name] = await self._one(columns[name], f"{face.name}/{at}/{name}", row[name], around)
            found.append(made)
        return found

    def _places(self, name: str) -> list[int]:
        """The numbers of the rows as they were sent, in the order in which they are read."""
        parts = [n.split("/", 2) for n in self._present if "~" not in n]
        found = {p[1] for p in parts if p[0] == name and len(p) == 3}
        return sorted(int(n) for n in found if n.isascii() and n.isdecimal() and len(n) < 7)

    async def _one(self, face: Face, path: str, value: Any, around: Mapping[str, Any]) -> Any:
        if face.cell == "check" and isinstance(value, list):
            return "true" if "true" in value else value[-1]
        return await self._chosen(face, path, value, around) if f"{path}~text" in self._present else value

    async def _chosen(self, face: Face, path: str, value: Any, around: Mapping[str, Any]) -> Any:
        """What a combobox means: the id, as long as the words beside it are those it came with; else the words."""
        said, was = self._sent.text(f"{path}~text"), self._sent.text(f"{path}~was")
        if value and said == was:
            return value
        if not said or face.shape != "link":
            return said
        parts = path.split("/")
        dotted = f"{parts[0]}.{parts[2]}" if len(parts) == 3 else path
        found = await lookup(self._page.work, self._entity, dotted, said, around)
        only = [ref for ref in found if ref.label == said] or found
        return str(only[0].id) if len(only) == 1 else said

    # -- files --------------------------------------------------------------------------------------------------------

    async def _uploads(self, found: Answers) -> None:
        """Keep the files that came along, and put them where they belong."""
        for name, file in self._sent.uploads:
            path, mark, _ = name.partition("~new")
            place = self._place(found.values, path.split("/")) if mark else None
            if place is None:
                continue
            face, into, told = place
            try:
                kept = await taken_in(self._page, face, file)
            except Refused as refused:
                found.wrong += [Diagnostic(d.code, Place(path=told), d.args) for d in refused.diagnostics]
                continue
            before = into.get(face.name) if face.several else None
            already = before if isinstance(before, list) else [before] if before else []
            into[face.name] = [*already, str(kept.id)] if already else str(kept.id)

    def _place(self, values: dict[str, Any], parts: list[str]) -> tuple[Face, dict[str, Any], str] | None:
        """The field that a file belongs to, the record or row it lies in, and the path messages point at."""
        face = self._faces.get(parts[0])
        if face is not None and face.shape == "file" and len(parts) == 1:
            return face, values, face.name
        if face is None or face.shape != "rows" or len(parts) != 3 or not parts[1].isdecimal():
            return None
        column = next((c for c in face.columns if c.name == parts[2] and c.shape == "file"), None)
        places, rows = self._places(face.name), values.get(face.name)
        if column is None or int(parts[1]) not in places or not isinstance(rows, list):
            return None
        at = places.index(int(parts[1]))
        return column, rows[at], f"{face.name}/{at}/{column.name}"


async def taken_in(page: Page, face: Face, file: UploadFile) -> FileRef:
    """Keep a file for a field. Raises Refused for one that the field does not take."""
    kept = await upload(page.work, file.filename or "", pieces(file), most=face.most)
    if not face.takes(kept.media_type):
        kinds = ", ".join(dict.fromkeys(t.split("/")[-1] for t in face.accept))
        raise Refused(
            Diagnostic("REC_039", Place(path=face.name), {"field": face.title, "name": kept.name, "accept": kinds})
        )
    return kept


async def pieces(file: UploadFile) -> AsyncIterator[bytes]:
    """The content of an uploaded file."""
    while piece := await file.read(PIECE):
        yield piece
