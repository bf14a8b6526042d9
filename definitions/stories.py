"""What happened in the demo school beside the daily round: transfers, changes of status, announcements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from .families import MOVED_ON, moved_from, standing
from .layout import GRADES, Key, Layout

Row = dict[str, Any]

_WHY_MOVED = (
    ("subjects", "选科由物化生改为物化地，原班没有对应的走班组合。"),
    ("health", "视力原因需要固定前排，原班座位调整困难，班主任同意转班。"),
    ("family", "家庭住址变动，申请编入有晚自习接送车的班级。"),
)


def transfers(plan: Layout) -> Iterator[Row]:
    """The class transfers that took effect this term."""
    for number, student in enumerate(s for s in range(plan.size.students) if moved_from(plan, s) >= 0):
        kind, reason = _WHY_MOVED[number % len(_WHY_MOVED)]
        yield {
            "student": Key("student", student),
            "from_class": Key("class", moved_from(plan, student)),
            "to_class": Key("class", plan.class_of(student)),
            "reason_kind": kind,
            "reason": reason,
            "effective_on": MOVED_ON,
            "status": "done",
        }


def status_changes(plan: Layout) -> Iterator[Row]:
    """The finished request behind every student who is suspended or has left."""
    for student in range(plan.size.students):
        where = standing(plan, student)
        if where.since is None:
            continue
        row: Row = {
            "student": Key("student", student),
            "class_before": Key("class", plan.class_of(student)),
            "from_day": where.since,
            "guardian_agrees": True,
            "office_number": f"XJ2026{student + 1:06}",
            "status": "done",
        }
        if where.status == "suspended":
            cause = "illness" if student % 2 else "mental_health"
            row |= {
                "kind": "suspend",
                "cause": cause,
                "until_day": where.until,
                "reason": "因病需要较长时间治疗和休养，附县级以上医院诊断证明。",
            }
        elif where.status == "transferred_out":
            row |= {
                "kind": "transfer_out",
                "receiving_school": "临江市第二中学",
                "reason": "随父母工作调动迁居，转入当地学校就读。",
            }
        else:
            row |= {"kind": "withdraw", "reason": "已满 16 周岁，决定出国就读，家长书面申请退学。"}
        yield row


@dataclass(frozen=True, slots=True)
class _Notice:
    """ago: days before today; shown: for so many days; where: "school" or a grade by number; readers: s, g, t."""

    ago: int
    shown: int
    kind: str
    where: str
    readers: str
    title: str
    body: str


_NOTICES = (
    _Notice(
        *(0, 3, "urgent", "school", "sgt", "明日降温，早读推迟 10 分钟"),
        "气象台发布寒潮蓝色预警，明天早读推迟到 7:30，请注意添衣保暖。走读学生路上注意安全。",
    ),
    _Notice(
        *(1, 14, "notice", "school", "t", "本周教学安排"),
        "周三下午教研活动，周五第 8 节全校班会。请各班主任每天 8:00 前交点名册，漏交名单见首页。",
    ),
    _Notice(
        *(5, 20, "notice", "school", "sg", "期中考试成绩已公布"),
        "期中考试成绩已经公布，登录后在“我的成绩”查看。对成绩有疑问的，一周内找任课老师复核。",
    ),
    _Notice(
        *(6, 12, "notice", "grade0", "sg", "高一年级家长会"),
        "定于本周六下午 2:30 在报告厅召开高一年级家长会，请家长提前 15 分钟入场。",
    ),
    _Notice(
        *(8, 30, "news", "school", "sgt", "校运动会圆满结束"),
        "第 26 届校运动会共打破 3 项校纪录，感谢各班的组织和志愿者的付出。",
    ),
    _Notice(
        *(12, 40, "notice", "school", "sgt", "秋冬季传染病预防"),
        "近期流感高发。发热学生居家休息，退热 48 小时后凭就诊记录返校，请假类别选“传染病隔离”。",
    ),
    _Notice(
        *(20, 60, "notice", "school", "t", "请假改为线上办理"),
        "即日起学生请假一律在书院里办理：3 天以内班主任批准，超过 3 天由年级组和教务处会签。",
    ),
    _Notice(
        *(60, 200, "news", "school", "sgt", "2026 年国庆放假与调休"),
        "10 月 1 日至 7 日放假；9 月 20 日（周日）、10 月 10 日（周六）上课，分别按周二、周三课表。",
    ),
)


def notices(plan: Layout) -> Iterator[Row]:
    """Announcements of the last weeks, the newest first."""
    for one in _NOTICES:
        day = plan.size.today - timedelta(one.ago)
        school = one.where == "school"
        yield {
            "title": one.title,
            "body": one.body,
            "org": Key("org", 0) if school else plan.grade_key(int(one.where.removeprefix("grade")) % len(GRADES)),
            "kind": one.kind,
            "for_staff": "t" in one.readers,
            "for_students": "s" in one.readers,
            "for_guardians": "g" in one.readers,
            "publish_on": day,
            "until": day + timedelta(one.shown),
            "pinned": one.kind == "urgent",
            "author": Key("teacher", 1),
        }
