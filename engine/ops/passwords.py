"""Passwords: what makes one good enough, and argon2id in a few threads that cannot be flooded."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from ..diagnostics import Diagnostic, Place, Refused

T = TypeVar("T")

#: Longest password taken; more is a way to keep the threads busy.
LONGEST = 256

_COMMON = """
password passwort passwd pass admin administrator root user guest login welcome letmein master hello secret
monkey dragon shadow sunshine princess football baseball superman batman iloveyou trustno trustnoone whatever
freedom starwars computer internet changeme default test testing demo example temp temporary school student
teacher shuyuan xuesheng laoshi xuexiao mima woaini nihao zhongguo beijing shanghai qwerty qwertyuiop asdfgh
asdfghjkl zxcvbn zxcvbnm qazwsx qazwsxedc abcdef abcdefg abcabc aaaaaa abc
"""

#: What people choose first, without the digits and signs they put around it.
COMMON = frozenset(_COMMON.split())

_RUNS = (
    "01234567890",
    "09876543210",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc",
)
_LOOKS_LIKE = str.maketrans("@$013457", "asoieast")


def weak(password: str, login: str, name: str, shortest: int) -> Diagnostic | None:
    """Why the password is not taken, None when it is.

    Rules follow NIST SP 800-63B: length and not being guessable count, no kinds of characters are demanded.
    """
    place = Place(path="password")
    if len(password) < shortest:
        return Diagnostic("ACCESS_020", place, {"least": shortest})
    if len(password) > LONGEST:
        return Diagnostic("ACCESS_021", place, {"most": LONGEST})
    folded = unicodedata.normalize("NFKC", password).lower()
    if any(len(own) >= 3 and own.lower() in folded for own in (login, name)):
        return Diagnostic("ACCESS_022", place)
    return Diagnostic("ACCESS_023", place) if _guessable(folded) else None


def _guessable(folded: str) -> bool:
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded)
    if core in COMMON or core.translate(_LOOKS_LIKE) in COMMON or folded.translate(_LOOKS_LIKE) in COMMON:
        return True
    if len(set(folded)) < 5:
        return True
    for part in (2, 3, 4):  # one short piece over and over
        if folded == (folded[:part] * len(folded))[: len(folded)]:
            return True
    if re.fullmatch(r"(1[3-9]\d{9})|\d{17}[\dx]|(19|20)\d{6,10}", folded):  # phone, resident id, birthday
        return True
    return _in_runs(folded)


def _in_runs(folded: str) -> bool:
    """Whether keyboard and alphabet runs of four and more make up most of the password."""
    covered = [False] * len(folded)
    for start in range(len(folded) - 3):
        piece = folded[start : start + 4]
        if any(piece in run or piece in run[::-1] for run in _RUNS):
            covered[start : start + 4] = [True] * 4
    return len(folded) - sum(covered) < 4


class Passwords:
    """argon2id in `threads` threads; at most `waiting` hashes stand in line, more are refused as busy.

    The cost is that of the OWASP cheat sheet (19 MiB, two rounds); a hash made with another cost is renewed at the
    next sign-in.
    """

    def __init__(self, threads: int = 2, waiting: int = 64, memory_kib: int = 19456, rounds: int = 2) -> None:
        self._hasher = PasswordHasher(time_cost=rounds, memory_cost=memory_kib, parallelism=1, type=Type.ID)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="password")
        self._room = waiting + threads
        self._inside = 0
        # Somebody nobody knows is checked against this, so that the answer takes as long as for a real account.
        self._nobody = self._hasher.hash("nobody has this password")

    async def hash(self, password: str) -> str:
        """The hash to be stored. Raises Refused(ACCESS_003) when too many stand in line."""
        return await self._run(_hash, self._hasher, normal(password))

    async def matches(self, stored: str | None, password: str) -> bool:
        """Whether `password` made `stored`; takes as long when there is nothing stored, and is False then."""
        known = await self._run(_verify, self._hasher, stored or self._nobody, normal(password[: 4 * LONGEST]))
        return known and bool(stored)

    def outdated(self, stored: str) -> bool:
        """Whether the hash was made with another cost."""
        try:
            return self._hasher.check_needs_rehash(stored)
        except InvalidHashError:
            return True

    def close(self) -> None:
        """Let the threads go."""
        self._pool.shutdown(wait=True)

    async def _run(self, call: Callable[..., T], *args: object) -> T:
        if self._inside >= self._room:
            raise Refused(Diagnostic("ACCESS_003"))
        self._inside += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, call, *args)
        finally:
            self._inside -= 1


def normal(password: str) -> str:
    """The password as it is hashed: one form for letters that can be typed in several ways."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "replace").decode()


def _hash(hasher: PasswordHasher, password: str) -> str:
    return hasher.hash(password)


def _verify(hasher: PasswordHasher, stored: str, password: str) -> bool:
    try:
        return hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False
