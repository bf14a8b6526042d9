"""Why a person was chosen, in words: from the reason that was stored with the task."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..model import Text

#: How the person came to stand here, put behind the plain reason.
_VIA: Mapping[str, Text] = {
    "nobody": Text("；原定人员空缺，由其代为办理", "; stands in because nobody else can act"),
    "owner": Text("；原定人员就是申请人，由其代为办理", "; stands in because whoever usually acts made the request"),
    "signed": Text(
        "；原定人员在前面的步骤办理过，由其代为办理", "; stands in because whoever usually acts signed an earlier step"
    ),
    "late": Text("；超时后转到这里", "; taken over because it was late"),
}
_NAMED: Mapping[str, Text] = {
    "handed": Text("由{by}转交", "handed over by {by}"),
    "asked": Text("{by}征求意见", "asked for an opinion by {by}"),
    "added": Text("由{by}加签", "added by {by}"),
    "copy": Text("由{by}抄送", "sent a copy by {by}"),
    "named": Text("由{by}指派", "named by {by}"),
}


def because(
    reason: Mapping[str, Any],
    role: Callable[[str], Text] = Text,
    field: Callable[[str], Text] = Text,
) -> Text:
    """The stored reason of a task as a sentence. role, field: what a role or a field path is called."""
    why = reason.get("why", "")
    if why == "named":
        found = _NAMED.get(str(reason.get("via")), _NAMED["named"])
        return _filled(found, by=Text(str(reason.get("by", ""))))
    if why == "role":
        unit = str(reason.get("unit", ""))
        plain = Text("{unit}的{role}", "{role} of {unit}") if unit else Text("{role}", "{role}")
        found = _filled(plain, unit=Text(unit), role=role(str(reason.get("role", ""))))
    elif why == "field":
        found = _filled(
            Text("申请中的“{field}”", "“{field}” of the request"), field=field(str(reason.get("field", "")))
        )
    else:
        found = _PLAIN.get(str(why), Text("按流程指定", "as the workflow says"))
    if reason.get("proxy_of"):
        behind = _filled(Text("；{by}不在，由其代理", "; stands in for {by}"), by=Text(str(reason["proxy_of"])))
        found = Text(found.get("zh") + behind.zh, found.get("en") + behind.en)
    via = _VIA.get(str(reason.get("via", "")), Text())
    return Text(found.get("zh") + via.get("zh"), found.get("en") + via.get("en")) if via else found


_PLAIN: Mapping[str, Text] = {
    "owner": Text("申请人", "made the request"),
    "admin": Text("系统管理员", "administrator"),
    "back": Text("拿回后重新办理", "took the act back"),
}


def _filled(text: Text, **values: Text) -> Text:
    zh = text.zh.format_map({k: v.get("zh") for k, v in values.items()})
    return Text(zh, text.en.format_map({k: v.get("en") for k, v in values.items()}))
