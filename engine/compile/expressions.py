"""The expressions of definitions as functions of a record's values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..definition.scope import Members
from ..diagnostics import Diagnostic
from ..expr import Scope, Type, check, compile_python
from ..expr.builtin import Builtin
from ..model import Expr, Model

#: From the context (name -> value, with `actor`, `$now` and `$zone`) to a value; never raises.
Run = Callable[[Mapping[str, Any]], Any]
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Function:
    """A compiled expression. paths: what it reads of its context, the longest paths only."""

    run: Run
    paths: frozenset[Path]
    text: str

    @property
    def reads(self) -> frozenset[str]:
        """The names it reads directly."""
        return frozenset(p[0] for p in self.paths)


class Broken(ValueError):
    """A definition that was never checked: an expression in it does not fit. Publishing refuses these beforehand."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__(", ".join(f"{d.code} {d.place}".strip() for d in self.diagnostics))


class Compiler:
    """Compiles the expressions of one model; what links lead to is looked up once for all of them."""

    def __init__(self, model: Model, functions: Mapping[str, Builtin] | None = None) -> None:
        self.model = model
        self.functions = functions or {}
        self.members = Members(model)

    def function(self, expr: Expr, scope: Scope, want: Type) -> Function:
        """The expression as a function whose result is of type `want`. Raises Broken."""
        found = check(expr.text, scope, want, expr.place)
        if found.expr is None:
            raise Broken(found.diagnostics)
        return Function(compile_python(found.expr), found.expr.paths, expr.text)
