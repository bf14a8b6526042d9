"""Where documents may stand: short relative paths, which any computer can hold as files, and not too many of them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..diagnostics import Diagnostic, Place

#: Documents of an installation, and characters of all of them together.
MOST_DOCUMENTS = 2_000
MOST_CHARACTERS = 32_000_000

_PATH = re.compile(r"[\w\-][\w\-. ]*(/[\w\-][\w\-. ]*){0,7}\.(yaml|yml|json|csv)")
_LONGEST = 200


def check_paths(documents: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with how documents are called, and with how many there are."""
    size = sum(map(len, documents.values()))
    if len(documents) > MOST_DOCUMENTS or size > MOST_CHARACTERS:
        args = {"count": len(documents), "size": size, "most": MOST_DOCUMENTS, "most_size": MOST_CHARACTERS}
        return (Diagnostic("PLAN_006", args=args),)
    wrong = [path for path in sorted(documents) if not fine_path(path)]
    return tuple(Diagnostic("PLAN_005", Place(path[:_LONGEST]), {"path": path[:_LONGEST]}) for path in wrong)


def fine_path(path: str) -> bool:
    """Whether a document may stand there: no step upwards, nothing hidden, nothing absolute."""
    return len(path) <= _LONGEST and _PATH.fullmatch(path) is not None and ".." not in path
