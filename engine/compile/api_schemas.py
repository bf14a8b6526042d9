"""JSON Schemas of what the API takes and answers beside records: problems, lists, outcomes, history, cases, files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..fieldtypes.link import LAST_ID
from ..model import Text
from .routes import MAX_BULK, Answer

Schema = dict[str, Any]

ID: Schema = {"type": "integer", "minimum": 1, "maximum": LAST_ID}
MOMENT: Schema = {"type": "string", "format": "date-time"}
TEXT: Schema = {"type": "string"}
_VERSION: Schema = {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}


def _object(required: str, **properties: Schema) -> Schema:
    """An object of these properties only; `required` names the ones that are always there."""
    return {
        "type": "object",
        "properties": properties,
        "required": required.split(),
        "additionalProperties": False,
    }


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _list(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def json_body(schema: Schema) -> Schema:
    """The content of a JSON request or answer."""
    return {"application/json": {"schema": schema}}


_PERSON = _object("id name", id={"type": "integer", "minimum": 0}, name=TEXT)
_LINK = _object("entity id label", entity=TEXT, id=ID, label=TEXT)

#: Schemas that every description holds, by component name.
COMPONENTS: Mapping[str, Schema] = {
    "remark": _object(
        "path code what remedy",
        path=TEXT
        | {
            "description": Text(
                "位置，例如 lines/2/amount；空为整条记录。", "Place, as in lines/2/amount; empty for the record."
            )
        },
        code=TEXT,
        what=TEXT,
        remedy=TEXT,
    ),
    "problem": _object(
        "type title status errors",
        type=TEXT | {"format": "uri-reference"},
        title=TEXT,
        status={"type": "integer"},
        detail=TEXT,
        instance=TEXT,
        retry={"type": "boolean", "description": Text("再试一次可能成功。", "Doing the same again can help.")},
        errors=_list(_ref("remark")),
        current={
            "type": ["object", "null"],
            "description": Text("冲突时的现状。", "The present state after a conflict."),
        },
    ),
    "outcome": _object(
        "index outcome errors warnings",
        index={"type": "integer", "minimum": 0},
        outcome={"type": "string", "enum": ["created", "changed", "same", "refused"]},
        id=_or_null(ID),
        version=_or_null({"type": "integer", "minimum": 1}),
        errors=_list(_ref("remark")),
        warnings=_list(_ref("remark")),
    ),
    "version": _object(
        "version at by op changes",
        version={"type": "integer", "minimum": 1},
        at=MOMENT,
        by=_PERSON,
        op={"type": "string"},
        origin=TEXT,
        changes=_list(_object("field before after", field=TEXT, before={}, after={})),
    ),
    "file": _object(
        "id name size media_type",
        id=ID,
        name=TEXT,
        size={"type": "integer", "minimum": 0},
        media_type=TEXT,
    ),
    "case": _object(
        "workflow",
        workflow=TEXT | {"minLength": 1, "maxLength": 60},
        values={"type": "object", "description": Text("新记录的字段。", "The fields of the new record.")},
        record=ID
        | {
            "description": Text(
                "在已有记录上办理时写它的编号，此时不写 values。",
                "To run over a record that is there: its id, without values.",
            )
        },
        act=TEXT
        | {
            "maxLength": 60,
            "description": Text(
                "同时按下第一步的哪个按钮，例如 submit；不写则留作草稿。",
                "A button of the first step to press at once, such as submit; without it the request stays a draft.",
            ),
        },
        comment=TEXT | {"maxLength": 4_000},
    ),
    "act": _object(
        "act version",
        act=TEXT | {"minLength": 1, "maxLength": 60},
        version=_VERSION,
        comment=TEXT | {"maxLength": 4_000},
        to=TEXT | {"maxLength": 60, "description": Text("退回到哪一步。", "The step to return to.")},
        values={"type": "object", "description": Text("一并填写的字段。", "Fields filled in along with it.")},
        people=_list(ID)
        | {"maxItems": 50, "description": Text("转交、加签、抄送给谁（账号）。", "Accounts it is handed or told to.")},
        task=ID | {"description": Text("以哪一项任务的身份办理。", "Which of one's own tasks it is done for.")},
        when={"type": "string", "enum": ["before", "after"]},
        must={"type": "boolean"},
    ),
    "case_state": _object(
        "id version status step",
        id=ID,
        version={"type": "integer", "minimum": 1},
        workflow=TEXT,
        title=TEXT,
        status={"type": "string", "enum": ["open", "passed", "refused", "cancelled", "withdrawn"]},
        step=_object("name title", name=TEXT, title=TEXT),
        record=_LINK,
        requester=_PERSON,
        opened_at=MOMENT,
        closed_at=_or_null(MOMENT),
        acts=_list(
            _object(
                "name title need to edit",
                name=TEXT,
                title=TEXT,
                need=_list(TEXT) | {"description": Text("须一并给出的。", "What has to be sent with it.")},
                to=_list(TEXT) | {"description": Text("可以退回到的步骤。", "Steps it may return to.")},
                edit=_list(TEXT) | {"description": Text("可以一并修改的字段。", "Fields that may change with it.")},
            )
        ),
        path=_list(
            _object(
                "at by act title step to comment",
                at=MOMENT,
                by=_PERSON,
                act=TEXT,
                title=TEXT,
                step=TEXT,
                to=TEXT,
                comment=TEXT,
            )
        ),
    ),
    "task": _object(
        "id case version workflow title step record requester since due_at",
        id=ID,
        case=ID,
        version={"type": "integer", "minimum": 1},
        workflow=TEXT,
        title=TEXT,
        step=TEXT,
        record=_LINK,
        requester=TEXT,
        since=MOMENT,
        due_at=_or_null(MOMENT),
    ),
}


def _page(item: Schema) -> Schema:
    return _object(
        "items after before",
        items=_list(item),
        after=_or_null(TEXT),
        before=_or_null(TEXT),
        total={"type": "integer", "minimum": 0},
    )


#: The answers by kind; each is given the reference of the entity's record schema.
ANSWERS: Mapping[Answer, Callable[[str], Schema]] = {
    "record": lambda ref: {"$ref": ref},
    "written": lambda ref: _object("record warnings", record={"$ref": ref}, warnings=_list(_ref("remark"))),
    "list": lambda ref: _page({"$ref": ref}),
    "outcomes": lambda ref: _object("outcomes written", outcomes=_list(_ref("outcome")), written={"type": "boolean"}),
    "history": lambda ref: _page(_ref("version")),
    "schema": lambda ref: {"type": "object"},
    "codelist": lambda ref: _object(
        "name title codes",
        name=TEXT,
        title=TEXT,
        source=TEXT,
        codes=_list(
            _object(
                "code title",
                code=TEXT,
                title=TEXT,
                parent=TEXT,
                valid_from=_or_null({"type": "string", "format": "date"}),
                valid_to=_or_null({"type": "string", "format": "date"}),
            )
        ),
    ),
    "case": lambda ref: _ref("case_state"),
    "tasks": lambda ref: _object("items after", items=_list(_ref("task")), after=_or_null(TEXT)),
    "file": lambda ref: _ref("file"),
    "me": lambda ref: _object(
        "id name roles records scopes",
        id=ID,
        name=TEXT,
        lang={"type": "string", "enum": ["zh", "en"]},
        roles=_list(TEXT),
        records=_list(ID),
        scopes=_or_null(_list(TEXT)),
    ),
    "description": lambda ref: {"type": "object"},
}

#: Request bodies that are made for an entity; each is given the reference of its change schema. The values of a bulk
#: request are not bound to it: each of them has its own outcome, so the request as a whole is not refused.
BODIES: Mapping[str, Callable[[str], Schema]] = {
    "bulk": lambda ref: _object(
        "changes",
        mode={"type": "string", "enum": ["each", "all"], "default": "each"},
        changes=_list(_object("values", id=ID, version=_VERSION, values={"type": "object", "x-shuyuan-schema": ref}))
        | {"minItems": 1, "maxItems": MAX_BULK},
    ),
}
