"""Notices: what people are told about approvals, in the product and by mail, each in their own language."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..model import LANGS, Slot, Sql, Storage, Text
from ..store.protocol import Query, Row, Run, Store
from ..workflow import Notice
from .called import called
from .work import Work

_BIG, _TEXT, _JSON = Storage("bigint"), Storage("text"), Storage("json")

#: Stands in a stored text for what the record is called: put in when it is read, as far as the reader sees the record.
LABEL = "{label}"
#: What a record is called for somebody who does not see it.
UNSEEN = Text("一项申请", "a request")

#: Kind -> title and text. `{title}` is the workflow, `{label}` the record, `{step}`, `{by}`, `{comment}`, `{status}`:
#: the end in the words of its own step, else of the case.
WORDING: Mapping[str, tuple[Text, Text]] = {
    "task": (
        Text("待办：{title}", "For you: {title}"),
        Text("“{label}”等您办理“{step}”。", "“{label}” waits for you in step “{step}”."),
    ),
    "returned": (
        Text("退回修改：{title}", "Returned to you: {title}"),
        Text("{by}退回了“{label}”。{comment}", "{by} returned “{label}”. {comment}"),
    ),
    "ended": (
        Text("{title}：{status}", "{title}: {status}"),
        Text("“{label}”{status}。{comment}", "“{label}”: {status}. {comment}"),
    ),
    "told": (
        Text("{title}：{step}", "{title}: {step}"),
        Text("“{label}”到了“{step}”。{comment}", "“{label}” has reached “{step}”. {comment}"),
    ),
    "remind": (
        Text("提醒：{title}", "Reminder: {title}"),
        Text("“{label}”的“{step}”还等您办理。", "“{label}” still waits for you in step “{step}”."),
    ),
    "nudge": (
        Text("催办：{title}", "Please act: {title}"),
        Text("{by}请您尽快办理“{label}”的“{step}”。", "{by} asks you to act on “{label}” in step “{step}”."),
    ),
    "moved": (
        Text("已转给他人：{title}", "Moved to somebody else: {title}"),
        Text("“{label}”的“{step}”不再由您办理。", "“{label}” no longer waits for you in step “{step}”."),
    ),
    "copy": (
        Text("抄送：{title}", "For your information: {title}"),
        Text("{by}把“{label}”抄送给您。{comment}", "{by} sends you a copy of “{label}”. {comment}"),
    ),
    "comment": (
        Text("新留言：{title}", "New comment: {title}"),
        Text("{by}在“{label}”留言：{comment}", "{by} wrote about “{label}”: {comment}"),
    ),
    "stuck": (
        Text("无人办理：{title}", "Nobody can act: {title}"),
        Text("“{label}”停在“{step}”，需要您处理。", "“{label}” is stuck in step “{step}” and needs you."),
    ),
}

STATUS: Mapping[str, Text] = {
    "": Text(),
    "open": Text("办理中", "open"),
    "passed": Text("已办结", "completed"),
    "refused": Text("未通过", "refused"),
    "cancelled": Text("已终止", "cancelled"),
    "withdrawn": Text("已撤销", "withdrawn"),
}


def worded(notice: Notice, title: Text) -> tuple[dict[str, str], dict[str, str]]:
    """Title and text of a notice in both languages, `LABEL` where the record is to be named. title: of the workflow.

    Unknown kinds read as `told`. Only fixed words and these values appear, never an expression.
    """
    head, body = WORDING.get(notice.kind, WORDING["told"])
    heads: dict[str, str] = {}
    bodies: dict[str, str] = {}
    ended = notice.step if notice.status in ("passed", "refused") and notice.step else STATUS[notice.status]
    for lang in LANGS:
        values = {
            "title": title.get(lang),
            "label": LABEL,
            "step": notice.step.get(lang),
            "by": notice.by or ("系统" if lang == "zh" else "The system"),
            "comment": notice.comment,
            "status": ended.get(lang),
        }
        heads[lang] = head.get(lang).format_map(values).strip()
        bodies[lang] = body.get(lang).format_map(values).strip()
    return heads, bodies


def naming(text: Mapping[str, str], label: str) -> dict[str, str]:
    """A stored text with the record named. label: "" for somebody who does not see it."""
    return {lang: said.replace(LABEL, label or UNSEEN.get(lang)) for lang, said in text.items()}


@dataclass(frozen=True, slots=True)
class Told:
    """A notice of one account."""

    id: int
    at: int
    title: Text
    text: Text
    link: str
    read_at: int | None
    case: int | None


_LIST = Query(
    Sql(
        "SELECT l.epoch, l.access, x.* FROM sy_live l LEFT JOIN (SELECT n.id, n.at, n.title, n.text, n.link, n.read_at,"
        " n.case_id, coalesce(c.entity, '') AS entity, coalesce(c.record, 0) AS record FROM sy_notice n"
        " LEFT JOIN sy_case c ON c.id = n.case_id WHERE n.account = ?"
        " AND (n.at < ? OR (n.at = ? AND n.id < ?)) ORDER BY n.at DESC, n.id DESC LIMIT ?) AS x ON TRUE WHERE l.id = 1",
        (Slot("account"), Slot("at"), Slot("at"), Slot("id"), Slot("limit")),
    ),
    (_BIG, _BIG, _BIG, _BIG, _JSON, _JSON, _TEXT, _BIG, _BIG, _TEXT, _BIG),
)
_UNREAD = Query(
    Sql(
        "SELECT count(*) FROM (SELECT 1 FROM sy_notice WHERE account = ? AND read_at IS NULL LIMIT 100) AS newest",
        (Slot("account"),),
    ),
    (_BIG,),
)
_READ = Sql(
    "UPDATE sy_notice SET read_at = ? WHERE account = ? AND id = ? AND read_at IS NULL",
    (Slot("at"), Slot("account"), Slot("id")),
)
_READ_ALL = Sql(
    "UPDATE sy_notice SET read_at = ? WHERE account = ? AND read_at IS NULL AND at <= ?",
    (Slot("at"), Slot("account"), Slot("until")),
)
_READ_CASE = Sql(
    "UPDATE sy_notice SET read_at = ? WHERE account = ? AND read_at IS NULL AND case_id = ?",
    (Slot("at"), Slot("account"), Slot("case")),
)
_SEEN = Sql(
    "UPDATE sy_task SET seen_at = ? WHERE case_id = ? AND account = ? AND seen_at IS NULL",
    (Slot("at"), Slot("case"), Slot("account")),
)


async def notices_of(work: Work, *, before: tuple[int, int] = (1 << 60, 0), limit: int = 50) -> list[Told]:
    """What the actor was told, newest first; records are named as far as the actor sees them now.

    before: `at` and `id` of the last one shown. Raises Moved and Stale.
    """
    slots = {"account": work.actor.id, "at": before[0], "id": before[1], "limit": limit}
    rows = await work.store.rows(_LIST, slots)
    work.demand(rows[0][0], rows[0][1])
    told = [row[2:] for row in rows if row[2] is not None]
    wanted: dict[str, list[int]] = {}
    for *_, entity, record in told:
        live = work.version.by_id(entity)
        if live is not None:
            wanted.setdefault(live.name, []).append(record)
    labels = await called(work, wanted)
    return [_told(row[:7], labels.get(row[8], "")) for row in told]


def _told(row: Row, label: str) -> Told:
    number, at, title, text, link, read_at, case = row
    return Told(number, at, _text(naming(title, label)), _text(naming(text, label)), link, read_at, case)


def _text(found: Mapping[str, Any]) -> Text:
    return Text(str(found.get("zh", "")), str(found.get("en", "")))


async def unread(store: Store, account: int) -> int:
    """How many notices were not read, 100 for a hundred or more."""
    ((number,),) = await store.rows(_UNREAD, {"account": account})
    return int(number)


async def read(store: Store, account: int, notices: Collection[int], at: int) -> None:
    """Mark notices of the account as read; those of others are left alone. at: milliseconds."""
    writes = [Run(_READ, {"at": at, "account": account, "id": one}) for one in tuple(dict.fromkeys(notices))[:500]]
    if writes:
        await store.apply(writes)


async def read_all(store: Store, account: int, until: int, at: int) -> None:
    """Mark everything told up to the moment `until` as read; what came later stays unread."""
    await store.apply([Run(_READ_ALL, {"at": at, "account": account, "until": until})])


async def seen(store: Store, account: int, case: int, at: int) -> None:
    """The account has looked at the case: its tasks there count as seen and its notices about it as read."""
    slots = {"at": at, "account": account, "case": case}
    await store.apply([Run(_SEEN, slots), Run(_READ_CASE, slots)])


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody a mail goes to."""

    account: int
    name: str
    email: str
    lang: str


_READERS = Query(
    Sql("SELECT id, name, email, lang FROM sy_account WHERE active AND email <> '' AND id = ?", (Slot("account"),)),
    (_BIG, _TEXT, _TEXT, _TEXT),
)


async def readers(store: Store, accounts: Iterable[int]) -> list[Reader]:
    """Those of the accounts that are in use and have an address."""
    found: list[Reader] = []
    for account in accounts:
        found += [Reader(*row) for row in await store.rows(_READERS, {"account": account})]
    return found
