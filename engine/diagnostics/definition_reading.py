"""Messages about reading definitions: the text, its shape, names and identity. DEF_05x: expressions and references."""

# ruff: noqa: E501
# fmt: off

from __future__ import annotations

from .diagnostic import Entry, Kind, Severity

_W = Severity.WARNING
_M = Kind.MALFORMED

ENTRIES: dict[str, Entry] = {
    "DEF_001": Entry(
        "文件的编码是 {found}，不是 UTF-8。", "The file is encoded as {found}, not UTF-8.",
        "在编辑器里另存为 UTF-8。", "Save it as UTF-8 in the editor.", kind=_M,
    ),
    "DEF_002": Entry(
        "文件里有不属于任何文字编码的字节。", "The file holds bytes that are no text in any known encoding.",
        "确认选对了文件；是文字的话，另存为 UTF-8。", "Check that it is the right file; if it is text, save it as UTF-8.", kind=_M,
    ),
    "DEF_003": Entry(
        "文字里有看不见的控制字符 {code}。", "The text holds an invisible control character {code}.",
        "删掉这一处，重新输入。", "Delete it there and type the text anew.", kind=_M,
    ),
    "DEF_004": Entry(
        "文件太大：{size}，上限是 {max} 字节。", "The file is too large: {size}; at most {max} bytes are read.",
        "把定义分到几个文件里；很长的代码表放进 CSV。", "Either split the definitions over several files, or move a long code list into a CSV.", kind=Kind.TOO_LARGE,
    ),
    "DEF_005": Entry(
        "嵌套超过 {max} 层。", "Nested more than {max} levels deep.",
        "检查缩进或括号；定义不需要这么深。", "Check indentation and brackets; no definition needs that depth.", kind=_M,
    ),
    "DEF_006": Entry(
        "这里读不下去：{problem}。", "Reading stops here: {problem}.",
        "改正这一处；同一文件里用 --- 隔开的其他定义不受影响。", "Mend this place; other definitions of the file, separated by ---, are not affected.", kind=_M,
    ),
    "DEF_007": Entry(
        "键 {key} 写了两次（第一次在第 {first} 行）。", "The key {key} is written twice (first on line {first}).",
        "去掉一个，或者改掉其中一个的名字。", "Either remove one of them, or give one another name.",
    ),
    "DEF_008": Entry(
        "定义里不用 & 与 * 引用（{name}）。", "Anchors and aliases (& and *) are not used in definitions ({name}).",
        "把内容写在这里；文字以 & 或 * 开头时加引号。", "Either write the content here, or quote a text that begins with & or *.", kind=_M,
    ),
    "DEF_009": Entry(
        "定义里不用标签 {tag}。", "Tags such as {tag} are not used in definitions.",
        "去掉标签；文字以 ! 开头时加引号。", "Either remove the tag, or quote a text that begins with !.", kind=_M,
    ),
    "DEF_010": Entry(
        "定义里不用合并键 <<。", "The merge key << is not used in definitions.",
        "把要合并的键直接写出来。", "Write the merged keys out.", kind=_M,
    ),
    "DEF_011": Entry(
        "键必须是一段文字。", "A key has to be a text.",
        "写成 名字: 值；键以 {{ 或 [ 开头时加引号。", "Either write name: value, or quote a key that begins with {{ or [.", kind=_M,
    ),
    "DEF_012": Entry(
        "数字 {text} 放不下：最多 34 位，没有无穷大。", "The number {text} does not fit: at most 34 digits, and nothing infinite.",
        "缩短数字；编号、证件号这类内容加引号作为文字。", "Either shorten it, or quote it when it is a code rather than a number.",
    ),
    "DEF_013": Entry(
        "以 % 开头的指令行不被读取。", "Directive lines that begin with % are not read.",
        "删掉这一行。", "Delete the line.", kind=_M,
    ),
    "DEF_014": Entry(
        "这里不是合乎格式的 JSON。", "This is not well-formed JSON.",
        "检查逗号、引号和括号；最后一项后面没有逗号。", "Check commas, quotes and brackets; nothing follows the last item.", kind=_M,
    ),
    "DEF_020": Entry(
        "看不出这是哪种定义。{hint}", "It is not clear which kind of definition this is. {hint}",
        "第一行写“种类: 名字”，种类是：{kinds}。", "Begin it with “kind: name”; the kinds are {kinds}.",
    ),
    "DEF_021": Entry(
        "这里没有 {key} 这个键。{hint}", "There is no key {key} here. {hint}",
        "改正或去掉；可以写的有：{known}。", "Either correct it, or take it out; known here: {known}.",
    ),
    "DEF_022": Entry(
        "{key} 应当是{wanted}，写的是{got}。", "{key} takes {wanted}; {got} is written.",
        "按要求改写。", "Write it as asked for.",
    ),
    "DEF_023": Entry(
        "缺少 {key}：{doc}", "{key} is missing: {doc}",
        "补上 {key}。", "Add {key}.",
    ),
    "DEF_024": Entry(
        "{key} 不能是{got}。{hint}", "{key} cannot be {got}. {hint}",
        "可以是：{known}。", "It may be: {known}.",
    ),
    "DEF_025": Entry(
        "“{name}”不能作名字。", "“{name}” cannot be a name.",
        "名字以字母开头，只含字母、数字、下划线，最多 60 个字，也不能是 if、and、owner 这样的专用词；显示的文字写在 title 里。",
        "A name begins with a letter and holds letters, digits and underscores, 60 at most, and is no word such as if, and, owner; what is shown goes into title.",
    ),
    "DEF_026": Entry(
        "有两个名为 {name} 的 {kind}（另一个在 {first}）。", "There are two {kind} definitions named {name} (the other at {first}).",
        "改掉一个的名字，或者删掉一个。", "Either rename one, or delete one.",
    ),
    "DEF_031": Entry(
        "{key} 缺少{lang}。", "{key} has no {lang} text.",
        "补上译文；没有时显示另一种语言。", "Add the translation; the other language is shown until then.", severity=_W,
    ),
    "DEF_040": Entry(
        "编号 {id} 用了两次（另一处：{first}）。", "The id {id} is used twice (also at {first}).",
        "复制定义时去掉 id，让系统生成新的。", "Remove the id from the copy; a new one is made.",
    ),
    "DEF_041": Entry(
        "编号 {id} 属于或曾属于别的内容，不能给 {name}。", "The id {id} belongs or belonged to something else and cannot be that of {name}.",
        "去掉 id；要恢复删掉的内容，写回它原来的位置。", "Either remove the id, or put what was deleted back where it stood.",
    ),
    "DEF_042": Entry(
        "编号 {id} 不是系统的编号：小写字母开头，2 到 16 个小写字母和数字。", "The id {id} is not one of the engine's: 2 to 16 small letters and digits, beginning with a letter.",
        "去掉 id，让系统生成。", "Remove it; one is made.",
    ),
    "DEF_043": Entry(
        "{name} 写着 was: {was}，但没有过这个名字。{hint}", "{name} says was: {was}, but nothing had that name. {hint}",
        "改正原名；不是改名的话去掉 was。", "Either correct the former name, or remove was when nothing was renamed.", severity=_W,
    ),
    "DEF_044": Entry(
        "{name} 写着 was: {was}，但 {was} 的内容已经归了别的名字。", "{name} says was: {was}, but what {was} held already went to another name.",
        "只在真正改名的那一个上写 was。", "Write was only at the one that was renamed.",
    ),
    "DEF_045": Entry(
        "定义包 {pack} 依赖 {needed}，但没有它。", "Pack {pack} builds on {needed}, which is not there.",
        "一起安装 {needed}，或者从 requires 里去掉。", "Either install {needed} as well, or take it out of requires.",
    ),
    "DEF_046": Entry(
        "没有名为 {zone} 的时区。{hint}", "There is no time zone named {zone}. {hint}",
        "写 IANA 名称，例如 Asia/Shanghai。", "Write an IANA name such as Asia/Shanghai.",
    ),
    "DEF_050": Entry(
        "{text}：{field} 没有“{value}”这个取值。{hint}", "{text}: {field} is never “{value}”. {hint}",
        "改成它的取值之一：{known}。", "Use one of its values: {known}.",
    ),
    "DEF_051": Entry(
        "条件 {text} 永远不成立。", "The condition {text} never holds.",
        "检查界限和连接词（and 还是 or）；不需要就去掉。", "Check the limits and whether and should be or; otherwise remove it.", severity=_W,
    ),
    "DEF_052": Entry(
        "条件 {text} 总是成立。", "The condition {text} always holds.",
        "去掉条件，或者写出真正的条件。", "Either remove it, or write the condition that is meant.", severity=_W,
    ),
    "DEF_053": Entry(
        "没有名为 {entity} 的实体。{hint}", "There is no entity named {entity}. {hint}",
        "改正名字，或者先定义这个实体。", "Either correct the name, or define the entity.",
    ),
    "DEF_054": Entry(
        "没有名为 {role} 的角色。{hint}", "There is no role named {role}. {hint}",
        "改正名字，或者在 policies/ 里为它写一份权限。", "Either correct the name, or write a policy for it.",
    ),
}
