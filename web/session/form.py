"""What a page sent: the fields of a form by their paths, put back into the shape of a record, and its files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from python_multipart.exceptions import FormParserError
from shuyuan.engine import Diagnostic, Refused
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from .csrf import FIELD, kind_of_form

#: Most fields and files of one form; a sub-table of 500 rows with 20 columns fits.
FIELDS, FILES = 12_000, 50

#: Most bytes of one text.
LONGEST = 2_000_000

# No database keeps these in a text, and no keyboard makes them.
_BROKEN = re.compile("[\x00\ud800-\udfff]")

#: Names of the frame of a form, which are never fields of a record; so is every name with "~" in it.
FRAME = frozenset({FIELD, "once", "version", "next"})


@dataclass(frozen=True)
class Form:
    """A form as it was sent, in its order. Closed with the request; files live no longer than that."""

    pairs: tuple[tuple[str, str], ...] = ()
    uploads: tuple[tuple[str, UploadFile], ...] = ()

    def text(self, name: str, otherwise: str = "") -> str:
        """The last value of a name, with the spaces around it taken off."""
        return self._texts.get(name, otherwise).strip()

    def raw(self, name: str) -> str:
        """The last value of a name just as it was sent: for passwords and long texts."""
        return self._texts.get(name, "")

    def many(self, name: str) -> tuple[str, ...]:
        """Every value of a name that is not empty."""
        return tuple(value for key, value in self.pairs if key == name and value)

    def ids(self, name: str = "id") -> tuple[int, ...]:
        """Every value of a name that is a number, each once."""
        return tuple(dict.fromkeys(int(v) for v in self.many(name) if v.isascii() and v.isdigit() and len(v) < 19))

    def number(self, name: str) -> int:
        """The value of a name that is a number, else 0."""
        return next(iter(self.ids(name)), 0)

    def on(self, name: str) -> bool:
        """Whether a box is ticked or a button was pressed."""
        return bool(self.text(name))

    def files(self, name: str) -> tuple[UploadFile, ...]:
        """The files of a name; a file control that was left empty gives none."""
        return tuple(u for key, u in self.uploads if key == name)

    @cached_property
    def _texts(self) -> Mapping[str, str]:
        return dict(self.pairs)

    @cached_property
    def values(self) -> dict[str, Any]:
        """The record as it was typed: see `nested`; without the frame of the form and names with "~"."""
        return nested((name, value) for name, value in self.pairs if name not in FRAME and "~" not in name)


def nested(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Names such as `guardians/0/phone` as {"guardians": [{"phone": ...}]}, rows by their numbers.

    A name that comes once is its text. One that comes several times (ticked boxes behind an empty first value) is its
    text when one value is not empty, and a list of them when several are. A sub-table of which only the empty first
    value came is "", which the engine reads as no rows.
    """
    found: dict[str, Any] = {}
    tables: dict[str, dict[int, dict[str, Any]]] = {}
    for name, value in pairs:
        top, slash, rest = name.partition("/")
        if not slash:
            _put(found, name, value)
            continue
        number, _, column = rest.partition("/")
        if number.isascii() and number.isdigit() and len(number) < 7 and column:
            _put(tables.setdefault(top, {}).setdefault(int(number), {}), column, value)
        else:
            _put(found, name, value)  # no control of ours is called so: the engine says that it does not know it
    for top, rows in tables.items():
        found[top] = [rows[at] for at in sorted(rows)]
    return found


def _put(into: dict[str, Any], name: str, value: str) -> None:
    before = into.get(name)
    if not before:
        into[name] = value
    elif value:
        into[name] = [*before, value] if isinstance(before, list) else [before, value]


class _Whole(MultiPartParser):
    """Takes a form with files only when all of it came: up to the boundary that closes it."""

    closed = False

    def on_end(self) -> None:
        self.closed = True

    async def parse(self) -> FormData:
        found = await super().parse()
        if not self.closed:
            await found.close()
            raise MultiPartException("The closing boundary is missing.")
        return found


async def read_form(request: Request) -> Form:
    """The form of a request. Its length is bounded by the guard.

    Raises Refused(WEB_004) for what is none, (WEB_014) for characters that nobody can keep, (ACCESS_007) for a text
    that is too long.
    """
    try:
        sent = await _sent(request)
    except (MultiPartException, HTTPException, FormParserError, UnicodeError) as error:
        if "maximum size" in str(getattr(error, "message", "")):  # starlette tells a long text by its words only
            raise Refused(Diagnostic("ACCESS_007", args={"limit": f"{LONGEST // 1_000_000} MB"})) from None
        raise Refused(Diagnostic("WEB_004")) from None
    pairs, uploads = [], []
    for name, value in sent.multi_items():
        if _BROKEN.search(name) or _BROKEN.search(value if isinstance(value, str) else value.filename or ""):
            await sent.close()
            raise Refused(Diagnostic("WEB_014"))
        if isinstance(value, str):
            pairs.append((name, value))
        elif value.filename:
            uploads.append((name, value))
    return Form(tuple(pairs), tuple(uploads))


async def _sent(request: Request) -> FormData:
    """What starlette reads, once in a request; a form with files through `_Whole`."""
    if request._form is None and kind_of_form(request.headers.get("content-type", "").encode("latin-1")) == "parts":
        parser = _Whole(request.headers, request.stream(), max_files=FILES, max_fields=FIELDS, max_part_size=LONGEST)
        request._form = await parser.parse()
    return await request.form(max_files=FILES, max_fields=FIELDS, max_part_size=LONGEST)
