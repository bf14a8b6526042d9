"""Messages about entities, fields and code lists."""

# ruff: noqa: E501
# fmt: off

from __future__ import annotations

from .diagnostic import Entry, Severity

_W = Severity.WARNING

ENTRIES: dict[str, Entry] = {
    "ENT_001": Entry(
        "没有名为 {name} 的字段类型。{hint}", "There is no field type named {name}. {hint}",
        "改用现有的类型：{known}。", "Use one of the types: {known}.",
    ),
    "ENT_002": Entry(
        "{key} 对 {type} 类型的字段不起作用。", "{key} means nothing on a field of type {type}.",
        "去掉它，或者换一种字段类型。", "Either remove it, or choose another field type.", severity=_W,
    ),
    "ENT_003": Entry(
        "看不出字段“{field}”的类型。", "The type of field “{field}” does not follow from what is written.",
        "加上 is: 类型，或者 JSON Schema 的 type。", "Add is: type, or the JSON Schema keyword type.",
    ),
    "ENT_004": Entry(
        "字段“{field}”有几种类型（{types}），只能有一种。", "Field “{field}” has several types ({types}); it can have one.",
        "留下一种；可以为空不用写，字段本来就可以不填。", "Keep one of them; null need not be listed, a field may be empty anyway.",
    ),
    "ENT_005": Entry(
        "字段“{field}”是一列零散的值，不能直接存放。", "Field “{field}” is a list of single values, which cannot be stored as such.",
        "用 enum 列出可选的值（多选），或者把 items 写成带 properties 的对象（子表）。", "Either list the values it may have under enum (several choices), or make its items objects with properties (a sub-table).",
    ),
    "ENT_006": Entry(
        "字段“{field}”是嵌套对象，按只有一行的子表存放。", "Field “{field}” is a nested object; it is kept as a sub-table of one row.",
        "想要普通字段，就把里面的字段直接写在外层。", "For plain fields, write the inner ones on the outer level.", severity=_W,
    ),
    "ENT_007": Entry(
        "找不到 $ref 所指的 {ref}。", "{ref}, which $ref points to, is not there.",
        "只能指向同一份 schema 里的位置，例如 #/$defs/address。", "Point to a place in the same schema, such as #/$defs/address.",
    ),
    "ENT_010": Entry(
        "required 里的 {field} 不是实体 {entity} 的字段。{hint}", "required lists {field}, which is no field of entity {entity}. {hint}",
        "改正名字，或者在 properties 里加上它。", "Either correct the name, or add it to properties.",
    ),
    "ENT_012": Entry(
        "字段不能叫 {field}：记录、网址或表单里已有这个名字。", "A field cannot be called {field}: records, addresses or forms use that name already.",
        "换一个名字；不能用的有：{taken}。", "Choose another name; taken are {taken}.",
    ),
    "ENT_013": Entry(
        "字段“{field}”指向实体 {target}，但没有这个实体。{hint}", "Field “{field}” leads to entity {target}, which does not exist. {hint}",
        "改正 to，或者定义这个实体。", "Either correct to, or define the entity.",
    ),
    "ENT_014": Entry(
        "字段“{field}”用的代码表 {list} 不存在。{hint}", "Field “{field}” chooses from code list {list}, which does not exist. {hint}",
        "改正 list，或者在 codelists/ 里加上它。", "Either correct list, or add it to codelists/.",
    ),
    "ENT_015": Entry(
        "状态字段“{field}”所属的流程 {workflow} 不存在。{hint}", "State field “{field}” belongs to workflow {workflow}, which does not exist. {hint}",
        "改正 of，或者加上这个流程。", "Either correct of, or add the workflow.",
    ),
    "ENT_016": Entry(
        "状态字段“{field}”在 {entity} 里，但流程 {workflow} 是为 {of} 写的。", "State field “{field}” stands in {entity}, but workflow {workflow} is for {of}.",
        "换成为 {entity} 写的流程，或者把字段移过去。", "Either name a workflow for {entity}, or move the field.",
    ),
    "ENT_017": Entry(
        "字段“{field}”的初值 {default} 不合它自己的规则：{why}", "The default {default} of field “{field}” breaks the field's own rules: {why}",
        "改初值，或者放宽规则。", "Either change the default, or relax the rule.",
    ),
    "ENT_018": Entry(
        "字段“{field}”的 pattern {pattern} 与长度或位置矛盾，什么也匹配不了。", "Field “{field}”: nothing can match the pattern {pattern}; it contradicts itself or the lengths.",
        "检查 ^、$ 的位置和 minLength、maxLength。", "Check where ^ and $ stand, and minLength and maxLength.",
    ),
    "ENT_019": Entry(
        "字段“{field}”的 pattern {pattern} 在重复里又有无限重复，别的程序按它检查时会非常慢。", "Field “{field}”: the pattern {pattern} repeats a repetition; other programs that use it may take very long.",
        "去掉里层或外层的 + 或 *。", "Remove the inner or the outer + or *.", severity=_W,
    ),
    "ENT_020": Entry(
        "算出的字段互相依赖：{chain}。", "Computed fields depend on each other in a circle: {chain}.",
        "让其中一个由人填写，或者改它的表达式。", "Either let a person fill in one of them, or change its expression.",
    ),
    "ENT_022": Entry(
        "字段“{field}”是{type}，没有可供 {key} 使用的列。", "Field “{field}” is of type {type} and has no column that {key} could use.",
        "去掉 {key}。", "Remove {key}.",
    ),
    "ENT_023": Entry(
        "{key} 里的 {field} 不存成列，不能用来排序或建索引。", "{key} names {field}, which has no column to sort or index by.",
        "换一个字段。", "Name another field.",
    ),
    "ENT_024": Entry(
        "字段“{field}”是{type}，却没有标为敏感信息。", "Field “{field}” is of type {type} but is not marked as sensitive.",
        "加上 sensitive: {sensitive}，它就会被遮盖和加密。", "Add sensitive: {sensitive}; it is masked and encrypted then.", severity=_W,
    ),
    "ENT_025": Entry(
        "规则写在 {field} 旁边，但 {entity} 没有这个字段。{hint}", "A rule is said at {field}, which {entity} does not have. {hint}",
        "改正 on 里的名字。", "Correct the name under on.",
    ),
    "ENT_026": Entry(
        "实体 {entity} 没有字段 {field}。{hint}", "Entity {entity} has no field {field}. {hint}",
        "改正名字，或者给 {entity} 加上这个字段。", "Either correct the name, or add the field to {entity}.",
    ),
    "ENT_027": Entry(
        "unit: {path} 里的 {name} 不指向任何记录，无法由它找到 {entity} 所属的单位。", "unit: {path}: {name} leads to no record, so the unit of {entity} cannot be found by it.",
        "写一个指向单位的字段，例如 class 或 student.class。", "Name a link that leads to a unit, such as class or student.class.",
    ),
    "ENT_028": Entry(
        "{entity} 写了 parent，但它不是单位。", "{entity} has a parent but is no unit.",
        "加上 unit: self，或者去掉 parent。", "Either add unit: self, or remove parent.",
    ),
    "ENT_029": Entry(
        "parent: {field} 须指向上级单位，{entity} 的这个字段不是。", "parent: {field} has to lead to the unit above; that field of {entity} does not.",
        "写一个指向单位实体（unit: self）的字段。", "Name a link to an entity of units (unit: self).",
    ),
    "ENT_030": Entry(
        "unit: {path} 到了 {target}，但 {target} 的记录不是单位。", "unit: {path} ends at {target}, whose records are no units.",
        "继续写到单位，例如 student.class；或者给 {target} 写 unit: self。", "Either go on to a unit, such as student.class, or give {target} unit: self.",
    ),
    "ENT_031": Entry(
        "字段“{field}”写了 override，但它不是算出来的。", "Field “{field}” says override but is not computed.",
        "去掉 override，或者加上 value。", "Either remove override, or add value.", severity=_W,
    ),
    "ENT_032": Entry(
        "字段“{field}”必填，却是只读的，又没有初值：没有人能填。", "Field “{field}” is required but read-only and has no default: nobody can fill it.",
        "去掉 required 或 readonly，或者给它初值。", "Either drop required or readonly, or give it a default.",
    ),
    "ENT_033": Entry(
        "实体 {entity} 没有任何字段。", "Entity {entity} has no fields.",
        "在 schema 的 properties 下写出字段。", "List fields under properties of its schema.",
    ),
    "ENT_034": Entry(
        "字段 {field} 没有标题。", "Field {field} has no title.",
        "加上 title: {{zh: , en: }}；没有时显示字段名。", "Add title: {{zh: , en: }}; its name is shown until then.", severity=_W,
    ),
    "ENT_035": Entry(
        "字段 {field} 的选项 {option} 没有标题。", "Option {option} of field {field} has no title.",
        "写成 {{name: {option}, title: {{zh: , en: }}}}。", "Write it as {{name: {option}, title: {{zh: , en: }}}}.", severity=_W,
    ),
    "ENT_036": Entry(
        "gives 把角色 {role} 给记录本人，但 {entity} 的记录不是人。", "gives hands role {role} to the record itself, but records of {entity} are no people.",
        "加上 person: true，或者在 to 里写指向人的字段。", "Either add person: true, or name a link to a person under to.",
    ),
    "ENT_037": Entry(
        "gives 把角色 {role} 给字段 {field}，但它不指向人。", "gives hands role {role} to field {field}, which leads to no person.",
        "写一个指向人（person: true 的实体）的字段。", "Name a link to an entity of people (person: true).",
    ),
    "ENT_038": Entry(
        "实体 {entity} 有 {count} 个字段，数据库的一张表最多 {max} 列。", "Entity {entity} has {count} fields; a table holds at most {max} columns.",
        "把一部分字段放进子表，或者分成几个实体。", "Either move some into sub-tables, or split the entity.",
    ),
    "ENT_039": Entry(
        "{key} 里的 {field} 不是 {entity} 的字段。{hint}", "{key} speaks of {field}, which is no field of {entity}. {hint}",
        "规则只能限制已有的字段：改正名字或先加字段。", "Rules may only constrain fields that exist: correct the name, or add the field.",
    ),
    "ENT_041": Entry(
        "{key} 不是合乎格式的 JSON Schema：{why}", "{key} is no valid JSON Schema: {why}",
        "按 JSON Schema 2020-12 改写；$ref 只能指向这里面的内容。", "Write it as JSON Schema 2020-12 asks; $ref may only point inside it.",
    ),
    "ENT_042": Entry(
        "字段 {field} 的选项 {option} 要并入 {old}，但 {old} 还在选项里。", "Option {option} of field {field} replaces {old}, which is still among the options.",
        "从选项里删掉 {old}，或者从 replaces 里去掉。", "Either delete the option {old}, or take it out of replaces.",
    ),
    "ENT_048": Entry(
        "字段“{field}”指向 {target}，但没有任何角色能看到 {target} 的记录，没有人能选。", "Field “{field}” leads to {target}, but no role may see its records: nobody can choose one.",
        "在权限里给某个角色 {target} 的 see。", "Give some role see on {target} in its policy.", severity=_W,
    ),
    "LIST_001": Entry(
        "代码表 {list} 里代码 {code} 在同一时间有两个意思。", "Code list {list}: code {code} stands for two things at the same time.",
        "删掉一个，或者用 from、to 把有效期分开。", "Either delete one, or keep their validity apart with from and to.",
    ),
    "LIST_002": Entry(
        "代码表 {list}：代码 {code} 的上级 {parent} 不在表里。{hint}", "Code list {list}: {parent}, above {code}, is not in the list. {hint}",
        "改正 parent，或者补上这个代码。", "Either correct parent, or add the code.",
    ),
    "LIST_003": Entry(
        "找不到 {file}。", "{file} is not there.",
        "把 CSV 放在代码表旁边，或者改正 file。", "Either put the CSV beside the code list, or correct file.",
    ),
    "LIST_004": Entry(
        "CSV 第一行的列名不对：缺少 {missing}，不认识 {unknown}。", "The first line of the CSV does not name the columns: missing {missing}, unknown {unknown}.",
        "第一行写 code,zh,en,parent,from,to，后四列可以没有。", "Begin it with code,zh,en,parent,from,to; the last four may be left out.",
    ),
    "LIST_005": Entry(
        "这一行没有代码或名称，或者引号没有闭合。", "This line has no code or no title, or a quotation mark is not closed.",
        "补上，或者删掉这一行。", "Either complete the line, or delete it.",
    ),
    "LIST_006": Entry(
        "{day} 不是日期。", "{day} is not a date.",
        "写成 2026-09-01。", "Write it like 2026-09-01.",
    ),
    "LIST_007": Entry(
        "代码表 {list}：代码 {code} 的失效日期早于生效日期。", "Code list {list}: code {code} ends before it begins.",
        "对调或改正 from 与 to。", "Either swap from and to, or correct one of them.",
    ),
    "LIST_008": Entry(
        "代码表 {list}：从 {code} 往上走会回到它自己。", "Code list {list}: going up from {code} leads back to it.",
        "改正其中一个 parent。", "Correct one of the parents.",
    ),
    "LIST_009": Entry(
        "代码表 {list} 是空的。", "Code list {list} is empty.",
        "在 codes 下写出代码，或者用 file 指明 CSV。", "Either list codes, or name a CSV under file.",
    ),
    "LIST_010": Entry(
        "没有字段使用代码表 {list}。", "No field chooses from code list {list}.",
        "在字段上写 list: {list}，或者删掉这张表。", "Either name it in a field (list: {list}), or delete it.", severity=_W,
    ),
    "LIST_011": Entry(
        "代码表 {list} 有 {count} 个代码缺少 {lang} 名称，例如 {first}。", "Code list {list}: {count} codes have no title in {lang}, such as {first}.",
        "补上译文；没有时显示另一种语言。", "Add the translations; the other language is shown until then.", severity=_W,
    ),
}
