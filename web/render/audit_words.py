"""The audit in words: what an act is called, and what its detail says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from shuyuan.engine import AuditLine, Version

from .words import Lang

#: Acts as (zh, en).
ACTS: Mapping[str, tuple[str, str]] = {
    "record.create": ("新增记录", "Made a record"),
    "record.edit": ("修改记录", "Changed a record"),
    "record.delete": ("删除记录", "Deleted a record"),
    "record.restore": ("恢复记录", "Restored a record"),
    "reveal": ("查看敏感信息", "Was shown a sensitive value"),
    "export": ("导出", "Exported"),
    "case.act": ("办理申请", "Acted on a request"),
    "proxy.begin": ("设代理人", "Named somebody to stand in"),
    "proxy.end": ("结束代理", "Ended a stand-in"),
    "view.save": ("保存视图", "Saved a view"),
    "view.delete": ("删除视图", "Deleted a view"),
    "publish": ("发布定义", "Published definitions"),
    "rollback": ("回退定义", "Rolled definitions back"),
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
    "token_created": ("新建程序密钥", "Made a key for a program"),
    "token_revoked": ("撤销程序密钥", "Revoked a key"),
}

#: What keys of details are called; those that are not here stand in the detail as they are.
KEYS: Mapping[str, tuple[str, str]] = {
    "account": ("账号", "account"),
    "proxy": ("代理人", "stands in"),
    "role": ("角色", "role"),
    "fields": ("字段", "fields"),
    "field": ("字段", "field"),
    "purpose": ("目的", "purpose"),
    "rows": ("行数", "rows"),
    "count": ("条数", "count"),
    "format": ("格式", "format"),
    "case": ("申请编号", "request"),
    "scopes": ("权限", "scopes"),
    "note": ("说明", "note"),
    "version": ("版本", "version"),
    "unit": ("单位编号", "unit"),
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


def details(line: AuditLine, version: Version, lang: Lang, address: Callable[[str], str]) -> Iterator[str]:
    """What the detail of an act says, a line for each thing. address: makes the words for where it came from."""
    for key, value in line.detail.items():
        if key in SILENT or value in ("", None, [], {}) or (key == "version" and line.entity):
            continue
        name = KEYS[key][lang == "en"] if key in KEYS else key
        said = _said(line, key, value, version, lang)
        yield f"{name}：{said}" if lang == "zh" else f"{name}: {said}"
    if line.address:
        yield address(line.address)


def _said(line: AuditLine, key: str, value: Any, version: Version, lang: Lang) -> str:
    if key in ("account", "proxy"):
        return line.people.get(value) or f"#{value}"
    if key == "role":
        return next((p.title.get(lang) for p in version.model.policies.values() if p.role == value), str(value))
    if key in ("fields", "field") and line.entity:
        titles = {f.id: f.title.get(lang) for f in line.entity.fields}
        wanted = value if isinstance(value, list) else [value]
        return ("、" if lang == "zh" else ", ").join(titles.get(one, str(one)) for one in wanted)
    if key == "origin":
        return _origin(str(value), lang)
    if isinstance(value, dict):
        return ", ".join(f"{name} {one}" for name, one in list(value.items())[:30])
    if isinstance(value, list):
        return ", ".join(str(one) for one in value[:20])
    return str(value)


def _origin(value: str, lang: Lang) -> str:
    """What a change came from, such as `case:12`."""
    kind, _, number = value.partition(":")
    known = {"case": ("申请", "request"), "import": ("导入", "import"), "bulk": ("批量操作", "bulk change")}
    found = known.get(kind)
    return f"{found[lang == 'en']} {number}" if found else value
