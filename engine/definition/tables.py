"""The keys of every kind of definition except workflows, as data; checks, reference pages and completion follow it."""

# ruff: noqa: E501
# fmt: off

from __future__ import annotations

from dataclasses import dataclass

from ..model import OPERATIONS, Text
from . import shape as s
from .shape import Key, Shape
from .tables_workflow import WORKFLOW_TABLES

SENSITIVE = ("identity", "contact", "health", "finance", "family")
SYSTEM_RIGHTS = ("definitions", "users", "audit", "jobs")
TONES = ("ok", "info", "warn", "bad", "muted")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of definition: the key that begins it, the folder of a pack it is kept in, what it is."""

    name: str
    folder: str
    title: Text
    doc: Text


def _k(name: str, shape: Shape, zh: str, en: str, required: bool = False) -> Key:
    return Key(name, shape, Text(zh, en), required)


_ID = _k(
    "id",
    s.LABEL,
    "不变的编号，发布后由系统写回；不要改动。",
    "Immutable id, written back after publishing; leave it alone.",
)
_WAS = _k(
    "was",
    s.LABEL,
    "原来的名字：改名时写，数据随之保留。",
    "The former name: write it when you rename, and the stored values stay.",
)
_TITLE = _k("title", s.TEXT, "显示的名称。", "The name shown.")
_NEEDED_TITLE = _k("title", s.TEXT, "显示的名称。", "The name shown.", True)
_HELP = _k("help", s.TEXT, "给使用者的说明。", "Explanation for the people who use it.")

PACK = (
    _k("pack", s.NAME, "定义包的名字。", "Name of the pack.", True),
    _NEEDED_TITLE,
    _k("version", s.STRING, "版本号，例如 1.2.0。", "Version, such as 1.2.0.", True),
    _k("requires", s.NAMES, "它所依赖的定义包。", "Packs it builds on."),
    _k("zone", s.STRING, "日期和时间所用的时区（IANA 名称），默认 Asia/Shanghai。", "Time zone (IANA name) of dates and times; Asia/Shanghai by default."),
    _HELP,
)

ENTITY = (
    _k("entity", s.NAME, "实体的名字：用在文件、接口和表达式里。", "Name of the entity in files, API and expressions.", True),
    _ID,
    _WAS,
    _NEEDED_TITLE,
    _k("plural", s.TEXT, "复数名称，用作列表标题。", "Plural, the heading of lists."),
    _HELP,
    _k("icon", s.NAME, "导航里的图标。", "Icon in the navigation."),
    _k("section", s.TEXT, "导航里的分组。", "Heading in the navigation it stands under."),
    _k("unit", s.PATH, "哪个字段决定记录属于哪个单位，可用点连接；self 表示记录本身就是单位。", "The field that places a record in the unit tree, dots allowed; self when each record is a unit."),
    _k("parent", s.NAME, "单位的上级单位字段（只用于 unit: self）。", "For units: the link to the unit above."),
    _k("person", s.BOOLEAN, "记录是人，可以关联登录账号。", "Records are people a sign-in may belong to."),
    _k("label", s.FEEL, "一条记录怎样称呼，表达式；省略时用第一个文字字段。", "Expression for what one record is called; the first text field when left out."),
    _k("schema", s.keys_of("schema"), "字段，JSON Schema 2020-12 的写法。", "The fields, written as JSON Schema 2020-12.", True),
    _k("rules", s.list_of(s.keys_of("rule")), "跨字段的规则。", "Rules over several fields."),
    _k("gives", s.list_of(s.keys_of("gives")), "由字段带来的角色，例如班主任。", "Roles that follow from who stands in a field, such as the class teacher."),
    _k("sort", s.ORDER, "默认的排列次序，降序的前面加 -。", "Usual order; - before a name for descending."),
    _k("unique", s.list_of(s.NAMES), "合起来不可重复的字段组。", "Groups of fields that may not repeat together."),
    _k("indexes", s.list_of(s.NAMES), "一起建索引的字段组，用来加快查询。", "Groups of fields indexed together, for speed."),
)

SCHEMA = (
    _k("required", s.NAMES, "必填的字段。", "Fields that must be filled in."),
    _k("properties", s.PROPERTIES, "字段：名字: {is: 类型, ...}。", "The fields: name: {is: type, ...}.", True),
    *(
        _k(name, s.ANY, f"JSON Schema 的 {name}：只对上面已有的字段设限。", f"JSON Schema {name}: may only constrain fields listed above.")
        for name in ("allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentRequired", "dependentSchemas")
    ),
    *(
        _k(name, s.ANY, f"JSON Schema 的 {name}，照原样接受。", f"JSON Schema {name}, accepted as it stands.")
        for name in (
            "type", "$schema", "$id", "title", "description", "additionalProperties", "$defs", "definitions",
            "examples", "$comment", "unevaluatedProperties",
        )
    ),
)

PROPERTY = (
    _k("is", s.NAME, "字段类型。", "The field type."),
    _ID,
    _WAS,
    _TITLE,
    _HELP,
    _k("description", s.TEXT, "与 help 相同（JSON Schema 的写法）。", "The same as help, as JSON Schema calls it."),
    _k("placeholder", s.TEXT, "输入框里的示例文字。", "Sample text in the empty control."),
    _k("required", s.BOOLEAN, "必填；也可以写在 required 列表里。", "Must be filled in; may also be written in the list required."),
    _k("unique", s.BOOLEAN, "不可重复。", "No two records may have the same value."),
    _k("search", s.BOOLEAN, "可以用搜索框找到。", "Found by the search box."),
    _k("index", s.BOOLEAN, "建索引，加快按它筛选和排序。", "Indexed, so that filters and sorting by it are fast."),
    _k("readonly", s.BOOLEAN, "只显示，不能填写。", "Shown, never entered."),
    _k("readOnly", s.BOOLEAN, "与 readonly 相同（JSON Schema 的写法）。", "The same as readonly, as JSON Schema calls it."),
    _k("sensitive", s.word(*SENSITIVE), "敏感信息的种类：决定遮盖、加密、导出标记。", "Kind of sensitive information: drives mask, encryption, export marks."),
    _k("group", s.NAME, "权限里使用的字段组。", "Field group that policies name."),
    _k("default", s.ASSIGNED, "新记录的初值：一个值，today、now、actor，或 {feel: \"表达式\"}。", "Value of a new record: a value, today, now, actor, or {feel: \"expression\"}."),
    _k("value", s.FEEL, "由其他字段算出的值。", "Computed from other fields."),
    _k("override", s.BOOLEAN, "算出的值可以手工改写。", "A person may enter another value than the computed one."),
    _k("when", s.FEEL, "只在条件成立时才有这个字段。", "The field exists only while this holds."),
    _k("fill", s.FEEL, "首次发布时写入已有记录的值，按原来的字段计算；用来拆分、合并字段。", "What stored records get when the field is first published, from the fields they had; for splitting and merging."),
    _k("examples", s.ANY, "示例值（JSON Schema）。", "Sample values (JSON Schema)."),
    _k("deprecated", s.BOOLEAN, "不再使用（JSON Schema）。", "No longer in use (JSON Schema)."),
    _k("$comment", s.ANY, "给维护者的注释（JSON Schema）。", "Remark for maintainers (JSON Schema)."),
)

#: What a property without `is` may say: JSON Schema, from which the type follows.
PLAIN_PROPERTY = tuple(
    _k(name, s.ANY, f"JSON Schema 的 {name}。", f"JSON Schema {name}.")
    for name in (
        "type", "format", "items", "properties", "enum", "const", "oneOf", "anyOf", "allOf", "not", "if", "then",
        "else", "$ref", "minLength", "maxLength", "pattern", "minimum", "maximum", "exclusiveMinimum",
        "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "uniqueItems", "additionalProperties",
        "contentEncoding", "contentMediaType", "writeOnly", "$id", "$anchor",
    )
)

CHOICE = (
    _k("name", s.LABEL, "存储和传输的值。", "What is stored and sent.", True),
    _ID,
    _WAS,
    _TITLE,
    _k("tone", s.word(*TONES), "标签的颜色。", "Colour of the pill."),
    _k("replaces", s.list_of(s.LABEL), "并入这一项的旧选项。", "Former options merged into this one."),
)

RULE = (
    _k("when", s.FEEL, "成立时说明有问题。", "Something is wrong while this holds.", True),
    _k("error", s.TEXT, "这时给出的话。", "What is said then.", True),
    _k("on", s.NAMES, "话写在哪些字段旁边。", "The fields it is said at."),
    _k("warning", s.BOOLEAN, "只提醒，不拦住。", "A remark only; it does not stop anything."),
)

GIVES = (
    _k("role", s.NAME, "角色。", "The role.", True),
    _k("to", s.NAME, "指向人的字段；self 表示记录本人。", "The link to a person; self for the record itself.", True),
)

FORM = (
    _k("form", s.NAME, "表单的名字。", "Name of the form.", True),
    _ID,
    _WAS,
    _k("of", s.NAME, "哪个实体的记录。", "The entity whose records it enters.", True),
    _NEEDED_TITLE,
    _HELP,
    _k("for", s.words("new", "edit", "read"), "没有点名哪张表单时，做什么用这一张：新建、修改、查看；省略时按次序。", "What opens this form when none is named: a new record, editing, reading; by their order when left out."),
    _k("hidden", s.word("drop", "keep"), "被隐藏字段的值：drop 丢弃（默认），keep 保留。", "Values of hidden fields: drop (the default) or keep."),
    _k("layout", s.list_of(s.keys_of("section")), "各段；省略时按次序列出所有字段。", "The sections; all fields in their order when left out."),
)

SECTION = (
    _k("section", s.TEXT, "段的标题。", "Heading of the section.", True),
    _k("when", s.FEEL, "只在条件成立时显示。", "Shown only while this holds."),
    _HELP,
    _k("fields", s.list_of(s.either(s.NAME, s.list_of(s.either(s.NAME, s.keys_of("item"))), s.keys_of("item"))), "字段；方括号里的并排。", "The fields; those in inner brackets stand side by side.", True),
)

ITEM = (
    _k("field", s.NAME, "字段。", "The field.", True),
    _k("when", s.FEEL, "只在条件成立时显示。", "Shown only while this holds."),
    _k("readonly", s.BOOLEAN, "只显示。", "Shown, not entered."),
    _k("ui:widget", s.NAME, "控件。", "The control."),
    _k("ui:help", s.TEXT, "控件下的说明。", "Explanation below the control."),
    _k("ui:placeholder", s.TEXT, "空控件里的示例。", "Sample in the empty control."),
    _k("ui:title", s.TEXT, "在这张表单上的标题。", "Label on this form."),
    _k("ui:description", s.TEXT, "控件上方的说明。", "Explanation above the control."),
    _k("ui:rows", s.COUNT, "多行文字的行数。", "Lines of a long text."),
    _k("ui:autofocus", s.BOOLEAN, "打开时光标在这里。", "The cursor stands here at first."),
    _k("ui:autocomplete", s.STRING, "浏览器自动填写的种类。", "What the browser may fill in."),
    _k("ui:readonly", s.BOOLEAN, "与 readonly 相同。", "The same as readonly."),
    _k("ui:options", s.map_of(s.ANY), "控件的其他选项。", "Other options of the control."),
)

VIEW = (
    _k("view", s.NAME, "视图的名字。", "Name of the view.", True),
    _ID,
    _WAS,
    _k("of", s.NAME, "哪个实体的记录。", "The entity whose records it lists.", True),
    _NEEDED_TITLE,
    _k("show", s.word("list", "cards"), "列表或卡片。", "List or cards."),
    _k("columns", s.PATHS, "各列，可用点走到相关记录。", "The columns; dots lead to linked records.", True),
    _k("where", s.FEEL, "只列出符合条件的记录。", "Only records for which this holds."),
    _k("sort", s.ORDER, "次序，降序的前面加 -。", "Order; - before a name for descending."),
    _k("filters", s.NAMES, "列表上方的筛选字段。", "Fields to filter by, above the list."),
    _k("group", s.NAME, "按哪个字段分组。", "The field to group by."),
    _k("roles", s.NAMES, "导航里对哪些角色显示；省略时对能看到记录的人都显示。", "Roles that find it in the navigation; everybody who sees the records when left out."),
)

POLICY = (
    _k("policy", s.NAME, "权限定义的名字。", "Name of the policy.", True),
    _ID,
    _WAS,
    _k("role", s.NAME, "它说明的角色。", "The role it speaks of.", True),
    _NEEDED_TITLE,
    _k("system", s.words(*SYSTEM_RIGHTS), "对系统本身的权限。", "Rights over the product itself."),
    _k("lines", s.list_of(s.keys_of("line")), "逐行的权限。", "The rights, line by line."),
)

LINE = (
    _k("for", Shape("names", allowed=("*",)), "哪些实体；* 表示全部。", "The entities; * for all.", True),
    _k("can", s.words(*OPERATIONS, "all"), "允许的操作。", "Operations given."),
    _k("deny", s.words(*OPERATIONS, "all"), "禁止的操作。", "Operations taken away."),
    _k("scope", s.word("unit", "all"), "unit：担任角色的单位及其下级（默认）；all：所有单位。", "unit: where the role is held and below (the default); all: every unit."),
    _k("where", s.FEEL, "只对符合条件的记录。", "Only records for which this holds."),
    _k("fields", s.PATHS, "只对这些字段或字段组。", "Only these fields or field groups."),
    _k("but", s.PATHS, "除这些字段或字段组以外。", "All fields except these or these groups."),
    _k("mask", s.PATHS, "遮盖显示的字段或字段组。", "Fields or groups that are seen masked."),
    _k("reason", s.TEXT, "有人问为什么时的回答。", "The answer when somebody asks why."),
)

CODELIST = (
    _k("codelist", s.NAME, "代码表的名字。", "Name of the code list.", True),
    _ID,
    _WAS,
    _NEEDED_TITLE,
    _k("source", s.STRING, "所依据的标准，例如 GB/T 2261.1。", "The standard it comes from, such as GB/T 2261.1."),
    _k("codes", s.list_of(s.keys_of("code")), "各个代码。", "The codes."),
    _k("file", s.STRING, "同一文件夹里的 CSV：列为 code, zh, en, parent, from, to。", "A CSV beside it with the columns code, zh, en, parent, from, to."),
)

CODE = (
    _k("code", s.LABEL, "代码。", "The code.", True),
    _NEEDED_TITLE,
    _k("parent", s.LABEL, "上级代码。", "The code above."),
    _k("from", s.DATE, "从哪天起有效。", "Valid from this day."),
    _k("to", s.DATE, "到哪天为止有效（含）。", "Valid until this day, inclusive."),
)

DASHBOARD = (
    _k("dashboard", s.NAME, "首页的名字。", "Name of the dashboard.", True),
    _ID,
    _WAS,
    _NEEDED_TITLE,
    _k("roles", s.NAMES, "哪些角色看到；省略时人人看到。", "The roles that see it; everybody when left out."),
    _k("cards", s.list_of(s.keys_of("card")), "各张卡片。", "The cards."),
    _k("hints", s.list_of(s.keys_of("hint")), "操作指引卡片。", "How-to cards."),
)

CARD = (
    _NEEDED_TITLE,
    _k("of", s.NAME, "统计哪个实体。", "The entity it counts.", True),
    _k("show", s.word("number", "bar", "list"), "数字、条形或短列表。", "A number, bars or a short list."),
    _k("where", s.FEEL, "只统计符合条件的记录。", "Only records for which this holds."),
    _k("measure", s.STRING, "count（默认）、sum 字段 或 mean 字段。", "count (the default), sum FIELD or mean FIELD."),
    _k("group", s.PATH, "按哪个字段分组（条形），可用点连接。", "The field to group by (bars), dots allowed."),
    _k("view", s.NAME, "点击后打开的视图。", "The view a click opens."),
    _k("columns", s.PATHS, "短列表的列。", "Columns of a short list."),
    _k("limit", s.COUNT, "短列表的行数，默认 5。", "Lines of a short list; 5 by default."),
)

HINT = (
    _NEEDED_TITLE,
    _k("text", s.TEXT, "一句话说明。", "One sentence.", True),
    _k(
        "to",
        s.STRING,
        "去处：form 名字、view 名字 或 page 路径。",
        "Where it leads: form NAME, view NAME or page PATH.",
        True,
    ),
)

TABLES: dict[str, tuple[Key, ...]] = {
    "pack": PACK,
    "entity": ENTITY,
    "schema": SCHEMA,
    "property": PROPERTY,
    "plain_property": PLAIN_PROPERTY,
    "choice": CHOICE,
    "rule": RULE,
    "gives": GIVES,
    "form": FORM,
    "section": SECTION,
    "item": ITEM,
    "view": VIEW,
    "policy": POLICY,
    "line": LINE,
    "codelist": CODELIST,
    "code": CODE,
    "dashboard": DASHBOARD,
    "card": CARD,
    "hint": HINT,
    **WORKFLOW_TABLES,
}

KINDS: dict[str, Kind] = {
    k.name: k
    for k in (
        Kind("pack", "", Text("定义包", "Pack"), Text("一个文件夹的定义：名字、版本、依赖。", "A folder of definitions: name, version, what it builds on.")),
        Kind("entity", "entities", Text("实体", "Entity"), Text("记录什么：字段与规则。", "What is recorded: fields and the rules over them.")),
        Kind("codelist", "codelists", Text("代码表", "Code list"), Text("字段从中选择的代码，带有效期。", "Codes that fields choose from, with their validity.")),
        Kind("form", "forms", Text("表单", "Form"), Text("怎样填写一条记录。", "How a record is entered.")),
        Kind("view", "views", Text("视图", "View"), Text("一份声明好的列表。", "A declared list.")),
        Kind("workflow", "workflows", Text("流程", "Workflow"), Text("审批：步骤、谁处理、通向哪里。", "An approval: steps, who acts, where each act leads.")),
        Kind("policy", "policies", Text("权限", "Policy"), Text("一个角色可以做什么。", "What a role may do.")),
        Kind("dashboard", "dashboards", Text("首页", "Dashboard"), Text("首页上的卡片与指引。", "Cards and how-to hints on the home page.")),
    )
}
