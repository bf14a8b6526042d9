"""The tables of the page about the API, printed from the routes and messages themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..diagnostics.catalogue import catalogue
from ..fieldtypes import field_types
from ..model import Text
from .openapi import OPERATORS, REFUSALS
from .routes import PREFIX, ROUTES


def tables() -> Mapping[str, str]:
    """Name of a table -> its Markdown; the page marks each with a comment of that name."""
    return {
        "routes": _table(("方法 Method", "地址 Address", "说明 About"), _routes()),
        "operators": _table(("运算符 Operator", "含义 Meaning", "字段类型 Types"), _operators()),
        "refusals": _table(("状态 Status", "含义 Meaning"), ((f"{s}", _both(t)) for s, t in REFUSALS.items())),
        "messages": _table(("代码 Code", "说明 Message"), _messages()),
    }


def _table(heads: tuple[str, ...], lines: Iterable[tuple[str, ...]]) -> str:
    rule = tuple("---" for _ in heads)
    return "\n".join("| " + " | ".join(line) + " |" for line in (heads, rule, *lines))


def _both(text: Text) -> str:
    return f"{text.get('zh')} · {text.get('en')}"


def _routes() -> Iterable[tuple[str, str, str]]:
    for one in ROUTES:
        marks = [word for word, on in (("`If-Match`", one.match), ("`Idempotency-Key`", one.idempotent)) if on]
        about = _both(one.title) + (f" ({', '.join(marks)})" if marks else "")
        yield f"`{one.method}`", f"`{PREFIX}{one.path}`", f"{about}<br>{_both(one.help)}" if one.help else about


def _operators() -> Iterable[tuple[str, str, str]]:
    for name, words in OPERATORS.items():
        kinds = [kind for kind in field_types().values() if name in kind.operators]
        types = dict.fromkeys("links" if kind.shape == "link" else f"`{kind.name}`" for kind in kinds)
        yield f"`{name}`", _both(words), "all" if len(kinds) == len(field_types()) else ", ".join(types)


def _messages() -> Iterable[tuple[str, str]]:
    for code, entry in sorted(catalogue().items()):
        if code.startswith("API_"):
            yield f"`{code}`", f"{entry.zh} {entry.fix_zh} · {entry.en} {entry.fix_en}"
