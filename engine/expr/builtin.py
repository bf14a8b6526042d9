"""What a function of the language is: its names, parameters, result, what runs, and one sentence about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ..model.text import Text
from . import types as t
from .values import conforms, fitted

ResultRule = Callable[[Sequence[t.Type]], t.Type]


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter. types: any of them will do; optional: may be left out; nullable: null is handed in, not answered."""

    name: str
    types: tuple[t.Type, ...]
    optional: bool = False
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call a function.

    run: gets the arguments in order, checked and converted, null only for nullable parameters; answers None for null.
    spread: the one list may also be given as separate arguments. rest: the last parameter may be given many times and
    arrives as a list. clock: `run` gets the context first.
    """

    params: tuple[Param, ...]
    result: t.Type | ResultRule
    run: Callable[..., Any]
    spread: bool = False
    rest: bool = False
    clock: bool = False

    @property
    def least(self) -> int:
        return sum(not p.optional for p in self.params)

    def result_of(self, given: Sequence[t.Type]) -> t.Type:
        return self.result if isinstance(self.result, t.Type) else self.result(given)


@dataclass(frozen=True, slots=True)
class Builtin:
    """A function of the language.

    zh: the Chinese alias; doc: one sentence; example: an expression and its value as text; shown: offered to people who
    write conditions; group: heading in the reference.
    """

    name: str
    signatures: tuple[Signature, ...]
    group: str
    zh: str = ""
    doc: Text = Text()
    example: tuple[str, str] = ("", "")
    shown: bool = False


_UNIONS = {"moment": (t.DATE, t.DATE_TIME), "duration": (t.YEARS_MONTHS, t.DAYS_TIME)}


def _types(text: str) -> tuple[t.Type, ...]:
    found: list[t.Type] = []
    for part in text.split("|"):
        if part in _UNIONS:
            found.extend(_UNIONS[part])
        elif part.startswith("list<"):
            found.append(t.list_of(*_types(part[5:-1])))
        else:
            found.append(t.BY_NAME[part])
    return tuple(found)


def signature(
    params: str,
    result: str | t.Type | ResultRule,
    run: Callable[..., Any],
    *,
    spread: bool = False,
    rest: bool = False,
    clock: bool = False,
) -> Signature:
    """A signature from `name: type, name?: type` (may be left out), `name~: type` (takes null); types joined by `|`."""
    made: list[Param] = []
    for part in filter(None, params.split(", ")):
        name, _, kind = part.partition(": ")
        optional = "?" in name
        made.append(Param(name.strip("?~"), _types(kind), optional, "~" in name))
    answer = _types(result)[0] if isinstance(result, str) else result
    return Signature(tuple(made), answer, run, spread, rest, clock)


def guarded(signatures: Sequence[Signature], placed: bool = False) -> Callable[..., Any]:
    """A total function over values of unknown kinds: takes the first signature that fits, null when none does.

    placed: separate arguments were already put into one list where the signature wants that.
    """
    clock = signatures[0].clock

    def call(*args: Any) -> Any:
        given = args[1:] if clock else args
        for found in signatures:
            ready = _ready(found, given if placed else _gathered(found, given))
            if ready is not None:
                try:
                    return found.run(args[0], *ready) if clock else found.run(*ready)
                except (ArithmeticError, ValueError, TypeError):
                    return None
        return None

    return call


def _gathered(found: Signature, args: tuple[Any, ...]) -> tuple[Any, ...]:
    if found.spread and args and (len(args) != 1 or not isinstance(args[0], list | None)):
        return (list(args),)
    if found.rest and len(args) >= found.least:
        return (*args[: found.least - 1], list(args[found.least - 1 :]))
    return args


def _ready(found: Signature, args: tuple[Any, ...]) -> list[Any] | None:
    """The arguments as the signature wants them, None when they do not fit."""
    if not found.least <= len(args) <= len(found.params):
        return None
    ready: list[Any] = []
    for value, param in zip(args, found.params, strict=False):
        if value is None:
            if not param.nullable:
                return None
        elif not any(conforms(value, kind) for kind in param.types):
            value = next((v for v in (fitted(value, kind) for kind in param.types) if v is not None), None)
            if value is None:
                return None
        ready.append(value)
    return ready
