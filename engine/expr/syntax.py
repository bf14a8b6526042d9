"""From tokens to the untyped tree: the grammar, built once and only when the first expression is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from .lexer import Token, Trie, Unreadable, tokens
from .node import Node
from .slips import instead_of, missing

if TYPE_CHECKING:
    from lark import Lark

#: How deep operations may be nested; chains of `and`, `or` and `else if` count once.
MAX_NESTING = 100

_COMPARISONS = {"=": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
_ARITHMETIC = {"+": "add", "-": "sub", "*": "mul", "/": "div", "**": "pow"}


def parse(text: str, known: Trie, builtin: Trie, unary: bool = False) -> Node:
    """The untyped tree of `text`. Raises Unreadable with place and reason."""
    found = tokens(text, known, builtin, unary)
    if not found:
        raise Unreadable("FEEL_007", 0, len(text))
    parser = _parser().parse_interactive(start="unary" if unary else "start")
    from lark import UnexpectedToken  # lark is loaded with the first expression, not with the application

    at = found[0]
    try:
        for at in found:
            parser.feed_token(at)  # type: ignore[arg-type]
        at = Token("$END", "", len(text), len(text))
        tree = parser.feed_token(at)  # type: ignore[arg-type]
    except UnexpectedToken:
        expected = parser.accepts()  # type: ignore[no-untyped-call]
        raise _unexpected(text, at, expected) from None
    return _bounded(tree)


def _unexpected(text: str, at: Token, expected: set[Any]) -> Unreadable:
    wanted = missing(expected)
    if at.type == "$END":
        return Unreadable("FEEL_002", at.start, at.end, wanted=wanted)
    hint = instead_of(text, at.start, at.end)
    return Unreadable("FEEL_001", at.start, at.end, found=text[at.start : at.end][:40], wanted=wanted, hint=hint)


def _bounded(tree: Node) -> Node:
    """The tree itself, when it is not nested deeper than can be handled. Raises Unreadable."""
    stack = [(tree, 1)]
    while stack:
        node, depth = stack.pop()
        if depth > MAX_NESTING:
            raise Unreadable("FEEL_006", node.start, node.end, limit=MAX_NESTING)
        stack.extend((kid, depth + 1) for kid in node.kids)
    return tree


@cache
def _parser() -> Lark:
    from lark import Lark
    from lark.lexer import Lexer

    class Given(Lexer):
        """Tokens are fed one by one; lark's own lexing is not used."""

        def __init__(self, conf: Any) -> None:
            pass

        def lex(self, lexer_state: Any, parser_state: Any) -> Iterator[Any]:
            return iter(())

    grammar = files(__package__).joinpath("grammar.lark").read_text("utf-8")
    return Lark(grammar, parser="lalr", lexer=Given, start=["start", "unary"], transformer=_Build())


class _Build:
    """One method for each alternative of the grammar: children in, node out."""

    def start(self, c: list[Any]) -> Node:
        root: Node = c[0]
        return root

    # -- forms

    def if_(self, c: list[Any]) -> Node:
        rest = c[5]
        tail = rest.kids if rest.op == "if" else (rest,)
        return Node("if", (c[1], c[3], *tail), None, c[0].start, rest.end)

    def for_(self, c: list[Any]) -> Node:
        return _loop("for", c)

    def some(self, c: list[Any]) -> Node:
        return _loop("some", c)

    def every(self, c: list[Any]) -> Node:
        return _loop("every", c)

    def iters(self, c: list[Any]) -> list[Any]:
        return c[::2]

    def iter_list(self, c: list[Any]) -> tuple[str, Node]:
        return c[0].value, c[2]

    def iter_steps(self, c: list[Any]) -> tuple[str, Node]:
        return c[0].value, Node("steps", (c[2], c[4]), None, c[2].start, c[4].end)

    def lambda_(self, c: list[Any]) -> Node:
        return Node("lambda", (c[5],), (tuple(c[2] or ()), c[4] is not None), c[0].start, c[5].end)

    def params(self, c: list[Any]) -> list[Any]:
        return c[::2]

    def param(self, c: list[Any]) -> tuple[str, Any]:
        return c[0].value, c[2]

    # -- logic and comparison

    def or_(self, c: list[Any]) -> Node:
        return _chain("or", c)

    def and_(self, c: list[Any]) -> Node:
        return _chain("and", c)

    def compare(self, c: list[Any]) -> Node:
        return _two(_COMPARISONS[c[1].value], c[0], c[2])

    def between(self, c: list[Any]) -> Node:
        return Node("between", (c[0], c[2], c[4]), None, c[0].start, c[4].end)

    def in_(self, c: list[Any]) -> Node:
        return Node("in", (c[0], *c[2]), None, c[0].start, c[2][-1].end)

    def one_test(self, c: list[Any]) -> list[Node]:
        return [c[0]]

    def one_op(self, c: list[Any]) -> list[Node]:
        return [self.unary_op(c)]

    def many_tests(self, c: list[Any]) -> list[Node]:
        return c[1::2]

    def unary_op(self, c: list[Any]) -> Node:
        return Node("test", (c[1],), c[0].value, c[0].start, c[1].end)

    def instance_of(self, c: list[Any]) -> Node:
        return Node("instance", (c[0],), c[2], c[0].start, c[2][-1])

    # -- unary tests

    def any_input(self, c: list[Any]) -> Node:
        return Node("const", (), True, c[0].start, c[0].end)

    def tests(self, c: list[Any]) -> list[Node]:
        return c[::2]

    def unary_tests(self, c: list[Any]) -> Node:
        first = c[0][0]
        return Node(
            "tests", (Node("input", (), None, first.start, first.start), *c[0]), False, first.start, c[0][-1].end
        )

    def unary_not(self, c: list[Any]) -> Node:
        inside = Node("input", (), None, c[0].start, c[0].start)
        return Node("tests", (inside, *c[2]), True, c[0].start, c[3].end)

    # -- arithmetic

    def arithmetic(self, c: list[Any]) -> Node:
        return _two(_ARITHMETIC[c[1].value], c[0], c[2])

    def negative(self, c: list[Any]) -> Node:
        return Node("neg", (c[1],), None, c[0].start, c[1].end)

    # -- after an operand

    def path(self, c: list[Any]) -> Node:
        return Node("path", (c[0],), c[2].value, c[0].start, c[2].end)

    def filter(self, c: list[Any]) -> Node:
        return Node("filter", (c[0], c[2]), None, c[0].start, c[3].end)

    def filter_op(self, c: list[Any]) -> Node:
        test = Node("test", (c[3],), c[2].value, c[2].start, c[3].end)
        return Node("filter", (c[0], test), None, c[0].start, c[4].end)

    def call(self, c: list[Any]) -> Node:
        args = c[2] or []
        return Node("call", (c[0], *(a[1] for a in args)), tuple(a[0] for a in args), c[0].start, c[3].end)

    def args(self, c: list[Any]) -> list[Any]:
        return c[::2]

    def positional(self, c: list[Any]) -> tuple[None, Node]:
        return None, c[0]

    def named(self, c: list[Any]) -> tuple[str, Node]:
        return c[0].value, c[2]

    # -- operands

    def number(self, c: list[Any]) -> Node:
        return _leaf("const", c[0], Decimal(c[0].value))

    def string(self, c: list[Any]) -> Node:
        return _leaf("const", c[0], c[0].value)

    def at_literal(self, c: list[Any]) -> Node:
        return _leaf("at", c[0], c[0].value)

    def true(self, c: list[Any]) -> Node:
        return _leaf("const", c[0], True)

    def false(self, c: list[Any]) -> Node:
        return _leaf("const", c[0], False)

    def null(self, c: list[Any]) -> Node:
        return _leaf("const", c[0], None)

    def name(self, c: list[Any]) -> Node:
        return _leaf("name", c[0], c[0].value)

    def input(self, c: list[Any]) -> Node:
        return _leaf("input", c[0], None)

    def paren(self, c: list[Any]) -> Node:
        # a bracketed `else if` or `and` is a value of its own: the flag keeps chains from swallowing it
        inner: Node = c[1]
        return Node("paren", (inner,), None, c[0].start, c[2].end)

    def op_range(self, c: list[Any]) -> Node:
        return Node("test", (c[2],), c[1].value, c[0].start, c[3].end)

    def list_(self, c: list[Any]) -> Node:
        return Node("list", tuple(c[1] or ()), None, c[0].start, c[2].end)

    def items(self, c: list[Any]) -> list[Any]:
        return c[::2]

    def context(self, c: list[Any]) -> Node:
        entries = c[1] or []
        return Node("context", tuple(e[1] for e in entries), tuple(e[0] for e in entries), c[0].start, c[2].end)

    def entries(self, c: list[Any]) -> list[Any]:
        return c[::2]

    def entry(self, c: list[Any]) -> tuple[str, Node]:
        return c[0].value, c[2]

    def range_(self, c: list[Any]) -> Node:
        closed = (c[0].type == "LB", c[4].type == "RB")
        return Node("range", (c[1], c[3]), closed, c[0].start, c[4].end)

    def close(self, c: list[Any]) -> Token:
        token: Token = c[0]
        return token

    # -- types: (name, parts, start, end)

    def type_name(self, c: list[Any]) -> tuple[Any, ...]:
        return (c[0].value, None, c[0].start, c[0].end)

    def type_of(self, c: list[Any]) -> tuple[Any, ...]:
        return (c[0].value, c[2], c[0].start, c[3].end)

    def type_context(self, c: list[Any]) -> tuple[Any, ...]:
        return (c[0].value, c[2], c[0].start, c[3].end)

    def type_function(self, c: list[Any]) -> tuple[Any, ...]:
        inside = [p for p in c[2:-3] if isinstance(p, tuple)]
        return ("function", (inside, c[-1]), c[0].start, c[-1][-1])

    def fields(self, c: list[Any]) -> dict[str, Any]:
        return {c[i].value: c[i + 2] for i in range(0, len(c), 4)}


def _leaf(op: str, token: Token, value: Any) -> Node:
    return Node(op, (), value, token.start, token.end)


def _two(op: str, left: Node, right: Node) -> Node:
    return Node(op, (left, right), None, left.start, right.end)


def _chain(op: str, c: list[Any]) -> Node:
    head = c[0].kids if c[0].op == op else (c[0],)
    return Node(op, (*head, c[2]), None, c[0].start, c[2].end)


def _loop(op: str, c: list[Any]) -> Node:
    names = tuple(name for name, _ in c[1])
    return Node(op, (*(source for _, source in c[1]), c[3]), names, c[0].start, c[3].end)


Builder = Callable[[list[Any]], Any]
