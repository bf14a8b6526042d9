"""Everything that is live at one version: all definitions of all packs, ready to be compiled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .access import Policy
from .entity import CodeList, Entity
from .page import USES, Dashboard, Form, Use, View
from .text import Text
from .workflow import Workflow


@dataclass(frozen=True, slots=True)
class Pack:
    """A folder of definitions: its name, version and what it calls itself."""

    name: str
    version: str
    title: Text
    requires: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Model:
    """The checked definitions, each kind by name.

    zone: IANA name of the time zone that dates and times are shown and typed in.
    hash: sha256 hex of the canonical documents it was built from. Two equal hashes mean equal behaviour.
    """

    packs: Mapping[str, Pack] = field(default_factory=dict)
    entities: Mapping[str, Entity] = field(default_factory=dict)
    codelists: Mapping[str, CodeList] = field(default_factory=dict)
    forms: Mapping[str, Form] = field(default_factory=dict)
    views: Mapping[str, View] = field(default_factory=dict)
    workflows: Mapping[str, Workflow] = field(default_factory=dict)
    policies: Mapping[str, Policy] = field(default_factory=dict)
    dashboards: Mapping[str, Dashboard] = field(default_factory=dict)
    zone: str = "Asia/Shanghai"
    hash: str = ""

    def forms_for(self, entity: str, use: Use) -> tuple[Form, ...]:
        """The forms over an entity, the one that opens for `use` first.

        Those declared for it come before those that declare nothing, those declared for something else come last, each
        in the order of the definitions: a field that is put on a form changes nothing of it.
        """
        forms = (f for f in self.forms.values() if f.of == entity)
        return tuple(sorted(forms, key=lambda f: 0 if use in f.uses else 2 if f.uses else 1))

    def usual_forms(self, entity: str) -> tuple[Form, ...]:
        """The forms that open for anything when none is named, each once."""
        return tuple({f.id: f for use in USES for f in self.forms_for(entity, use)[:1]}.values())
