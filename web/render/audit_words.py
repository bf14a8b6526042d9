"""The audit in words: what an act is called, and what its detail says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from shuyuan.engine import AuditLine, Entity, Version

from .words import Lang

#: Acts as (zh, en).
ACTS: Mapping[str, tuple[str, str]] = {
    "record.create": ("新增记录", "Made a record"),
    "record.edit": ("修改记录", "Changed a record"),
    "record.delete": ("删除记录", "Deleted a record"),
    "record.restore": ("恢复记录", "Restored a record"),
    "reveal": ("查看敏感信息", "Was shown a sensitive value"),
    "export": ("导出", "Exported"),
    "import": ("导入", "Imported"),
    "bulk": ("批量修改或删除", "Changed or deleted several records"),
    "undo": ("撤销一批改动", "Undid a batch of changes"),
    "case.act": ("办理申请", "Acted on a request"),
    "proxy.begin": ("设代理人", "Named somebody to stand in"),
    "proxy.end": ("结束代理", "Ended a stand-in"),
    "view.save": ("保存视图", "Saved a view"),
    "view.delete": ("删除视图", "Deleted a view"),
    "publish": ("发布定义", "Published definitions"),
    "rollback": ("回退定义", "Rolled definitions back"),
    "purge": ("清除不再使用的字段和数据", "Removed fields and data no longer in use"),
    "seeded": ("装入演示数据", "Filled in demo data"),
    "signed_in": ("登录", "Signed in"),
    "sign_in_failed": ("登录失败", "Failed to sign in"),
    "signed_out": ("退出登录", "Signed out"),
    "signed_out_everywhere": ("在所有设备上退出", "Signed out everywhere"),
    "sessions_ended": ("让他人退出", "Signed somebody out"),
    "password_changed": ("修改密码", "Changed the password"),
    "password_set": ("给他人设密码", "Set somebody's password"),
    "reset_made": ("生成重置码", "Made a reset code"),
    "reset_used": ("用重置码设密码", "Used a reset code"),
    "account_created": ("新建账号", "Made an account"),
    "account_changed": ("修改账号", "Changed an account"),
    "account_on": ("启用账号", "Switched an account on"),
    "account_off": ("停用账号", "Switched an account off"),
    "account_linked": ("连接本人档案", "Linked own records"),
    "role_given": ("授予角色", "Gave a role"),
    "role_taken": ("收回角色", "Took a role away"),
    "token_created": ("新建接口密钥", "Made a key for a program"),
    "token_revoked": ("撤销接口密钥", "Revoked a key"),
}

#: What keys of details are called; those that are not here stand in the detail as they are.
KEYS: Mapping[str, tuple[str, str]] = {
    "account": ("账号", "account"),
    "proxy": ("代理人", "stands in"),
    "role": ("角色", "role"),
    "fields": ("字段", "fields"),
    "field": ("字段", "field"),
    "purpose": ("目的", "purpose"),
    "view": ("视图", "view"),
    "columns": ("列", "columns"),
    "filters": ("筛选", "filters"),
    "rows": ("行数", "rows"),
    "batch": ("批次", "batch"),
    "created": ("新增", "made"),
    "changed": ("修改", "changed"),
    "unchanged": ("未变", "unchanged"),
    "removed": ("删除", "deleted"),
    "restored": ("恢复", "restored"),
    "refused": ("未通过", "refused"),
    "token": ("密钥编号", "key"),
    "restores": ("恢复到版本", "back to version"),
    "names": ("清除的内容", "removed"),
    "from": ("从", "from"),
    "until": ("到", "until"),
    "count": ("条数", "count"),
    "format": ("格式", "format"),
    "case": ("申请编号", "request"),
    "scopes": ("权限", "scopes"),
    "note": ("说明", "note"),
    "version": ("版本", "version"),
    "unit": ("单位", "unit"),
    "keys": ("项目", "what"),
    "records": ("记录", "records"),
    "accounts": ("账号", "accounts"),
    "origin": ("由来", "because of"),
}

#: Keys of details that say nothing to people.
SILENT = frozenset({"acts", "hash", "risk"})


def act_in_words(op: str, lang: Lang) -> str:
    """What an act is called; an unknown one by its own name."""
    found = ACTS.get(op)
    return found[lang == "en"] if found else op


def details(
    line: AuditLine, version: Version, lang: Lang, address: Callable[[str], str], when: Callable[[int], str]
) -> Iterator[str]:
    """What the detail of an act says, a line for each thing. address: makes the words for where it came from; when: for
    a moment.
    """
    for key, value in line.detail.items():
        if key in SILENT or value in ("", None, [], {}) or (key == "version" and line.entity):
            continue
        name = KEYS[key][lang == "en"] if key in KEYS else key
        said = when(value) if key in ("from", "until") else _said(line, key, value, version, lang)
        yield f"{name}：{said}" if lang == "zh" else f"{name}: {said}"
    if line.address:
        yield address(line.address)


def _said(line: AuditLine, key: str, value: Any, version: Version, lang: Lang) -> str:
    between = "、" if lang == "zh" else ", "
    if key in ("account", "proxy"):
        return line.people.get(value) or f"#{value}"
    if key == "unit":
        return line.units.get(value) or f"#{value}"
    if key == "role":
        return next((p.title.get(lang) for p in version.model.policies.values() if p.role == value), str(value))
    if key in ("fields", "field", "columns", "filters") and line.entity:
        wanted = value if isinstance(value, list) else [value]
        found = dict.fromkeys(_field(line.entity, str(one), version, lang, key == "filters") for one in wanted)
        return between.join(found)
    if key == "keys":
        return between.join(_ACCOUNT[one][lang == "en"] if one in _ACCOUNT else str(one) for one in value)
    if key == "view":
        view = version.model.views.get(str(value))
        return view.title.get(lang) if view else str(value)
    if key == "scopes":
        return between.join(_scope(str(one), version, lang) for one in value)
    if key == "origin":
        return _origin(str(value), lang)
    if isinstance(value, dict):
        entities = version.model.entities
        said = ((entities[n].title.get(lang) if n in entities else n, one) for n, one in list(value.items())[:30])
        return between.join(f"{name} {one}" for name, one in said)
    if isinstance(value, list):
        return between.join(str(one) for one in value[:20])
    return str(value)


#: What keys of accounts are called.
_ACCOUNT: Mapping[str, tuple[str, str]] = {
    "login": ("用户名", "login"),
    "name": ("姓名", "name"),
    "email": ("邮箱", "e-mail"),
    "lang": ("语言", "language"),
    "theme": ("外观", "appearance"),
    "active": ("启用", "in use"),
    "must_change": ("下次登录改密码", "password to be changed"),
}


def _field(entity: Entity, path: str, version: Version, lang: Lang, filtered: bool) -> str:
    """What a field is called: its id, or the names that lead to it, with an operator behind them for a filter."""
    names, at = path.split("."), entity
    titles: list[str] = []
    for name in names[:-1] if filtered and len(names) > 1 else names:
        spec = next((f for f in at.fields if name in (f.id, f.name)), None)
        if spec is None:
            return (_OWN[name][lang == "en"] if name in _OWN else path) if not titles else " ".join(titles)
        titles.append(spec.title.get(lang))
        at = version.model.entities.get(spec.type, at)
    return " ".join(titles)


#: What columns are called that every record has.
_OWN: Mapping[str, tuple[str, str]] = {
    "id": ("编号", "number"),
    "version": ("版本", "version"),
    "unit": ("单位", "unit"),
    "label": ("名称", "name"),
    "created_at": ("新增时间", "made at"),
    "changed_at": ("修改时间", "changed at"),
}
_SCOPES: Mapping[str, tuple[str, str]] = {
    "read": ("读取", "read"),
    "write": ("修改", "change"),
    "act": ("办理", "act"),
    "*": ("全部", "everything"),
}


def _scope(scope: str, version: Version, lang: Lang) -> str:
    """A scope such as `student:read` in words."""
    name, _, what = scope.partition(":")
    entity = version.model.entities.get(name)
    title = entity.title.get(lang) if entity else _SCOPES[name][lang == "en"] if name in _SCOPES else name
    said = _SCOPES[what][lang == "en"] if what in _SCOPES else what
    return f"{title}：{said}" if lang == "zh" else f"{title}: {said}"


def _origin(value: str, lang: Lang) -> str:
    """What a change came from, such as `case:12`."""
    kind, _, number = value.partition(":")
    known = {
        "case": ("申请", "request"),
        "import": ("导入", "import"),
        "bulk": ("批量操作", "bulk change"),
        "undo": ("撤销", "undo of"),
    }
    found = known.get(kind)
    return f"{found[lang == 'en']} {number}" if found else value
