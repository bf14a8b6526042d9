"""What a name may look like, and which names are taken by the engine or the expression language."""

from __future__ import annotations

import re
from unicodedata import is_normalized

MOST_CHARACTERS = 60

#: Words of the expression language; a field of that name could not be told from them.
_KEYWORDS = (
    "if then else for in return some every satisfies function external or and not between instance of true false null"
)
KEYWORDS = frozenset(_KEYWORDS.split())

#: What every record has beside its fields, in files, API and expressions.
RESERVED_FIELDS = frozenset(["id", "version", "created_at", "created_by", "updated_at", "updated_by"])

#: What addresses of lists and posted forms say beside the fields of a record; columns of sub-tables are not among them.
_ASKED = "once next csrf label unit q sort fields after before view limit lang count group in col all"
RESERVED_AT_TOP = RESERVED_FIELDS.union(_ASKED.split())

#: Names with a meaning of their own in `tell`, `need`, `by`.
SPECIAL = frozenset({"owner", "comment", "self"})

_PATH_PART = re.compile(r"[^\W\d]\w*")
DURATION = re.compile(r"([1-9][0-9]{0,3})(d|cd|h)")
SHARE = re.compile(r"[1-9][0-9]{0,2}%?")
#: An id as the engine makes them, or as a pack brings them: it becomes part of column and table names.
ID = re.compile(r"[a-z][a-z0-9]{1,15}")


def is_name(text: str) -> bool:
    """Whether `text` is a plain identifier of at most 60 characters; letters of any script."""
    fits = bool(_PATH_PART.fullmatch(text)) and len(text) <= MOST_CHARACTERS
    return fits and (text.isascii() or is_normalized("NFC", text))


def is_field_name(text: str) -> bool:
    """Whether a field may be called so: a name that is no word of the expression language."""
    return is_name(text) and text not in KEYWORDS


def is_path(text: str) -> bool:
    """Whether `text` is one to six names joined by dots."""
    parts = text.split(".")
    return len(parts) <= 6 and all(is_name(p) for p in parts)


def is_label(text: str) -> bool:
    """Whether `text` may name an option, a code or an id: 1 to 60 printable characters, no blanks around."""
    return 0 < len(text) <= MOST_CHARACTERS and text.isprintable() and text == text.strip()
