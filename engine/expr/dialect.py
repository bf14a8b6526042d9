"""What SQLite and PostgreSQL spell differently, and how a constant becomes a parameter."""

# ruff: noqa: S608 - put together from constants and the column text of the caller

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ..model.sql import Sql

DialectName = Literal["sqlite", "postgres"]

#: PostgreSQL type of a parameter, by kind of value.
CASTS = {
    "string": "text",
    "integer": "bigint",
    "number": "numeric",
    "boolean": "boolean",
    "date": "date",
    "time": "time",
    "date and time": "timestamptz",
    "days and time duration": "bigint",
    "link": "bigint",
}


@dataclass(frozen=True, slots=True)
class Dialect:
    """One database. postgres: whether it is PostgreSQL; else SQLite."""

    postgres: bool

    def param(self, value: object, kind: str) -> Sql:
        """A value as a parameter of the statement, with its type where the database wants it."""
        return Sql(f"?::{CASTS[kind]}" if self.postgres else "?", (value,))

    def among(self, value: Sql, items: object, kind: str) -> Sql:
        """`value` is one of the values of a list parameter."""
        if self.postgres:
            return value + Sql(f" = ANY(?::{CASTS[kind]}[])", (items,))
        return value + Sql(" IN (SELECT value FROM json_each(?))", (items,))

    def same(self, left: Sql, right: Sql) -> Sql:
        """Equal, null equal to null; never null."""
        return left + (" IS NOT DISTINCT FROM " if self.postgres else " IS ") + right

    def differ(self, left: Sql, right: Sql) -> Sql:
        """Not equal, null equal to null; never null."""
        return left + (" IS DISTINCT FROM " if self.postgres else " IS NOT ") + right

    def ordered(self, text: Sql) -> Sql:
        """A text as it is compared by `<`: by code points."""
        return text + ' COLLATE "C"' if self.postgres else text

    def in_json(self, column: Sql, value: Sql) -> Sql:
        """A text is an item of a JSON list."""
        if self.postgres:
            return column + " @> to_jsonb(" + value + ")"
        return Sql("EXISTS (SELECT 1 FROM json_each(") + column + ") WHERE value = " + value + ")"

    def find(self, text: Sql, piece: Sql) -> Sql:
        """Position of a piece in a text, 0 when it is not there."""
        return Sql("strpos(" if self.postgres else "instr(") + text + ", " + piece + ")"

    def trimmed(self, text: Sql, chars: str) -> Sql:
        """The text without these characters at its ends."""
        return Sql("btrim(" if self.postgres else "trim(") + text + ", " + self.param(chars, "string") + ")"

    def plus_days(self, day: Sql, days: int) -> Sql:
        """A date so many days later."""
        if self.postgres:
            return Sql("(") + day + Sql(" + ?::integer)", (days,))
        return Sql("date(") + day + Sql(", ?)", (f"{days:+d} days",))

    def days_between(self, later: Sql, earlier: Sql) -> Sql:
        """Whole days from one date to another."""
        if self.postgres:
            return Sql("(") + later + " - " + earlier + ")::bigint"
        return Sql("CAST(julianday(") + later + ") - julianday(" + earlier + ") AS INTEGER)"

    def part(self, day: Sql, name: str) -> Sql:
        """year, month, day or weekday (1 Monday to 7 Sunday) of a date."""
        if self.postgres:
            field = {"weekday": "ISODOW"}.get(name, name.upper())
            return Sql(f"EXTRACT({field} FROM ") + day + ")::bigint"
        code = {"year": "%Y", "month": "%m", "day": "%d", "weekday": "%w"}[name]
        found = Sql(f"CAST(strftime('{code}', ") + day + ") AS INTEGER)"
        return Sql("((") + found + " + 6) % 7 + 1)" if name == "weekday" else found


DIALECTS: dict[str, Dialect] = {"sqlite": Dialect(False), "postgres": Dialect(True)}

Make = Callable[[Sql], Sql]
