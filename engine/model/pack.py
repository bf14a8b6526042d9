"""Everything that is live at one version: all definitions of all packs, ready to be compiled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .access import Policy
from .entity import CodeList, Entity
from .page import Dashboard, Form, View
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
