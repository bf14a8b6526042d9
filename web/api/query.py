"""The parameters behind the question mark: read strictly, so that a misspelt one is told and not left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from urllib.parse import parse_qsl

from shuyuan.engine import LANGS, Diagnostic, Place, Refused, Text, did_you_mean

#: Most parameters of one request.
MOST = 200

Pairs = list[tuple[str, str]]


def read_query(raw: bytes) -> Pairs:
    """Names and values in their order, empty values too. Raises Refused(API_013) for what cannot be read."""
    if not raw:
        return []
    try:
        return parse_qsl(raw.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST)
    except ValueError:  # of which a UnicodeDecodeError is one
        raise Refused(Diagnostic("API_013", args={"most": MOST})) from None


def single(pairs: Pairs, known: Collection[str]) -> dict[str, str]:
    """Each parameter once and each of them known. Raises Refused(API_010, API_012) with all that is wrong."""
    found: dict[str, str] = {}
    wrong: list[Diagnostic] = []
    for name, value in pairs:
        if name not in known:
            wrong.append(unknown("API_010", name, known))
        elif name in found:
            wrong.append(Diagnostic("API_012", Place(path=name), {"name": name}))
        found[name] = value
    if wrong:
        raise Refused(wrong)
    return found


def unknown(code: str, name: str, known: Iterable[str]) -> Diagnostic:
    """The remark about a name that is not known, with the known one that is near."""
    near = did_you_mean(name[:80], known)
    hint = Text(f"：是不是“{near}”？", f": did you mean “{near}”?") if near else Text()
    return Diagnostic(code, Place(path=name[:80]), {"name": name[:80], "near": hint})


def repeated(pairs: Pairs) -> list[Diagnostic]:
    """The parameters that are given more than once."""
    counts = Counter(name for name, _ in pairs)
    return [Diagnostic("API_012", Place(path=n), {"name": n}) for n, count in counts.items() if count > 1]


def wrong_value(name: str, value: str, allowed: str) -> Diagnostic:
    """The remark about a value that a parameter does not take."""
    return Diagnostic("API_011", Place(path=name), {"name": name, "value": value[:40], "allowed": allowed})


def whole(name: str, value: str, least: int, most: int) -> int:
    """The number a parameter holds. Raises Refused(API_011)."""
    if value.isascii() and value.isdigit() and len(value) < 19 and least <= int(value) <= most:
        return int(value)
    raise Refused(wrong_value(name, value, f"{least} … {most}"))


def truth(name: str, value: str) -> bool:
    """The yes or no a parameter holds. Raises Refused(API_011)."""
    if value not in ("true", "false"):
        raise Refused(wrong_value(name, value, "true, false"))
    return value == "true"


def chosen(name: str, value: str, allowed: Collection[str]) -> str:
    """The value if it is one of the allowed. Raises Refused(API_011)."""
    if value not in allowed:
        raise Refused(wrong_value(name, value, ", ".join(allowed)))
    return value


def lang_of(pairs: Pairs) -> str:
    """The language the query asks for, "" when it asks for none. Raises Refused(API_011)."""
    value = next((v for n, v in pairs if n == "lang"), "")
    return chosen("lang", value, LANGS) if value else ""
