"""What is recorded: entities, their fields and the rules over them; and the code lists fields choose from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from ..diagnostics import Place
from .text import Text


@dataclass(frozen=True, slots=True)
class Expr:
    """FEEL text with the place it was written at; checked when the definition is checked."""

    text: str
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a choice field. `id` never changes; `name` is what is stored and sent, `title` what is shown.

    replaces: names of options that were merged into this one; stored values of theirs become this one.
    """

    id: str
    name: str
    title: Text
    tone: str = ""  # pill colour: ok, info, warn, bad, muted
    replaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One thing recorded about an entity.

    id: immutable, engine-made (`[a-z][a-z0-9]{1,15}`), the physical column belongs to it; name: the key in files, API
    and expressions; type: name of a field type; options: what only this type knows (JSON Schema keywords such as
    maxLength, minimum, pattern, and keys such as `to`, `where`, `list`, `number`, `scale`).
    value: computed from other fields; with `override` a person may enter another value.
    when: the field exists only while this holds (hidden and, by the form's policy, dropped otherwise).
    fill: what stored records get when the field is first published, over the record as it was before.
    """

    id: str
    name: str
    type: str
    title: Text
    options: Mapping[str, Any] = field(default_factory=dict)
    required: bool = False
    unique: bool = False
    search: bool = False
    index: bool = False
    readonly: bool = False
    sensitive: Literal["", "identity", "contact", "health", "finance", "family"] = ""
    group: str = ""  # field group that policies name; a sensitive field without one is in the group of that name
    default: Any = None  # constant, or Expr
    value: Expr | None = None
    override: bool = False
    when: Expr | None = None
    choices: tuple[Option, ...] = ()
    rows: tuple[Field, ...] = ()  # the columns of a sub-table
    help: Text = Text()
    placeholder: Text = Text()
    fill: Expr | None = None
    column: str = ""  # physical column; "" stands for "c_" + id (a retyped field moves to a new column)
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class Rule:
    """What must (not) hold for a record: `when` true means `error` is shown at the fields `on`."""

    when: Expr
    error: Text
    on: tuple[str, ...] = ()
    warning: bool = False
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class Gives:
    """Whoever stands in field `to` (a link; "self" for the record itself) holds `role` in the unit of the record."""

    role: str
    to: str
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class Entity:
    """A kind of record.

    unit: path of names from the record to the record that is its unit (`("class",)`, `("student", "class")`),
    `("self",)` when each record of this entity *is* a unit, `()` when its records belong to no unit.
    parent: for units, the link field that names the unit above.
    label: FEEL text for how one record is called. person: records are people that a sign-in may belong to.
    gives: roles that follow from who stands in a field. unique, indexes: field names that go together.
    constraints: JSON Schema keywords over the whole record as `schema:` states them beside `properties` (allOf, if,
    dependentRequired ...); they only constrain fields that exist.
    """

    id: str
    name: str
    title: Text
    fields: tuple[Field, ...]
    label: Expr
    plural: Text = Text()
    help: Text = Text()
    icon: str = ""
    section: Text = Text()  # heading in the navigation
    unit: tuple[str, ...] = ()
    parent: str = ""
    person: bool = False
    rules: tuple[Rule, ...] = ()
    gives: tuple[Gives, ...] = ()
    sort: tuple[str, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()
    constraints: Mapping[str, Any] = field(default_factory=dict)
    place: Place = field(default=Place(), compare=False)

    def field(self, name: str) -> Field | None:
        """The field of that name, or None."""
        return next((f for f in self.fields if f.name == name), None)


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a list, valid from `valid_from` to `valid_to` inclusive (None: without end)."""

    code: str
    title: Text
    parent: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class CodeList:
    """Codes that fields of type `code` choose from; `source` names the standard."""

    id: str
    name: str
    title: Text
    codes: tuple[Code, ...]
    source: str = ""
    place: Place = field(default=Place(), compare=False)
