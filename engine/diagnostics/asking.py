"""Messages about lists: filters, columns, order, places."""

from __future__ import annotations

from .diagnostic import Entry, Kind

ENTRIES: dict[str, Entry] = {
    "ASK_001": Entry(
        zh="{entity}没有字段“{name}”",
        en="{entity} has no field “{name}”",
        fix_zh="核对字段名{near}",
        fix_en="check the field name {near}",
        kind=Kind.MALFORMED,
    ),
    "ASK_002": Entry(
        zh="每页条数“{value}”不在 1 到 {most} 之间",
        en="the page size “{value}” is not between 1 and {most}",
        fix_zh="填写 1 到 {most} 之间的整数",
        fix_en="use a whole number from 1 to {most}",
        kind=Kind.MALFORMED,
    ),
    "ASK_003": Entry(
        zh="“{name}”经过的关联超过 {most} 层",
        en="“{name}” follows more than {most} links",
        fix_zh="选择更近的字段",
        fix_en="choose a field that is nearer",
        kind=Kind.MALFORMED,
    ),
    "ASK_004": Entry(
        zh="翻页位置已失效",
        en="this place in the list is not known",
        fix_zh="回到第一页重新翻页",
        fix_en="start again from the first page",
        kind=Kind.MALFORMED,
    ),
    "ASK_005": Entry(
        zh="“{name}”不能用“{operator}”筛选",
        en="“{name}” cannot be filtered with “{operator}”",
        fix_zh="可用的方式：{allowed}",
        fix_en="it can be filtered with: {allowed}",
        kind=Kind.MALFORMED,
    ),
    "ASK_006": Entry(
        zh="“{name}”是受保护的字段，只能按完整的值查找，不能排序或模糊筛选",
        en="“{name}” is protected: it can be looked up by its full value only, not sorted or searched in part",
        fix_zh="输入完整的值",
        fix_en="enter the full value",
        kind=Kind.FORBIDDEN,
    ),
    "ASK_007": Entry(
        zh="“{name}”不能排序",
        en="“{name}” cannot be sorted by",
        fix_zh="选择其他列排序",
        fix_en="sort by another column",
        kind=Kind.MALFORMED,
    ),
    "ASK_008": Entry(
        zh="没有查看“{name}”的权限",
        en="you may not see “{name}”",
        fix_zh="去掉这一列，或请管理员授权",
        fix_en="leave the column out, or ask an administrator for the right",
        kind=Kind.FORBIDDEN,
    ),
    "ASK_009": Entry(
        zh="没有名为“{name}”的{what}",
        en="there is no {what} called “{name}”",
        fix_zh="核对名称",
        fix_en="check the name",
        kind=Kind.MISSING,
    ),
    "ASK_010": Entry(
        zh="“{name}”的区间要有两个值",
        en="the range of “{name}” needs two values",
        fix_zh="写成“起,止”，中间用逗号",
        fix_en="write FROM,TO with a comma between them",
        kind=Kind.MALFORMED,
    ),
    "ASK_011": Entry(
        zh="“{typed}”不能用来筛选“{name}”",
        en="“{name}” cannot be compared with “{typed}”",
        fix_zh="换一个“{name}”可能有的值",
        fix_en="use a value that “{name}” can have",
        kind=Kind.MALFORMED,
    ),
    "ASK_012": Entry(
        zh="没有这条记录，或者您看不到它",
        en="the record is not there, or not for you to see",
        fix_zh="回到列表查找；如果应该能看到，请管理员检查权限",
        fix_en="go back to the list; if you should see it, ask an administrator to check your rights",
        kind=Kind.MISSING,
    ),
    "ASK_013": Entry(
        zh="一次最多导出 {most} 条，符合条件的不止这些",
        en="an export holds {most} records at most, and there are more",
        fix_zh="加上筛选条件，分几次导出",
        fix_en="narrow it down with filters and export it in parts",
        kind=Kind.TOO_LARGE,
    ),
    "ASK_014": Entry(
        zh="没有导出“{entity}”的权限",
        en="you may not export “{entity}”",
        fix_zh="需要的话，请管理员授权",
        fix_en="ask an administrator for the right if you need it",
        kind=Kind.FORBIDDEN,
    ),
    "ASK_015": Entry(
        zh="没有写明查看完整内容的用途",
        en="the purpose of seeing it in full is missing",
        fix_zh="用一句话写明用途，例如：核对学籍",
        fix_en="say in a few words what it is needed for, such as: checking the register",
    ),
    "ASK_016": Entry(
        zh="今天查看完整内容的次数已达 {most} 次",
        en="you have seen {most} values in full today, which is the limit",
        fix_zh="明天再看，或者请管理员导出需要的名单",
        fix_en="go on tomorrow, or ask an administrator for the list you need",
        kind=Kind.TOO_MANY,
    ),
    "ASK_017": Entry(
        zh="没有查看“{name}”完整内容的权限",
        en="you may not see “{name}” in full",
        fix_zh="需要的话，请管理员授权",
        fix_en="ask an administrator for the right if you need it",
        kind=Kind.FORBIDDEN,
    ),
}
