"""What is wrong, where, and what to do: one coded message as a value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """`error` must be mended before anything happens; `warning` is worth knowing."""

    ERROR = "error"
    WARNING = "warning"


class Kind(StrEnum):
    """Why a request was refused; the pages and the API map it to an HTTP status."""

    INVALID = "invalid"  # 422: values or definitions break a rule
    CONFLICT = "conflict"  # 409: somebody else was first
    STALE = "stale"  # 412: made against a version that is no longer current
    FORBIDDEN = "forbidden"  # 403
    MISSING = "missing"  # 404: not there, or not to be seen
    SIGNED_OUT = "signed_out"  # 401
    TOO_LARGE = "too_large"  # 413
    TOO_MANY = "too_many"  # 429
    MALFORMED = "malformed"  # 400: not even readable
    BUSY = "busy"  # 503: trying again later can help


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message points.

    file: path inside the pack, or "" outside files; line, column: from 1, 0 when unknown;
    path: names from the top of the definition or record, joined by "/", such as "schema/properties/name/maxLength"
    or "guardians/2/phone".
    """

    file: str = ""
    line: int = 0
    column: int = 0
    path: str = ""

    def __str__(self) -> str:
        where = self.file
        if self.line:
            where += f":{self.line}"
            if self.column:
                where += f":{self.column}"
        return f"{where} {self.path}".strip()


@dataclass(frozen=True, slots=True)
class Entry:
    """One message of the catalogue.

    zh, en: what is wrong; fix_zh, fix_en: the remedy, either-or where there is a choice. `{name}` is filled from the
    diagnostic's `args`. retry: whether doing the same again later can help.
    """

    zh: str
    en: str
    fix_zh: str = ""
    fix_en: str = ""
    severity: Severity = Severity.ERROR
    kind: Kind = Kind.INVALID
    retry: bool = False


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A message of the catalogue with its place and the words that fill it.

    args values are shown as they are; a `Text`-like value (with `.get(lang)`) is shown in the reader's language.
    """

    code: str
    place: Place = Place()
    args: Mapping[str, Any] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.code, self.place))


class Refused(Exception):
    """Something was not done; carries every reason at once.

    Raised only through the front door by the doing half of the engine; deciding functions return diagnostics.
    `kind` follows from the first diagnostic's catalogue entry. `detail` holds what a page needs to go on (the fresh
    state after a conflict, the changeset that re-renders the form).
    """

    def __init__(self, diagnostics: Iterable[Diagnostic] | Diagnostic, detail: Any = None) -> None:
        found = (diagnostics,) if isinstance(diagnostics, Diagnostic) else tuple(diagnostics)
        super().__init__(", ".join(f"{d.code} {d.place}".strip() for d in found))
        self.diagnostics = found
        self.detail = detail
