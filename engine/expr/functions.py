"""The table of every function the language has, by name and by Chinese alias."""

from __future__ import annotations

from collections.abc import Mapping

from .builtin import Builtin, Param, Signature, guarded, signature
from .fn_context import CONTEXT_FUNCTIONS
from .fn_list import LIST_FUNCTIONS
from .fn_number import NUMBER_FUNCTIONS
from .fn_range import RANGE_FUNCTIONS
from .fn_string import STRING_FUNCTIONS
from .fn_time import TIME_FUNCTIONS
from .lexer import Trie, trie_of
from .types import BY_NAME, MEMBERS

FUNCTIONS: Mapping[str, Builtin] = {
    f.name: f
    for f in (
        *NUMBER_FUNCTIONS,
        *STRING_FUNCTIONS,
        *LIST_FUNCTIONS,
        *TIME_FUNCTIONS,
        *CONTEXT_FUNCTIONS,
        *RANGE_FUNCTIONS,
    )
}

#: Chinese name -> canonical name.
ALIASES: Mapping[str, str] = {f.zh: f.name for f in FUNCTIONS.values() if f.zh}


def _words() -> Trie:
    names = set(FUNCTIONS) | set(BY_NAME) | {"start included", "end included"}
    for members in MEMBERS.values():
        names |= set(members)
    for found in FUNCTIONS.values():
        for one in found.signatures:
            names |= {p.name for p in one.params}
    return trie_of(names)


#: Names of several words that belong to the language itself.
WORDS: Trie = _words()

__all__ = ["ALIASES", "FUNCTIONS", "WORDS", "Builtin", "Param", "Signature", "guarded", "signature"]
