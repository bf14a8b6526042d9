"""Messages about plans. PLAN_0xx keep one from being carried out; PLAN_1xx say what a step does."""

# ruff: noqa: E501
# fmt: off

from __future__ import annotations

from .diagnostic import Entry, Kind, Severity

_W = Severity.WARNING


def _step(zh: str, en: str, fix_zh: str = "", fix_en: str = "") -> Entry:
    return Entry(zh, en, fix_zh, fix_en, severity=_W)


_SAFE = ("已有的数据不受影响。", "Nothing stored is touched.")
_KEPT = ("原来的值保留到保存期结束，回退版本就能恢复。", "The former values are kept until retention ends; rolling back brings them back.")

ENTRIES: dict[str, Entry] = {
    "PLAN_001": Entry(
        "这份发布计划已经过时：在它之后又发布了别的版本。", "This plan is out of date: another version was published since.",
        "看一遍新的计划再发布。", "Look at the fresh plan and publish that.", kind=Kind.STALE, retry=True,
    ),
    "PLAN_002": Entry(
        "没有要发布的改动。", "There is nothing to publish.",
        "改好定义后再发布。", "Change a definition first.",
    ),
    "PLAN_003": Entry(
        "发布会让 {name} 里的内容不再可用，还没有确认。", "Publishing takes what is in {name} out of use; that has not been confirmed.",
        "确实要这样就原样输入“{name}”；否则撤回这项改动。", "Either type “{name}” to go on, or undo the change.",
    ),
    "PLAN_004": Entry(
        "“{what}”改为不可重复，但有 {count} 条记录的值重复：{names}。", "“{what}” may no longer repeat, but {count} records share a value: {names}.",
        "先改正或合并这些记录；否则去掉 unique。", "Either mend or merge these records first, or take unique out.",
    ),
    "PLAN_005": Entry(
        "定义文件不能放在“{path}”。", "A document cannot stand at “{path}”.",
        "用相对路径，例如 school/entities/student.yaml；只用文字、数字、- 和 _，以 .yaml、.yml、.json 或 .csv 结尾。",
        "Use a relative path such as school/entities/student.yaml, of letters, digits, - and _, that ends in .yaml, .yml, .json or .csv.",
    ),
    "PLAN_006": Entry(
        "定义太多：{count} 个文件、{size} 个字符，最多 {most} 个文件、{most_size} 个字符。",
        "These are too many definitions: {count} documents with {size} characters; {most} and {most_size} are the most.",
        "分给几个系统，或者把代码表改成实体。", "Either split them among installations, or turn long code lists into entities.", kind=Kind.TOO_LARGE,
    ),
    "PLAN_007": Entry(
        "没有第 {number} 版。", "There is no version {number}.",
        "在版本列表里选一个。", "Choose one from the list of versions.", kind=Kind.MISSING,
    ),
    "PLAN_008": Entry(
        "{path} 在您打开以后又有改动，没有保存。", "{path} has changed since you opened it; nothing was kept.",
        "对照一下，再保存要留下的内容。", "Compare the two and keep what shall stay.", kind=Kind.CONFLICT,
    ),
    "PLAN_009": Entry(
        "别人发布了对同一处的改动：{paths}。", "Somebody else published changes of the same lines: {paths}.",
        "先决定留下哪一种，再发布。", "Decide what shall stay, then publish.", kind=Kind.CONFLICT,
    ),
    "PLAN_010": Entry(
        "{what} 已经不在了，没有改动。", "{what} is no longer there; nothing was changed.",
        "重新打开一次再填。", "Open it once more and fill it in.", kind=Kind.CONFLICT,
    ),
    "PLAN_011": Entry(
        "“{name}”还在保存期内，或者已经清除了。", "“{name}” is still to be kept, or is gone already.",
        "到期后再清除。", "Delete it once the time it is kept for is over.",
    ),
    "PLAN_100": _step("新增实体“{entity}”（{count} 个字段）。", "New entity “{entity}” with {count} fields.", *_SAFE),
    "PLAN_101": _step("恢复实体“{entity}”，以前的记录重新可用。", "Entity “{entity}” is back, with the records it had.", *_SAFE),
    "PLAN_102": _step("删除实体“{entity}”，它的记录不再可用。", "Entity “{entity}” goes; its records are out of use.", *_KEPT),
    "PLAN_103": _step("实体“{entity}”的名字由 {old} 改为 {name}，记录不变。", "Entity “{entity}” is called {name} instead of {old}; its records stay.", "接口和文件里使用新名字。", "The API and files use the new name."),
    "PLAN_104": _step("实体“{entity}”的标题或说明改变（原为“{old}”）。", "Titles or help of entity “{entity}” change (it was “{old}”).", *_SAFE),
    "PLAN_105": _step("“{entity}”归属的单位由 {old} 改为 {new}，逐条重新计算。", "Records of “{entity}” are placed by {new} instead of {old}; each is placed anew.", "谁能看到这些记录会随之改变。", "Who sees them changes accordingly."),
    "PLAN_106": _step("“{entity}”的记录换了称呼方式。", "Records of “{entity}” are called differently.", *_SAFE),
    "PLAN_107": _step("“{entity}”多了一条规则：{rule}", "A new rule for “{entity}”: {rule}", "已有记录保留；不合规则的，下次改到相关内容时才提示。", "Records that break it stay; it is asked when what it is about is edited next."),
    "PLAN_108": _step("“{entity}”的 {names} 合起来不可重复。", "{names} of “{entity}” may not repeat together.", "先处理重复的记录，否则不能发布。", "Mend repeated records first; publishing refuses them."),
    "PLAN_109": _step("“{entity}”的默认次序或索引改变。", "The usual order or the indexes of “{entity}” change.", *_SAFE),
    "PLAN_110": _step("由“{entity}”带来的角色改变：{roles}。", "Roles that follow from “{entity}” change: {roles}.", "有关的人的权限随之改变。", "What these people may do changes accordingly."),
    "PLAN_111": _step("“{entity}”的记录是否为人改变。", "Whether records of “{entity}” are people changes.", "与登录账号的关联随之改变。", "Which sign-ins they may belong to changes accordingly."),
    "PLAN_112": _step("“{entity}”整条记录的 JSON Schema 规则改变。", "The JSON Schema rules over whole records of “{entity}” change.", "已有记录保留；不合规则的，下次修改时才提示。", "Records that break them stay; it is asked when they are edited next."),
    "PLAN_113": _step("“{entity}”的字段换了次序。", "The fields of “{entity}” stand in another order.", *_SAFE),
    "PLAN_114": _step("“{entity}”少了一条规则：{rule}", "“{entity}” has one rule less: {rule}", *_SAFE),
    "PLAN_115": _step("“{entity}”的 {names} 可以重复了。", "{names} of “{entity}” may repeat together.", *_SAFE),
    "PLAN_120": _step("“{entity}”新增字段“{field}”。", "New field “{field}” of “{entity}”.", *_SAFE),
    "PLAN_121": _step("“{entity}”恢复字段“{field}”，以前的值重新可用。", "Field “{field}” of “{entity}” is back, with the values it had.", *_SAFE),
    "PLAN_122": _step("“{entity}”删除字段“{field}”，它的值不再可用。", "Field “{field}” of “{entity}” goes; its values are out of use.", *_KEPT),
    "PLAN_123": _step("字段“{field}”的名字由 {old} 改为 {name}，值不变。", "Field “{field}” is called {name} instead of {old}; its values stay.", "接口和文件里使用新名字。", "The API and files use the new name."),
    "PLAN_124": _step("字段“{field}”由{old}改为{new}，值逐个转换。", "Field “{field}” turns from {old} into {new}; each value is converted.", "转换不了的值变为空，原值保留到保存期结束。", "Values that do not fit become empty; the originals are kept until retention ends."),
    "PLAN_125": _step("字段“{field}”由{old}改为{new}，值无法转换，不再可用。", "Field “{field}” turns from {old} into {new}; values cannot be converted and are out of use.", *_KEPT),
    "PLAN_126": _step("字段“{field}”由{old}改为{new}，值原样保留。", "Field “{field}” turns from {old} into {new}; its values stay as they are.", *_SAFE),
    "PLAN_127": _step("字段“{field}”改为必填。", "Field “{field}” becomes required.", "还空着的记录保留，下次改到时才要求填写。", "Records without it stay; it is asked when they are edited next."),
    "PLAN_128": _step("字段“{field}”不再必填。", "Field “{field}” is no longer required.", *_SAFE),
    "PLAN_129": _step("字段“{field}”改为不可重复。", "Field “{field}” may no longer repeat.", "先处理重复的值，否则不能发布。", "Mend repeated values first; publishing refuses them."),
    "PLAN_130": _step("字段“{field}”可以重复了。", "Field “{field}” may repeat.", *_SAFE),
    "PLAN_131": _step("字段“{field}”的索引改变。", "The index of field “{field}” changes.", *_SAFE),
    "PLAN_132": _step("字段“{field}”的算法改变，逐条重新计算。", "Field “{field}” is computed differently; every record is computed anew.", "手工改写过的值不动。", "Values entered by hand stay."),
    "PLAN_133": _step("字段“{field}”能否被搜索到改变，逐条重新编入。", "Whether field “{field}” is found by the search changes; every record is entered anew.", *_SAFE),
    "PLAN_134": _step("字段“{field}”的算法改变，已存的值不动。", "How field “{field}” is computed changes; stored values stay.", *_SAFE),
    "PLAN_135": _step("字段“{field}”的初值改变，只影响新记录。", "The default of field “{field}” changes, for new records only.", *_SAFE),
    "PLAN_136": _step("字段“{field}”的规则改变：{keys}。", "The rules of field “{field}” change: {keys}.", "不合新规则的值保留，下次改到时才提示。", "Values that break them stay; it is asked when they are edited next."),
    "PLAN_137": _step("字段“{field}”的标题或说明改变（原为“{old}”）。", "Titles or help of field “{field}” change (it was “{old}”).", *_SAFE),
    "PLAN_138": _step("字段“{field}”出现的条件改变。", "The condition under which field “{field}” exists changes.", "不再出现的值按表单的规定丢弃或保留。", "Values that no longer show are dropped or kept as the form says."),
    "PLAN_139": _step("新字段“{field}”必填，已有记录里是空的。", "New field “{field}” is required; stored records have none.", "用 fill 给已有记录一个值，或者等下次修改时填写。", "Either give stored records a value with fill, or let it be asked when they are edited next."),
    "PLAN_140": _step("已有记录的“{field}”按 {text} 填好。", "Stored records get “{field}” from {text}.", "按发布前的字段计算。", "Worked out from the fields as they were before."),
    "PLAN_141": _step("字段“{field}”可选的记录改变。", "Which records field “{field}” may choose from changes.", *_SAFE),
    "PLAN_142": _step("字段“{field}”的保护改变：{keys}。", "The protection of field “{field}” changes: {keys}.", "谁能看到、修改它随之改变。", "Who sees and changes it follows."),
    "PLAN_143": _step("字段“{field}”的设置改变：{keys}。", "Settings of field “{field}” change: {keys}.", *_SAFE),
    "PLAN_144": _step("“{name}”保留的值已经永久清除。", "What was kept of “{name}” is deleted for good.", "回退也不能恢复。", "Rolling back does not bring it back."),
    "PLAN_150": _step("字段“{field}”新增选项“{option}”。", "Field “{field}” has a new option “{option}”.", *_SAFE),
    "PLAN_151": _step("字段“{field}”删除选项“{option}”。", "Option “{option}” of field “{field}” goes.", "选了它的记录保留原值；要并入别的选项，在那个选项上写 replaces。", "Records that have it keep it; to merge it into another option, write replaces there."),
    "PLAN_152": _step("字段“{field}”的选项 {old} 改名为 {new}，已选的随之改写。", "Option {old} of field “{field}” is called {new}; stored values follow.", "接口和文件里使用新名字。", "The API and files use the new name."),
    "PLAN_153": _step("字段“{field}”的选项“{option}”并入“{into}”，已选的随之改写。", "Option “{option}” of field “{field}” is merged into “{into}”; stored values follow.", "合并以后分不出原来选的是哪个。", "Afterwards nobody can tell which of the two was chosen."),
    "PLAN_154": _step("字段“{field}”的选项“{old}”改为“{option}”的样子。", "Option “{old}” of field “{field}” is shown as “{option}”.", *_SAFE),
    "PLAN_160": _step("新增{kind}“{title}”。", "New {kind} “{title}”.", *_SAFE),
    "PLAN_161": _step("删除{kind}“{title}”。", "The {kind} “{title}” goes.", "回退版本就能恢复。", "Rolling back brings it back."),
    "PLAN_162": _step("{kind}“{title}”的名字由 {old} 改为 {name}。", "The {kind} “{title}” is called {name} instead of {old}.", *_SAFE),
    "PLAN_163": _step("{kind}“{title}”改变。", "The {kind} “{title}” changes.", *_SAFE),
    "PLAN_164": _step("{kind}“{title}”由 {old} 升到 {new}。", "The {kind} “{title}” goes from {old} to {new}.", *_SAFE),
    "PLAN_170": _step("流程“{workflow}”新增步骤“{step}”。", "Workflow “{workflow}” has a new step “{step}”.", "正在办理的按原来的版本办完。", "Running cases finish under their own version."),
    "PLAN_171": _step("流程“{workflow}”删除步骤“{step}”。", "Step “{step}” of workflow “{workflow}” goes.", "正在办理的按原来的版本办完，也可以迁到新版本。", "Running cases finish under their own version, or can be moved to the new one."),
    "PLAN_172": _step("流程“{workflow}”的步骤“{step}”改名（原为 {old}）。", "Step “{step}” of workflow “{workflow}” is renamed (it was {old}).", "正在办理的按原来的版本办完。", "Running cases finish under their own version."),
    "PLAN_173": _step("流程“{workflow}”的步骤“{step}”改变。", "Step “{step}” of workflow “{workflow}” changes.", "正在办理的按原来的版本办完。", "Running cases finish under their own version."),
    "PLAN_180": _step("代码表“{title}”去掉 {count} 个代码：{codes}。", "Code list “{title}” loses {count} codes: {codes}.", "已选的值保留；停用的代码最好写 to 日期而不是删掉。", "Values that have them stay; better end a code with a date (to) than delete it."),
    "PLAN_190": _step("{what}新增：{names}。", "{what} added: {names}."),
    "PLAN_191": _step("{what}去掉：{names}。", "{what} removed: {names}."),
    "PLAN_192": _step("{what}改变。", "{what} changed."),
    "PLAN_193": _step("{what}换了次序。", "{what} in another order."),
    "PLAN_194": _step("对这些实体的权限改变：{names}。", "Rights over these entities change: {names}."),
    "PLAN_195": _step("{count} 个代码改变：{names}。", "{count} codes change: {names}."),
    "PLAN_196": _step("看得到的角色：{roles}。", "Seen by: {roles}."),
    "PLAN_197": _step("能填写或修改的角色：{roles}。", "Filled in or changed by: {roles}."),
}
