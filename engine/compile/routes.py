"""The routes of the REST API as data: what each takes and answers; served by the API, printed in its description."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..model import Text

PREFIX = "/api/v1"

#: Greatest and usual number of records of one list answer; greatest number of changes in one bulk request.
MAX_LIMIT = 200
DEFAULT_LIMIT = 50
MAX_BULK = 1_000
#: Most names that one list answer is ordered by, and most that it is cut down to.
MAX_SORTS = 4
MAX_FIELDS = 100

Body = Literal["", "create", "change", "bulk", "case", "act", "file"]
Answer = Literal[
    "", "record", "written", "list", "outcomes", "history", "schema", "codelist", "case", "tasks", "file", "bytes",
    "me", "description",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Route:
    """One operation of the API.

    path: behind `PREFIX`, with `{entity}`, `{id}` and the like; needs: the right over the entity ("see", "create" ...),
    "" for anybody who is signed in; query: groups of query parameters; idempotent: `Idempotency-Key` is honoured, the
    same key within a day answers what it answered before; match: `If-Match` with the version is asked for; ok: status
    of success; refuses: statuses of problem answers beside those any route may give.
    """

    name: str
    method: Literal["GET", "POST", "PATCH", "DELETE"]
    path: str
    title: Text
    ok: int = 200
    answer: Answer = ""
    needs: str = ""
    body: Body = ""
    query: tuple[Literal["filters", "paging", "forward", "columns", "search", "lang", "use"], ...] = ("lang",)
    idempotent: bool = False
    match: bool = False
    refuses: tuple[int, ...] = ()
    help: Text = Text()


ROUTES: tuple[Route, ...] = (
    Route(
        "list", "GET", "/records/{entity}", Text("列出记录", "List records"),
        answer="list", needs="see", query=("filters", "paging", "columns", "search", "lang"), refuses=(404, 422),
        help=Text(
            "按字段筛选：name=值 或 name.运算符=值。翻页用 after，不用页码；不数总数，除非 count=true。",
            "Filter by field: name=value or name.operator=value. Page with after, there are no page numbers; nothing "
            "is counted unless count=true.",
        ),
    ),
    Route(
        "create", "POST", "/records/{entity}", Text("新建记录", "Create a record"),
        ok=201, answer="written", needs="create", body="create", idempotent=True, refuses=(404, 409, 422),
    ),
    Route(
        "bulk", "POST", "/records/{entity}/bulk", Text("批量新建和修改", "Create and change many"),
        answer="outcomes", needs="edit", body="bulk", idempotent=True, refuses=(404, 409, 422),
        help=Text(
            f"最多 {MAX_BULK} 条，逐条给出结果。mode 为 all 时一条不成则全部不写。",
            f"At most {MAX_BULK}, each with its outcome. With mode all nothing is written unless every one can be.",
        ),
    ),
    Route(
        "get", "GET", "/records/{entity}/{id}", Text("读取一条记录", "Read a record"),
        answer="record", needs="see", query=("columns", "lang"), refuses=(404,),
    ),
    Route(
        "change", "PATCH", "/records/{entity}/{id}", Text("修改一条记录", "Change a record"),
        answer="written", needs="edit", body="change", match=True, refuses=(404, 409, 412, 422, 428),
        help=Text(
            "只发要改的字段；子表整体替换，带 id 的行保留未发的列。If-Match 是读到的版本，版本已变时答 412 并附现状。",
            "Send the fields that change; a sub-table is replaced as a whole, a row with its id keeps the columns that "
            "are not sent. If-Match is the version that was read; 412 with the present record when it moved on.",
        ),
    ),
    Route(
        "delete", "DELETE", "/records/{entity}/{id}", Text("删除一条记录", "Delete a record"),
        ok=204, needs="delete", match=True, refuses=(404, 409, 412, 428),
    ),
    Route(
        "history", "GET", "/records/{entity}/{id}/history", Text("修改历史", "History of a record"),
        answer="history", needs="see", query=("paging", "lang"), refuses=(404,),
    ),
    Route(
        "schema", "GET", "/schemas/{entity}", Text("实体的 JSON Schema", "JSON Schema of an entity"),
        answer="schema", needs="see", query=("use", "lang"), refuses=(404,),
    ),
    Route(
        "codelist", "GET", "/codelists/{name}", Text("代码表", "A code list"),
        answer="codelist", refuses=(404,),
    ),
    Route("tasks", "GET", "/tasks", Text("等我办的事", "What waits for me"), answer="tasks", query=("forward", "lang")),
    Route(
        "start", "POST", "/cases", Text("发起申请", "Start a request"),
        ok=201, answer="case", body="case", idempotent=True, refuses=(404, 409, 422),
    ),
    Route("case", "GET", "/cases/{id}", Text("读取一件申请", "Read a case"), answer="case", refuses=(404,)),
    Route(
        "act", "POST", "/cases/{id}/acts", Text("办理一件申请", "Act in a case"),
        answer="case", body="act", idempotent=True, refuses=(404, 409, 412, 422),
        help=Text(
            "act 是当前步骤允许的动作之一，version 是读到的版本。两人同时办理时后到的答 412。",
            "act is one that the step offers, version the one that was read. Of two people at once the later gets 412.",
        ),
    ),
    Route(
        "upload", "POST", "/files", Text("上传文件", "Upload a file"),
        ok=201, answer="file", body="file", idempotent=True, refuses=(422,),
        help=Text(
            "得到的 id 写进记录的附件字段；一天内没有记录用到的文件会删除。",
            "Put the id into a file field of a record; a file that no record uses within a day is deleted.",
        ),
    ),
    Route("download", "GET", "/files/{id}", Text("下载文件", "Download a file"), answer="bytes", refuses=(404,)),
    Route("me", "GET", "/me", Text("我是谁", "Who I am"), answer="me"),
    Route("description", "GET", "/openapi.json", Text("本说明", "This description"), answer="description"),
)  # fmt: skip


def route(name: str) -> Route:
    """The route of that name. Raises KeyError."""
    for found in ROUTES:
        if found.name == name:
            return found
    raise KeyError(name)
