"""Messages about forms, views, dashboards and policies."""

# ruff: noqa: E501
# fmt: off

from __future__ import annotations

from .diagnostic import Entry, Severity

_W = Severity.WARNING

ENTRIES: dict[str, Entry] = {
    "FORM_001": Entry(
        "表单显示字段 {field}，但实体 {entity} 没有它。{hint}", "The form shows field {field}, which entity {entity} does not have. {hint}",
        "改正名字，或者给 {entity} 加上这个字段。", "Either correct the name, or add the field to {entity}.",
    ),
    "FORM_002": Entry(
        "字段 {field} 在表单里出现两次（第一次在 {first}）。", "Field {field} stands on the form twice (first at {first}).",
        "去掉一处。", "Remove one of them.",
    ),
    "FORM_003": Entry(
        "{entity} 的字段 {field} 必填，但没有一张表单能填它（{forms}）。", "Field {field} of {entity} is required, but no form lets anybody fill it ({forms}).",
        "放进表单，给它初值，或者改为非必填。", "Either put it on a form, give it a default, or make it optional.",
    ),
    "FORM_005": Entry(
        "不认识控件 {widget}。{hint}", "There is no control named {widget}. {hint}",
        "改正 ui:widget，或者去掉它用默认控件。", "Either correct ui:widget, or remove it to get the usual control.", severity=_W,
    ),
    "FORM_006": Entry(
        "段“{section}”里没有字段。", "Section “{section}” holds no fields.",
        "加上字段，或者删掉这一段。", "Either add fields, or delete the section.", severity=_W,
    ),
    "VIEW_001": Entry(
        "{key} 里的 {path}：{entity} 没有字段 {name}。{hint}", "{key}: {path}: {entity} has no field {name}. {hint}",
        "改正名字，或者给 {entity} 加上这个字段。", "Either correct the name, or add the field to {entity}.",
    ),
    "VIEW_002": Entry(
        "{key} 里的 {path}：{entity} 后面不能再接 {name}，它不指向别的记录。", "{key}: {path}: nothing can follow {entity} here; it leads to no record that has {name}.",
        "到这里为止，或者换一个指向记录的字段。", "Either end the path there, or use a link.",
    ),
    "VIEW_003": Entry(
        "列 {path} 出现两次。", "Column {path} is listed twice.",
        "去掉一处。", "Remove one of them.", severity=_W,
    ),
    "VIEW_004": Entry(
        "{key} 里的 {path} 是{type}，没有次序。", "{key}: {path} is of type {type}, which has no order.",
        "换一个字段。", "Name another field.",
    ),
    "VIEW_005": Entry(
        "视图 {view} 的列 {path}，能打开它的角色（{roles}）都看不到。", "Column {path} of view {view} can be seen by none of the roles that open it ({roles}).",
        "去掉这一列，或者在权限里允许查看。", "Either remove the column, or let a role see it.", severity=_W,
    ),
    "DASH_001": Entry(
        "measure: {measure} 不行：要写 count、sum 字段 或 mean 字段，字段须是 {entity} 的数字。{hint}", "measure: {measure} does not work: write count, sum FIELD or mean FIELD with a number of {entity}. {hint}",
        "改正写法或字段名。", "Correct the word or the name of the field.",
    ),
    "DASH_002": Entry(
        "卡片“{title}”是条形图，却没有 group。", "Card “{title}” shows bars but has no group.",
        "写出按哪个字段分组，或者改为 show: number。", "Either say what to group by, or use show: number.",
    ),
    "DASH_003": Entry(
        "卡片要打开视图 {view}，但 {entity} 没有这个视图。{hint}", "The card opens view {view}, which {entity} does not have. {hint}",
        "改正名字，或者去掉 view。", "Either correct the name, or remove view.",
    ),
    "DASH_004": Entry(
        "指引的去处 {to} 不存在。{hint}", "The hint leads to {to}, which does not exist. {hint}",
        "写 form 名字、view 名字、workflow 名字 或 page /路径。", "Write form NAME, view NAME, workflow NAME or page /PATH.",
    ),
    "ACC_002": Entry(
        "{key} 里的 {name} 既不是字段，也不是字段组（{entities}）。{hint}", "{key} names {name}, which is neither a field nor a field group ({entities}). {hint}",
        "改正名字；字段组写在字段的 group 或 sensitive 里。", "Correct the name; groups are written at fields, as group or sensitive.",
    ),
    "ACC_003": Entry(
        "权限 {policy}：同一行里不能既写 fields 又写 but。", "Policy {policy}: a line cannot have both fields and but.",
        "留下一个。", "Keep one of them.",
    ),
    "ACC_004": Entry(
        "权限 {policy}：这一行什么也没有允许、禁止或遮盖。", "Policy {policy}: this line gives, takes and masks nothing.",
        "加上 can、deny 或 mask，或者删掉这一行。", "Either add can, deny or mask, or delete the line.",
    ),
    "ACC_006": Entry(
        "没有任何角色能看到 {entity} 的记录。", "No role may see records of {entity}.",
        "在权限里给某个角色 see。", "Give some role see in its policy.", severity=_W,
    ),
    "ACC_007": Entry(
        "没有任何角色能新建或修改 {entity} 的记录。", "No role may create or edit records of {entity}.",
        "在权限里给某个角色 create 或 edit；只由导入得来的给 import。", "Give some role create or edit, or import where records only come from files.", severity=_W,
    ),
    "ACC_008": Entry(
        "权限 {policy}：{entity} 的 {field} 在页面上遮盖，导出时却是明文。", "Policy {policy}: {field} of {entity} is masked on the page but exported in full.",
        "在导出的那一行也写 mask，或者给字段标上 sensitive，让它处处遮盖。", "Either mask it in the line that exports as well, or mark the field sensitive, which masks it everywhere.", severity=_W,
    ),
    "ACC_009": Entry(
        "没有任何角色能看到 {entity} 的字段 {field}。", "No role may see field {field} of {entity}.",
        "在权限里允许某个角色查看，或者删掉这个字段。", "Either let a role see it, or remove the field.", severity=_W,
    ),
    "ACC_010": Entry(
        "没有任何角色能填写 {entity} 的字段 {field}，流程里也不能。", "No role may fill in field {field} of {entity}, nor does a workflow let anybody.",
        "在权限里允许某个角色填写，或者标为 readonly。", "Either let a role fill it in, or mark it readonly.", severity=_W,
    ),
    "ACC_012": Entry(
        "权限 {policy} 给了 {entity} 的 {rights}，却没有 see。", "Policy {policy} gives {rights} on {entity} without see.",
        "加上 see，或者去掉这些操作。", "Either add see, or take these rights away.", severity=_W,
    ),
    "ACC_013": Entry(
        "没有任何角色能管理账号。", "No role may look after accounts.",
        "给管理员的权限加上 system: [users]。", "Add system: [users] to the policy of an administrator.", severity=_W,
    ),
}
