"""The functions over lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal, DecimalException
from functools import cmp_to_key, reduce
from typing import Any

from ..model.text import Text
from . import types as t
from .builtin import Builtin, signature
from .fn_number import whole
from .temporal import DaysTime, YearsMonths
from .values import MAX_LIST, NUMBERS, Function, compare, equal, kind_of


def _item(given: Sequence[t.Type]) -> t.Type:
    """The type of the items of the first argument."""
    return (given[0].item or t.ANY) if given and given[0].kind == "list" else t.ANY


def _same(given: Sequence[t.Type]) -> t.Type:
    return given[0] if given and given[0].kind == "list" else t.LIST


def _all_items(given: Sequence[t.Type]) -> t.Type:
    return t.list_of(t.joined((g.item or t.ANY) if g.kind == "list" else g for g in given))


def _with_item(at: int) -> Callable[[Sequence[t.Type]], t.Type]:
    def rule(given: Sequence[t.Type]) -> t.Type:
        return t.list_of(t.joined((_item(given), *given[at:])))

    return rule


def _numbers(items: Sequence[Any]) -> bool:
    return all(isinstance(i, Decimal | int) and not isinstance(i, bool) for i in items)


def _extreme(sign: int) -> Any:
    def run(items: list[Any]) -> Any:
        if not items:
            return None
        best = items[0]
        if kind_of(best) not in t.ORDERED:
            return None
        for item in items[1:]:
            order = compare(item, best)
            if order is None:
                return None
            if order == sign:
                best = item
        return best

    return run


def _sum(items: list[Any]) -> Any:
    if not items:
        return None
    first = items[0]
    if isinstance(first, YearsMonths | DaysTime):
        if not all(type(i) is type(first) for i in items):
            return None
        if isinstance(first, YearsMonths):
            return YearsMonths(sum(i.months for i in items))
        return DaysTime(sum(i.nanos for i in items))
    if not _numbers(items):
        return None
    try:
        return reduce(NUMBERS.add, items, Decimal(0))
    except DecimalException:
        return None


def _mean(items: list[Any]) -> Any:
    total = _sum(items)
    if isinstance(total, Decimal):
        return NUMBERS.divide(total, Decimal(len(items)))
    if isinstance(total, DaysTime):
        return DaysTime(total.nanos // len(items))
    return None


def _product(items: list[Any]) -> Decimal | None:
    if not items or not _numbers(items):
        return None
    try:
        return reduce(NUMBERS.multiply, items, Decimal(1))
    except DecimalException:
        return None


def _median(items: list[Any]) -> Decimal | None:
    if not items or not _numbers(items):
        return None
    ordered = sorted(items)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return NUMBERS.plus(Decimal(ordered[middle]))
    return NUMBERS.divide(NUMBERS.add(ordered[middle - 1], ordered[middle]), Decimal(2))


def _stddev(items: list[Any]) -> Decimal | None:
    if len(items) < 2 or not _numbers(items):
        return None
    mean = _mean(items)
    try:
        squares = (NUMBERS.power(NUMBERS.subtract(i, mean), 2) for i in items)
        return NUMBERS.sqrt(NUMBERS.divide(reduce(NUMBERS.add, squares, Decimal(0)), Decimal(len(items) - 1)))
    except DecimalException:
        return None


def _mode(items: list[Any]) -> list[Any] | None:
    if not _numbers(items):
        return None
    counts: dict[Any, int] = {}
    for item in items:
        counts[item] = counts.get(item, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(i for i, n in counts.items() if n == most)


def _quantify(decided: bool) -> Any:
    def run(items: list[Any]) -> bool | None:
        if any(i is decided for i in items):
            return decided
        return not decided if all(i is (not decided) for i in items) else None

    return run


def _holds(items: list[Any], element: Any) -> bool:
    return any(equal(i, element) is True for i in items)


def _index_of(items: list[Any], match: Any) -> list[Decimal]:
    return [Decimal(n) for n, i in enumerate(items, 1) if equal(i, match) is True]


def position(items: Sequence[Any], n: Decimal | int) -> int | None:
    """The index for the n-th item, counted from 1 or, negative, from the end; null when there is none."""
    at = whole(n)
    if at is None or at == 0 or abs(at) > len(items):
        return None
    return at - 1 if at > 0 else at + len(items)


def _sublist(items: list[Any], start: Decimal | int, length: Decimal | int | None = None) -> list[Any] | None:
    at = position(items, start)
    size = None if length is None else whole(length)
    if at is None or (length is not None and (size is None or size < 0 or at + size > len(items))):
        return None
    return items[at:] if size is None else items[at : at + size]


def _bounded(items: list[Any]) -> list[Any] | None:
    return items if len(items) <= MAX_LIST else None


def _concatenate(lists: list[Any]) -> list[Any] | None:
    made: list[Any] = []
    for one in lists:
        if one is None:
            return None
        made.extend(one if isinstance(one, list) else [one])
        if len(made) > MAX_LIST:
            return None
    return made


def _append(first: list[Any], items: list[Any]) -> list[Any] | None:
    return _bounded([*first, *items])


def _insert_before(items: list[Any], n: Decimal | int, new: Any) -> list[Any] | None:
    at = position(items, n)
    return None if at is None else _bounded([*items[:at], new, *items[at:]])


def _remove(items: list[Any], n: Decimal | int) -> list[Any] | None:
    at = position(items, n)
    return None if at is None else [*items[:at], *items[at + 1 :]]


def _distinct(items: list[Any]) -> list[Any] | None:
    kept: list[Any] = []
    seen: set[Any] = set()
    cost = 0
    for item in items:
        if isinstance(item, str | Decimal | int | bool):
            key = (kind_of(item), item)
            if key in seen:
                continue
            seen.add(key)
        else:
            cost += len(kept)
            if cost > MAX_LIST * 3:
                return None
            if any(equal(item, k) is True for k in kept):
                continue
        kept.append(item)
    return kept


def _union(lists: list[Any]) -> list[Any] | None:
    joined = _concatenate(lists)
    return None if joined is None else _distinct(joined)


def _flatten(items: list[Any]) -> list[Any] | None:
    made: list[Any] = []
    stack = [iter(items)]
    while stack:
        for item in stack[-1]:
            if isinstance(item, list):
                stack.append(iter(item))
                break
            made.append(item)
            if len(made) > MAX_LIST:
                return None
        else:
            stack.pop()
        if len(stack) > 1000:
            return None
    return made


def _sort(items: list[Any], precedes: Function | None = None) -> list[Any] | None:
    if precedes is None:
        if any(compare(items[0], i) is None for i in items):
            return None
        return sorted(items, key=cmp_to_key(lambda a, b: compare(a, b) or 0))
    if precedes.params is not None and len(precedes.params) != 2:
        return None
    run = precedes.run
    return sorted(items, key=cmp_to_key(lambda a, b: -1 if run(a, b) is True else int(run(b, a) is True)))


def _replace_at(items: list[Any], n: Decimal | int, new: Any) -> list[Any] | None:
    at = position(items, n)
    return None if at is None else [*items[:at], new, *items[at + 1 :]]


def _replace_where(items: list[Any], match: Function, new: Any) -> list[Any] | None:
    if match.params is not None and len(match.params) != 2:
        return None
    verdicts = [match.run(i, new) for i in items]
    if not all(v is None or isinstance(v, bool) for v in verdicts):
        return None
    return [new if v is True else i for i, v in zip(items, verdicts, strict=True)]


def _flat_type(given: Sequence[t.Type]) -> t.Type:
    item = _item(given)
    while item.kind == "list":
        item = item.item or t.ANY
    return t.list_of(item)


def _list_signature(result: Any, run: Any, kinds: str = "any") -> Any:
    return signature(f"list: list<{kinds}>", result, run, spread=True)


def _summed(given: Sequence[t.Type]) -> t.Type:
    item = _item(given)
    return item if item.kind.endswith("duration") else t.NUMBER if item.kind == "number" else t.ANY


LIST_FUNCTIONS = (
    Builtin(
        "count",
        (signature("list: list<any>", "number", len),),
        "list",
        "计数",
        Text("列表里有几项。", "How many items a list has."),
        ("count([1, 2, 3])", "3"),
        True,
    ),
    Builtin(
        "sum",
        (_list_signature(_summed, _sum),),
        "list",
        "求和",
        Text("数字（或时长）之和；空列表为空。", "The sum of numbers or durations; null for an empty list."),
        ("sum([1, 2, 3])", "6"),
        True,
    ),
    Builtin(
        "min",
        (_list_signature(_item, _extreme(-1)),),
        "list",
        "最小值",
        Text("最小的一项。", "The smallest item."),
        ("min([3, 1, 2])", "1"),
        True,
    ),
    Builtin(
        "max",
        (_list_signature(_item, _extreme(1)),),
        "list",
        "最大值",
        Text("最大的一项。", "The largest item."),
        ("max([3, 1, 2])", "3"),
        True,
    ),
    Builtin(
        "mean",
        (_list_signature(_summed, _mean),),
        "list",
        "平均",
        Text("平均值；空列表为空。", "The mean; null for an empty list."),
        ("mean([1, 2, 3])", "2"),
        True,
    ),
    Builtin(
        "median",
        (_list_signature("number", _median),),
        "list",
        "中位数",
        Text("中间的一个数。", "The number in the middle."),
        ("median([1, 5, 2])", "2"),
    ),
    Builtin(
        "stddev",
        (_list_signature("number", _stddev),),
        "list",
        "标准差",
        Text("样本标准差，至少两个数。", "The standard deviation of a sample of at least two numbers."),
        ("stddev([1, 3])", "1.414213562373095048801688724209698"),
    ),
    Builtin(
        "mode",
        (_list_signature(t.list_of(t.NUMBER), _mode),),
        "list",
        "众数",
        Text("出现最多的数，可能有几个。", "The numbers that occur most often."),
        ("mode([1, 2, 2])", "[2]"),
    ),
    Builtin(
        "product",
        (_list_signature("number", _product),),
        "list",
        "连乘",
        Text("所有数字之积。", "All numbers multiplied."),
        ("product([2, 3])", "6"),
    ),
    Builtin(
        "all",
        (_list_signature("boolean", _quantify(False)),),
        "list",
        "全部成立",
        Text("是否每一项都成立。", "Whether every item is true."),
        ("all([true, false])", "false"),
        True,
    ),
    Builtin(
        "any",
        (_list_signature("boolean", _quantify(True)),),
        "list",
        "任一成立",
        Text("是否至少一项成立。", "Whether at least one item is true."),
        ("any([true, false])", "true"),
        True,
    ),
    Builtin(
        "list contains",
        (signature("list: list<any>, element~: any", "boolean", _holds),),
        "list",
        "列表包含",
        Text("列表里是否有这一项。", "Whether a list has an item."),
        ("list contains([1, 2], 2)", "true"),
        True,
    ),
    Builtin(
        "index of",
        (signature("list: list<any>, match~: any", t.list_of(t.NUMBER), _index_of),),
        "list",
        "所在位置",
        Text("这一项在列表里的各个位置。", "The positions of an item in a list."),
        ("index of([1, 2, 1], 1)", "[1, 3]"),
    ),
    Builtin(
        "sublist",
        (signature("list: list<any>, start position: number, length?: number", _same, _sublist),),
        "list",
        "截取列表",
        Text("从第几项起的一段，负数从末尾数。", "A part of a list from a position on; negative counts from the end."),
        ("sublist([1, 2, 3], 2)", "[2, 3]"),
    ),
    Builtin(
        "append",
        (signature("list: list<any>, item~: any", _with_item(1), _append, rest=True),),
        "list",
        "追加",
        Text("在列表末尾加上几项。", "A list with items added at the end."),
        ("append([1], 2, 3)", "[1, 2, 3]"),
    ),
    Builtin(
        "concatenate",
        (signature("lists: list<any>", _all_items, _concatenate, spread=True),),
        "list",
        "合并列表",
        Text("把几个列表接成一个。", "Lists joined one after another."),
        ("concatenate([1], [2, 3])", "[1, 2, 3]"),
    ),
    Builtin(
        "union",
        (signature("lists: list<any>", _all_items, _union, spread=True),),
        "list",
        "并集",
        Text("把几个列表接成一个并去掉重复项。", "Lists joined, each value once."),
        ("union([1, 2], [2, 3])", "[1, 2, 3]"),
    ),
    Builtin(
        "distinct values",
        (signature("list: list<any>", _same, _distinct),),
        "list",
        "去重",
        Text("去掉重复项。", "Each value of a list once."),
        ("distinct values([1, 2, 1])", "[1, 2]"),
        True,
    ),
    Builtin(
        "flatten",
        (signature("list: list<any>", _flat_type, _flatten),),
        "list",
        "展平",
        Text("把列表里的列表摊开。", "Lists inside a list laid out flat."),
        ("flatten([1, [2, [3]]])", "[1, 2, 3]"),
    ),
    Builtin(
        "insert before",
        (signature("list: list<any>, position: number, newItem~: any", _with_item(2), _insert_before),),
        "list",
        "插入",
        Text("在第几项之前插入一项。", "A list with an item put before a position."),
        ("insert before([1, 3], 2, 2)", "[1, 2, 3]"),
    ),
    Builtin(
        "remove",
        (signature("list: list<any>, position: number", _same, _remove),),
        "list",
        "移除",
        Text("去掉第几项。", "A list without the item at a position."),
        ("remove([1, 2, 3], 2)", "[1, 3]"),
    ),
    Builtin(
        "list replace",
        (
            signature("list: list<any>, position: number, newItem~: any", _with_item(2), _replace_at),
            signature("list: list<any>, match: function, newItem~: any", _with_item(2), _replace_where),
        ),
        "list",
        "替换项",
        Text("换掉第几项，或换掉符合条件的各项。", "A list with an item, or all items that match, replaced."),
        ("list replace([1, 2], 2, 5)", "[1, 5]"),
    ),
    Builtin(
        "reverse",
        (signature("list: list<any>", _same, lambda items: items[::-1]),),
        "list",
        "倒序",
        Text("颠倒顺序。", "A list back to front."),
        ("reverse([1, 2])", "[2, 1]"),
    ),
    Builtin(
        "sort",
        (signature("list: list<any>, precedes?~: function", _same, _sort),),
        "list",
        "排序",
        Text("按从小到大，或按给定的先后规则排序。", "A list in order, or in the order a function decides."),
        ("sort([3, 1, 2], function(x, y) x < y)", "[1, 2, 3]"),
    ),
)
