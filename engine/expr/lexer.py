"""From text to tokens: knows which names are in scope, so that a name may hold blanks, `-`, `.`, `'` and keywords."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import pairwise
from typing import Any

MAX_TEXT = 1_000_000  # characters
MAX_DEPTH = 120  # open brackets
MAX_TOKENS = 50_000

_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u167f\u1681-\u180d\u180f-\u1fff"
    "\u200c-\u200d\u2070-\u218f\u2c00-\u2fef\u3005-\u3007\u3021-\ud7ff\uf900-\ufdcf\ufdf0-\ufefe"
    "\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff66-\ufffd\U00010000-\U000effff"
)
_PART = _START + "0-9\u00b7\u0300-\u036f\u203f-\u2040"
_TEXT = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'


@cache
def _raw_token() -> re.Pattern[str]:
    """Compiled with the first expression: the classes of characters are large."""
    return re.compile(
        rf"(?P<blank>(?:[\s\ufeff\u180e]|//[^\n]*|/\*.*?\*/)+)"
        rf"|(?P<word>[{_START}][{_PART}]*)"
        r"|(?P<sign>\.\.|\*\*|->|<=|>=|!=)"
        r"|(?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
        rf"|(?P<string>{_TEXT}|(?<![{_PART}])'[^'\\]*+(?:\\.[^'\\]*+)*+')"
        rf"|(?P<at>@[\s]*{_TEXT})"
        r"|(?P<quoted>`[^`\n]+`)"
        r"|(?P<one>[-+*/(){}\[\],.:<>=?'])",
        re.DOTALL,
    )


@cache
def _identifier() -> re.Pattern[str]:
    return re.compile(rf"[{_START}][{_PART}]*\Z")


_SIGNS = {
    "..": "DOTS",
    "**": "POW",
    "->": "ARROW",
    "<=": "OP",
    ">=": "OP",
    "!=": "OP",
    "<": "OP",
    ">": "OP",
    "=": "OP",
    "+": "PLUS",
    "-": "MINUS",
    "*": "STAR",
    "/": "SLASH",
    "(": "LP",
    ")": "RP",
    "[": "LB",
    "]": "RB",
    "{": "LC",
    "}": "RC",
    ",": "COMMA",
    ".": "DOT",
    ":": "COLON",
    "?": "INPUT",
}
#: Keywords that may begin an operand, and keywords that may only follow one.
_STARTERS = {w: w.upper() for w in ("if", "for", "some", "every", "function", "true", "false", "null")}
_FOLLOWERS = {w: w.upper() for w in ("then", "else", "return", "satisfies", "in", "or", "and", "between")}
KEYWORDS = frozenset(_STARTERS) | frozenset(_FOLLOWERS)
_OPERAND_END = frozenset({"NAME", "NUMBER", "STRING", "AT", "TRUE", "FALSE", "NULL", "INPUT", "RP", "RB", "RC", "RBE"})
_TYPE_HEADS = frozenset({"list", "context", "range", "function"})
_NAME_SIGNS = frozenset("-+*/.'") | {"**"}
_WIDE = {chr(c + 0xFEE0): chr(c) for c in range(0x21, 0x7F)} | {"\u3002": ".", "\u3001": ",", "“": '"', "”": '"'}

Trie = dict[str, Any]  # token text, after a blank when it stands apart -> Trie; "" -> the name that ends here


class Token:
    """One token: grammar terminal, value, and where it stands (offsets, end exclusive)."""

    __slots__ = ("end", "start", "type", "value")

    def __init__(self, kind: str, value: str, start: int, end: int) -> None:
        self.type = kind
        self.value = value
        self.start = start
        self.end = end


class Unreadable(Exception):
    """The text cannot be read; `code` of the message, its words, and where."""

    def __init__(self, code: str, start: int, end: int, **args: object) -> None:
        super().__init__(code)
        self.code = code
        self.start = start
        self.end = end
        self.args_ = args


def is_identifier(name: str) -> bool:
    """Whether the name needs no backticks and no knowledge of the scope."""
    return name not in KEYWORDS and _is_word(name)


def _is_word(name: str) -> bool:
    if name.isascii():
        return name.isidentifier()
    return _identifier().match(name) is not None


def trie_of(names: Iterable[str]) -> Trie:
    """The names that consist of more than one raw token, for the longest match."""
    root: Trie = {}
    for name in names:
        if _is_word(name):
            continue
        parts = _keys(name)
        if len(parts) < 2:
            continue
        at = root
        for part in parts:
            at = at.setdefault(part, {})
        at[""] = name
    return root


def _keys(name: str) -> list[str]:
    """The raw tokens of a name, a blank before those that stand apart."""
    words = name.split(" ")
    if name.isascii() and all(w.isidentifier() for w in words):
        return [words[0], *(" " + w for w in words[1:])]
    found: list[str] = []
    gap = ""
    for m in _raw_token().finditer(name.strip()):
        if m.lastgroup == "blank":
            gap = " "
        else:
            found.append(gap + m.group())
            gap = ""
    return found


def tokens(text: str, known: Trie, builtin: Trie, unary: bool = False) -> list[Token]:
    """The tokens of `text`.

    known: names in scope; builtin: names of functions, members and types of the language. Names made inside the text
    are found by it. Raises Unreadable.
    """
    if len(text) > MAX_TEXT:
        raise Unreadable("FEEL_005", 0, 0, limit=MAX_TEXT)
    raw = _raw(text)
    own = trie_of(_own_names(raw))
    return _Merger(raw, (known, own) if own else (known,), builtin, unary).run()


_Raw = tuple[str, str, int, int]


def _raw(text: str) -> list[_Raw]:
    found: list[_Raw] = []
    at, size, depth = 0, len(text), 0
    match = _raw_token().match
    while at < size:
        m = match(text, at)
        if m is None:
            raise _stray(text, at)
        kind = m.lastgroup or ""
        end = m.end()
        if kind != "blank":
            word = m.group()
            if kind == "one":
                if word in "([{":
                    depth += 1
                elif word in ")]}":
                    depth -= 1
                if depth > MAX_DEPTH:
                    raise Unreadable("FEEL_006", at, end, limit=MAX_DEPTH)
            found.append((kind, word, at, end))
            if len(found) > MAX_TOKENS:
                raise Unreadable("FEEL_005", at, end, limit=MAX_TOKENS)
        at = end
    return found


def _stray(text: str, at: int) -> Unreadable:
    char = text[at]
    if char in "\"'`@":
        return Unreadable("FEEL_003", at, len(text), quote='"' if char == "@" else char)
    return Unreadable("FEEL_004", at, at + 1, found=char, instead=_WIDE.get(char, ""))


def _own_names(raw: list[_Raw]) -> list[str]:
    """Names of several tokens that the text itself makes: entries, parameters, variables, argument names."""
    found: list[str] = []
    for i in range(len(raw) - 2):
        word = raw[i][1]
        if word in ("{", "(", ","):
            ends: tuple[str, ...] = (":", "in", ",", ")")
        elif word in ("for", "some", "every"):
            ends = ("in",)
        else:
            continue
        j, plain = i + 1, True
        if raw[j][0] != "word" or raw[j][1] in KEYWORDS:
            continue
        while j < len(raw) and raw[j][1] not in ends and _may_be_part(raw[j]):
            plain = plain and raw[j][0] != "one" and raw[j][1] not in KEYWORDS
            j += 1
        if j - i < 3 or j >= len(raw) or raw[j][1] not in ends:
            continue
        if raw[j][1] == ":" or (plain and raw[j][1] == "in") or (plain and _is_parameter(raw, i)):
            found.append(_spelled(raw[i + 1 : j]))
    return found


def _spelled(parts: list[_Raw]) -> str:
    """The name as it was written, any blanks between its parts as one."""
    made = parts[0][1]
    for before, part in pairwise(parts):
        made += part[1] if before[3] == part[2] else " " + part[1]
    return made


def _may_be_part(r: _Raw) -> bool:
    return r[0] in ("word", "number") or r[1] in _NAME_SIGNS


def _is_parameter(raw: list[_Raw], i: int) -> bool:
    while i >= 0 and raw[i][1] not in ("(", ")", "{", "["):
        i -= 1
    return i > 0 and raw[i][1] == "(" and raw[i - 1][1] == "function"


class _Merger:
    """Second pass: raw tokens to grammar tokens, with a stack of the brackets that are open."""

    def __init__(self, raw: list[_Raw], known: tuple[Trie, ...], builtin: Trie, unary: bool) -> None:
        self.raw = raw
        self.known = known
        self.builtin = builtin
        self.unary = unary
        self.out: list[Token] = []
        self.open: list[str] = []  # "(", "[", "{", "<"; ".." replaces "(" or "[" once the dots of a range were seen
        self.last = ""  # type of the token before
        self.params_end = False

    def run(self) -> list[Token]:
        i, size = 0, len(self.raw)
        while i < size:
            kind, word, start, end = self.raw[i]
            if kind == "word":
                i = self.word(i)
                continue
            if kind in ("one", "sign"):
                kind = self.sign(i, word)
            elif kind == "number":
                kind = "NUMBER"
            elif kind == "string":
                kind, word = "STRING", unescaped(word, start)
            elif kind == "at":
                kind, word = "AT", unescaped(word[1:].lstrip(), start)
            else:
                kind, word = "NAME", word[1:-1]
            self.put(kind, word, start, end)
            if self.params_end:  # what follows the parameters of a function begins an operand
                self.last, self.params_end = "PARAMS", False
            i += 1
        return self.out

    def put(self, kind: str, value: str, start: int, end: int) -> None:
        self.out.append(Token(kind, value, start, end))
        self.last = kind

    def next_word(self, i: int) -> str:
        return self.raw[i + 1][1] if i + 1 < len(self.raw) else ""

    def word(self, i: int) -> int:
        """Emit the longest name that starts at `i`, or a keyword; the index after it."""
        _, word, start, _ = self.raw[i]
        size, name = self.longest(i)
        if size:
            end = self.raw[i + size - 1][3]
            self.put("NAME", name, start, end)
            return i + size
        kind, after = self.keyword(i, word)
        end = self.raw[after - 1][3]
        self.put(kind, word, start, end)
        return after

    def keyword(self, i: int, word: str) -> tuple[str, int]:
        last, follows = self.last, self.next_word(i)
        if last == "DOT" or (follows == ":" and last in ("LC", "COMMA", "LP")):
            return "NAME", i + 1
        if last in _OPERAND_END:
            if word == "instance" and follows == "of":
                return "INSTANCE_OF", i + 2
            return _FOLLOWERS.get(word, "NAME"), i + 1
        if word == "external" and last == "PARAMS" and follows == "{":
            return "EXTERNAL", i + 1
        if word == "function" and follows != "(" and not self.in_type():
            return "NAME", i + 1
        if word == "not" and self.unary and not self.out and self.closes_at_end(i + 1):
            return "NOT", i + 1
        return _STARTERS.get(word) or _FOLLOWERS.get(word, "NAME"), i + 1

    def longest(self, i: int) -> tuple[int, str]:
        best, name = 0, ""
        word = self.raw[i][1]
        for root in self.known:
            if word in root:
                size, found = self.walk(root[word], i + 1)
                if size > best:
                    best, name = size, found
        if not best and word in self.builtin:
            size, found = self.walk(self.builtin[word], i + 1)
            if size and self.builtin_fits(i + size, found):
                return size, found
        return best, name

    def walk(self, at: Trie, i: int) -> tuple[int, str]:
        best, name, size = 0, "", 1
        while True:
            if "" in at:
                best, name = size, at[""]
            if i >= len(self.raw):
                return best, name
            key = self.raw[i][1]
            if self.raw[i - 1][3] != self.raw[i][2]:
                key = " " + key
            if key not in at:
                return best, name
            at = at[key]
            i += 1
            size += 1

    def builtin_fits(self, after: int, name: str) -> bool:
        """A name of the language counts only where it can mean one: `date and time` may be two fields."""
        follows = self.raw[after][1] if after < len(self.raw) else ""
        if self.last == "DOT" or follows in ("(", ":") or self.in_type():
            return True
        return " and " not in name and follows in (")", ",") and self.last in ("LP", "COMMA", "COLON")

    def in_type(self) -> bool:
        if self.last in ("INSTANCE_OF", "ARROW", "TLT"):
            return True
        if self.open and self.open[-1] == "<":
            return self.last in ("COMMA", "COLON")
        return self.last == "COLON" and bool(self.open) and self.open[-1] == "function("

    def closes_at_end(self, i: int) -> bool:
        if i >= len(self.raw) or self.raw[i][1] != "(":
            return False
        depth = 0
        for j in range(i, len(self.raw)):
            if self.raw[j][0] == "one":
                depth += {"(": 1, ")": -1}.get(self.raw[j][1], 0)
            if depth == 0:
                return j == len(self.raw) - 1
        return False

    def sign(self, i: int, word: str) -> str:
        kind = _SIGNS.get(word)
        if kind is None:  # an apostrophe that belongs to no name
            raise Unreadable("FEEL_003", self.raw[i][2], self.raw[i][3], quote=word)
        if word in "([{":
            return self.opening(i, word, kind)
        if word in ")]}":
            return self.closing(i, word, kind)
        if word == ".." and self.open and self.open[-1] in ("(", "["):
            self.open[-1] = ".."
        elif word == "<" and self.out and self.last in ("NAME", "FUNCTION") and self.heads_type():
            self.open.append("<")
            return "TLT"
        elif word == ">" and self.open and self.open[-1] == "<":
            self.open.pop()
            return "TGT"
        return kind

    def heads_type(self) -> bool:
        if self.out[-1].value not in _TYPE_HEADS or len(self.out) < 2:
            return False
        before = self.out[-2].type
        if before in ("INSTANCE_OF", "ARROW", "TLT"):
            return True
        inside = self.open[-1] if self.open else ""
        return before in ("COMMA", "COLON") and inside in ("<", "function(")

    def opening(self, i: int, word: str, kind: str) -> str:
        if word == "[" and self.last in _OPERAND_END and self.open and self.open[-1] == "..":
            follows = self.raw[i + 1] if i + 1 < len(self.raw) else None
            if follows is None or not _begins_operand(follows):
                self.open.pop()
                return "RBE"
        self.open.append("function(" if word == "(" and self.last == "FUNCTION" else word)
        return kind

    def closing(self, i: int, word: str, kind: str) -> str:
        if word == "]" and self.last not in _OPERAND_END:
            follows = self.raw[i + 1] if i + 1 < len(self.raw) else None
            if (self.last != "LB" or (follows and _begins_operand(follows))) and follows is not None:
                self.open.append("[")
                return "RBO"
        if self.open:
            self.params_end = self.open.pop() == "function("
        return kind


def _begins_operand(r: _Raw) -> bool:
    kind, word = r[0], r[1]
    if kind == "word":
        return word not in _FOLLOWERS and word != "instance"
    return kind in ("number", "string", "at", "quoted") or word in ("(", "[", "{", "?", "-")


_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(.))", re.DOTALL)
_PLAIN: Mapping[str, str] = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}


def unescaped(quoted: str, start: int = 0) -> str:
    """The string a quoted literal stands for. Unknown escapes stay as written, so that patterns need no doubling."""
    body = quoted[1:-1]
    if "\\" not in body:
        return body
    text = _ESCAPE.sub(_one_escape, body)
    try:
        return text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise Unreadable("FEEL_004", start, start + len(quoted), found=quoted[:20], instead="") from None


def _one_escape(m: re.Match[str]) -> str:
    code = m.group(1) or m.group(2)
    if code:
        return chr(int(code, 16)) if int(code, 16) <= 0x10FFFF else m.group()
    return _PLAIN.get(m.group(3), m.group())
