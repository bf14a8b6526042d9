"""Requests that are under way in the demo school: who sent them in and who decided what so far."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from . import days, names
from .accounts import Cast, classmates, suspended
from .layout import Key, Layout, Size
from .term import stays

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Act:
    """One thing somebody did. login: of an account; act: a transition of the step; days: before today."""

    login: str
    act: str
    comment: str = ""
    days: int = 0


@dataclass(frozen=True, slots=True)
class Request:
    """A request to be played through the engine once the records are loaded, so that it has its tasks and history.

    by: login of the requester, who fills in `values` and submits; acts: what follows, in order.
    """

    workflow: str
    by: str
    values: Row
    days: int = 0
    acts: tuple[Act, ...] = field(default=())


def requests(size: Size | None = None, seed: int = 2026) -> tuple[Request, ...]:
    """Open and lately decided requests of the people that `accounts` lists for the same size and seed."""
    plan = Layout(size or Size())
    cast = Cast.of(plan)
    return (*_leave(plan, cast), *_transfers(plan, cast), *_status(plan, cast))


def _next_school_days(today: date, count: int, skip: int = 0) -> tuple[date, ...]:
    found = days.school_days(today + timedelta(1), today + timedelta(30))
    return found[skip : skip + count] or (today,) * count


def _leave_values(today: date, student: int, kind: str, count: int, reason: str, skip: int = 0) -> Row:
    away = _next_school_days(today, count, skip)
    return {
        "student": Key("student", student),
        "kind": kind,
        "first_day": away[0],
        "last_day": away[-1],
        "days": Decimal(count).quantize(Decimal("0.1")),
        "leaves_school": True,
        "picked_up_by": "母亲" if kind == "sick" else "父亲",
        "reason": reason,
    }


def _leave(plan: Layout, cast: Cast) -> Iterator[Request]:
    today = plan.size.today
    mates, others = classmates(plan, cast.child, 6), classmates(plan, cast.sibling, 3)

    def asked(by: str, student: int, kind: str, count: int, reason: str, ago: int = 0, *acts: Act) -> Request:
        skip = 4 if count > 3 else 0  # long leave begins next week
        return Request("student_leave", by, _leave_values(today, student, kind, count, reason, skip), ago, acts)

    yield asked("guardian", cast.child, "sick", 1, "发烧 38.2℃，明天上午去医院复查。")
    yield asked(
        "student",
        cast.child,
        "personal",
        5,
        "外婆七十大寿，随父母回老家。",
        2,
        Act("head.east", "approve", "情况属实，注意补课。", 1),
    )
    yield asked("guardian", cast.sibling, "sick", 2, names.SICK_REASONS[2])
    for n, student in enumerate(mates, 1):
        reason = (names.SICK_REASONS + names.PERSONAL_REASONS)[n]
        kind = "sick" if n < len(names.SICK_REASONS) else "personal"
        if n <= 3:
            yield asked(f"student{n}", student, kind, 1, reason)
        elif n == 4:
            back = Act("head.east", "return", "请写清谁来接、几点离校。", 0)
            yield asked(f"student{n}", student, kind, 1, reason, 1, back)
        elif n == 5:
            yield asked(
                f"student{n}",
                student,
                "personal",
                1,
                "想去看演唱会。",
                1,
                Act("head.east", "reject", "不属于请假事由。", 0),
            )
        else:
            yield asked(f"student{n}", student, "personal", 1, reason, 2, Act("head.east", "approve", "", 1))
    for n, student in enumerate(others, 11):
        done = (Act("head.west", "approve", "", 1),) if n == 13 else ()
        yield asked(f"student{n}", student, "sick", 1, names.SICK_REASONS[n % 5], 1, *done)


def _transfers(plan: Layout, cast: Cast) -> Iterator[Request]:
    mates = classmates(plan, cast.child, 6)
    klass = plan.class_of(cast.child)
    slot = plan.slot_of(klass)
    other = next((k for k in range(plan.slot_starts[slot], plan.slot_starts[slot + 1]) if k != klass), -1)
    if other < 0 or len(mates) < 2 or not stays(plan, other):
        return
    agreed = Act("head.east", "approve", "同意转出，已与家长沟通。", 3)
    accepted = Act(f"t{plan.head_teacher(other) + 1:05}", "approve", "同意接收。", 1)
    for n, acts in ((1, (agreed,)), (2, (agreed, accepted))):
        yield Request(
            "class_transfer",
            f"student{n}",
            {
                "student": Key("student", mates[n - 1]),
                "to_class": Key("class", other),
                "reason_kind": "subjects",
                "reason": "选科改为物理、化学、地理，原班没有这个组合。",
                "effective_on": plan.size.today + timedelta(6),
            },
            4,
            acts,
        )


def _status(plan: Layout, cast: Cast) -> Iterator[Request]:
    today = plan.size.today
    mates = classmates(plan, cast.child, 6)
    if len(mates) >= 6:
        values: Row = {
            "student": Key("student", mates[5]),
            "kind": "suspend",
            "cause": "family",
            "from_day": today + timedelta(7),
            "until_day": date(2027, 7, 10),
            "reason": "家中遭遇变故，需要随母亲到外地生活一段时间，申请休学，保留学籍。",
            "guardian_agrees": True,
        }
        acts = (
            Act("head.east", "approve", "已家访，情况属实，同意休学。", 4),
            Act("grade.east", "approve", "同意。", 2),
        )
        yield Request("status_change", "student6", values, 5, acts)
    away = suspended(plan, 0)
    if away >= 0:
        values = {
            "student": Key("student", away),
            "kind": "extend",
            "cause": "mental_health",
            "from_day": date(2027, 7, 11),
            "until_day": date(2028, 1, 20),
            "reason": "医生建议继续治疗，申请延长休学半年。",
            "guardian_agrees": True,
        }
        yield Request("status_change", "guardian.away", values, 1)
