"""Every extension point: what a plugin may bring, one hook each; built-in parts go through the same hooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pluggy

from .expr.builtin import Builtin
from .fieldtypes import FieldType, register
from .ops.handlers import Effect

PROJECT = "shuyuan"
ENTRY_POINTS = "shuyuan.plugins"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


class Hooks:
    """The hooks. A plugin is a module or object with functions of these names marked by `hookimpl`."""

    @hookspec
    def field_types(self) -> list[FieldType]:  # type: ignore[empty-body]
        """Kinds of fields beside the built-in ones; a name that is taken is refused."""

    @hookspec
    def functions(self) -> Mapping[str, Builtin]:  # type: ignore[empty-body]
        """FEEL functions by name."""

    @hookspec
    def effects(self) -> Mapping[str, Effect]:  # type: ignore[empty-body]
        """What workflows may `run:`, by name. Called after the transaction, at least once, with the same key."""


class Plugins:
    """The plugins of one process: those installed beside Shuyuan, and those given by hand."""

    def __init__(self, *given: object, installed: bool = True) -> None:
        self._hooks = pluggy.PluginManager(PROJECT)
        self._hooks.add_hookspecs(Hooks)
        if installed:
            self._hooks.load_setuptools_entrypoints(ENTRY_POINTS)
        for one in given:
            self._hooks.register(one)
        register(*(t for found in self._ask("field_types") for t in found))

    def _ask(self, hook: str) -> list[Any]:
        return cast(list[Any], getattr(self._hooks.hook, hook)())

    def functions(self) -> dict[str, Builtin]:
        """Every function a plugin brings."""
        return {name: made for found in self._ask("functions") for name, made in found.items()}

    def effects(self) -> dict[str, Effect]:
        """Every effect a plugin brings."""
        return {name: made for found in self._ask("effects") for name, made in found.items()}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the plugins."""
        return tuple(sorted(name for name, _ in self._hooks.list_name_plugin()))
