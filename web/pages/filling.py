"""A form as it stands while somebody fills it in: which form, what may be written, what the answers so far come to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shuyuan.engine import (
    Changeset,
    Detail,
    Diagnostic,
    Entity,
    Form,
    Refused,
    Starting,
    Submission,
    Text,
    consider,
    detail,
    is_error,
    starting,
    words,
)

from ..render.filled import Filled
from ..render.form import Sheet, sheet_of
from ..render.problems import problem_of
from ..render.values import Problem
from ..render.words import Lang
from .form_answers import Answers
from .page import Page

_FORM = Text("表单", "form")


@dataclass(frozen=True)
class Filling:
    """A form that somebody has before them. record: None for a new one; start: the approval that the form begins."""

    page: Page
    entity: Entity
    sheet: Sheet
    record: int | None = None
    detail: Detail | None = None
    start: Starting | None = None

    @property
    def form(self) -> Form:
        """The form."""
        return self.sheet.form

    @property
    def address(self) -> str:
        """Where the form is and is sent to."""
        where = "new" if self.record is None else f"{self.record}/edit"
        return f"/r/{self.entity.name}/{where}?form={self.form.name}"

    def beside(self, what: str) -> str:
        """The address of what goes with the form: its live fields, its draft."""
        record = f"&id={self.record}" if self.record is not None else ""
        return f"/r/{self.entity.name}/{what}?form={self.form.name}{record}"

    @property
    def back(self) -> str:
        """Where somebody goes on who gives up."""
        return f"/r/{self.entity.name}" + (f"/{self.record}" if self.record is not None else "")

    def submission(self, values: Mapping[str, Any], **more: Any) -> Submission:
        """What is sent to the engine."""
        return Submission(self.entity.name, values, self.form.name, self.record, **more)

    async def considered(self, got: Answers, draft: bool = True) -> Changeset:
        """What the answers so far come to. draft: nothing is missing yet."""
        return await consider(self.page.work, self.submission(got.values, shown=got.shown), draft, self.detail)

    # -- what may be written ------------------------------------------------------------------------------------------

    def editable(self) -> frozenset[str]:
        """The fields that may be written, columns of sub-tables as `rows.column`."""
        names = self.detail.editable if self.detail else self._creatable()
        if self.start is None or self.record is not None or not self.start.edit:
            return names
        return frozenset(n for n in names if n.partition(".")[0] in self.start.edit)

    def _creatable(self) -> frozenset[str]:
        writable = self.page.work.product(self.entity.name, "create").writable
        specs = [(f.name, f) for f in self.entity.fields]
        specs += [(f"{f.name}.{c.name}", c) for f in self.entity.fields for c in f.rows]
        return frozenset(name for name, spec in specs if writable.get(spec.id, False) is not False)

    def absent(self, changeset: Changeset, editable: frozenset[str]) -> frozenset[str]:
        """Fields that do not apply now, are not to be seen, or have nothing to say on a new record."""
        seen = self.page.work.product(self.entity.name, "see")
        gone = set(changeset.hidden)
        for spec in self.entity.fields:
            name = spec.name
            if name not in editable and not self._told(name, changeset.values.get(name), seen.ever(spec.id)):
                gone.add(name)
            gone |= {
                f"{name}/{c.name}" for c in spec.rows if f"{name}.{c.name}" not in editable and not seen.ever(c.id)
            }
        return frozenset(gone)

    def _told(self, name: str, value: Any, seen: bool) -> bool:
        """Whether a field that nobody types here is shown."""
        if self.detail is not None:
            return name not in self.detail.hidden
        return seen and value not in (None, ())

    # -- what is shown ------------------------------------------------------------------------------------------------

    def filled(self, changeset: Changeset, got: Answers, said: Iterable[Diagnostic] = ()) -> Filled:
        """The content of the form. said: what there is to say, that of the changeset when nothing is given."""
        found = tuple(said) or changeset.diagnostics
        errors, warnings = said_at(found, self.sheet, self.page.lang)
        editable = self.editable()
        may_reveal = self.detail is not None and "reveal" in self.detail.may
        return Filled(
            today=self.page.work.now.at.astimezone(self.page.work.zone).date(),
            values={**changeset.values, **self._files_kept(errors)},
            raw=got.values,
            errors=errors,
            warnings=warnings,
            absent=self.absent(changeset, editable),
            editable=editable,
            computed=changeset.computed,
            blanks=got.blanks,
            reveal=f"/r/{self.entity.name}/{self.record}/reveal?field=" if may_reveal else "",
            about=f"&record={self.record}" if self.record is not None else "",
        )

    def _files_kept(self, errors: Mapping[str, str]) -> dict[str, Any]:
        """The stored files of fields whose new ones were not taken: they stay unless somebody removes them."""
        stored = self.detail.record.values if self.detail else {}
        return {n: stored.get(n) for n in errors if n in self.sheet.slots and self.sheet.slots[n].face.shape == "file"}

    def problems(self, said: Iterable[Diagnostic]) -> tuple[Problem, ...]:
        """Everything that keeps the form from being taken, each at the control that there is for it."""
        found = []
        for one in said:
            if is_error(one):
                path = control_path(self.sheet, one.place.path)
                moved = Diagnostic(one.code, type(one.place)(path=path), one.args)
                found.append(problem_of(moved, self.page.lang))
        return tuple(found)


def control_path(sheet: Sheet, path: str) -> str:
    """The path of the control a message stands at: the cell, else its sub-table; "" for what is not on the form."""
    parts = path.split("/")
    slot = sheet.slots.get(parts[0])
    if slot is None:
        return ""
    columns = {c.name for c in slot.face.columns if not c.readonly}
    return "/".join(parts[:3]) if len(parts) >= 3 and parts[2] in columns else parts[0]


def said_at(said: Iterable[Diagnostic], sheet: Sheet, lang: Lang) -> tuple[dict[str, str], dict[str, str]]:
    """The words of errors and of warnings, by the path of the control they stand at."""
    errors: dict[str, str] = {}
    warnings: dict[str, str] = {}
    for one in said:
        path = control_path(sheet, one.place.path)
        if path:
            found = words(one, lang)
            into = errors if is_error(one) else warnings
            text = f"{found.what} {found.remedy}".strip()
            into[path] = f"{into[path]} {text}" if path in into else text
    return errors, warnings


# ---------------------------------------------------------------- which form


async def begun(page: Page, name: str = "") -> Filling:
    """The form that an address asks for, over a new record or the one it names. Raises Refused.

    name: of the form; without it the one that suits best.
    """
    entity = page.work.entity(page.path("entity"))
    record = page.number("id") if "id" in page.request.path_params else _number(page.query.get("id", ""))
    found = await detail(page.work, entity.name, record) if record is not None else None
    form = _named(page, entity, name or page.query.get("form", "")) or usual_form(page, entity, found)
    if form is None:
        raise Refused(Diagnostic("ASK_009", args={"name": entity.name, "what": _FORM}))
    start = starting(page.version, form.name) if record is None else None
    return Filling(page, entity, sheet_of(page.version, form.name, page.lang), record, found, start)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None


def _named(page: Page, entity: Entity, name: str) -> Form | None:
    found = page.version.model.forms.get(name)
    if name and (found is None or found.of != entity.name):
        raise Refused(Diagnostic("ASK_009", args={"name": name[:80], "what": _FORM}))
    return found


def usual_form(page: Page, entity: Entity, found: Detail | None) -> Form | None:
    """The form for a new record; for a stored one the first in which this person may change anything."""
    forms = page.version.forms_for(entity.name, "new" if found is None else "edit")
    first = next(iter(forms), None)
    return first if found is None else next((f for f in forms if open_fields(page, f, found.editable)), first)


def open_fields(page: Page, form: Form, editable: frozenset[str]) -> int:
    """How many fields of a form somebody may change."""
    entry = page.version.entry(form.name)
    return len((entry.names - entry.readonly) & editable)
