"""Messages about: addresses and requests of the site itself."""

from __future__ import annotations

from .diagnostic import Entry, Kind

ENTRIES: dict[str, Entry] = {
    "WEB_001": Entry(
        zh="没有这个页面，或者您没有权限查看。",
        en="There is no such page, or it is not for you to see.",
        fix_zh="检查地址是否完整，或者从首页、搜索重新进入。",
        fix_en="Check the address, or start again from home or the search.",
        kind=Kind.MISSING,
    ),
    "WEB_002": Entry(
        zh="这个地址不接受 {method} 请求。",
        en="This address does not take {method} requests.",
        fix_zh="返回上一页，用页面上的按钮再试一次。",
        fix_en="Go back and use the button on the page.",
        kind=Kind.MALFORMED,
    ),
    "WEB_003": Entry(
        zh="服务器出错了，这次操作没有完成。",
        en="The server failed, and this was not done.",
        fix_zh="稍后再试；如果还是不行，请把下面的请求编号告诉管理员。",
        fix_en="Try again later; if it fails again, tell an administrator the request number below.",
        kind=Kind.BUSY,
        retry=True,
    ),
    "WEB_004": Entry(
        zh="提交的内容不完整，服务器读不出来。",
        en="What was sent is not complete and cannot be read.",
        fix_zh="返回上一页重新提交；文件太多时分几次上传。",
        fix_en="Go back and send it again; upload many files in several goes.",
        kind=Kind.MALFORMED,
    ),
    "WEB_005": Entry(
        zh="这个地址里的“{value}”不对。",
        en="“{value}” in this address is not right.",
        fix_zh="回到列表页重新选择。",
        fix_en="Go back to the list and choose again.",
        kind=Kind.MALFORMED,
    ),
    "WEB_006": Entry(
        zh="数据库现在很忙，这次操作没有完成。",
        en="The database is busy right now, and this was not done.",
        fix_zh="等几秒钟再试一次。",
        fix_en="Try again in a few seconds.",
        kind=Kind.BUSY,
        retry=True,
    ),
    "WEB_007": Entry(
        zh="日期没有填，或者不是日期。",
        en="The day is missing or is no date.",
        fix_zh="写成 2026-11-24 这样。",
        fix_en="Write it as 2026-11-24.",
    ),
    "WEB_008": Entry(
        zh="名称没有填。",
        en="The name is missing.",
        fix_zh="写清楚是给哪个程序用的，方便以后辨认。",
        fix_en="Write which program it is for, so that it can be told later.",
    ),
    "WEB_009": Entry(
        zh="没有选任何权限。",
        en="Nothing was chosen that it may do.",
        fix_zh="至少选一类记录，或者改选“读取全部”。",
        fix_en="Choose at least one kind of record, or “read everything”.",
    ),
    "WEB_010": Entry(
        zh="有效天数要在 1 到 {most} 之间。",
        en="It works for 1 to {most} days.",
        fix_zh="改成这个范围里的整数。",
        fix_en="Write a whole number in that range.",
    ),
    "WEB_011": Entry(
        zh="没有选人，或者这条记录不是人员。",
        en="Nobody was chosen, or the record is not a person.",
        fix_zh="输入姓名，从下拉里选一位。",
        fix_en="Type a name and choose one of those found.",
    ),
    "WEB_012": Entry(
        zh="既选了全部，又勾选了下面的几类，不知道以哪个为准。",
        en="Everything was chosen, and single kinds of records too: which of them is meant?",
        fix_zh="只要勾选的几类，就改选“只限下面勾选的”；要全部，就去掉勾选。",
        fix_en="Choose “Only what is ticked below” to keep to those, or untick them to keep everything.",
    ),
    "WEB_013": Entry(
        zh="还没有说这个角色管到哪里。",
        en="It is not said yet where the role holds.",
        fix_zh="选择一个单位；如果真的是全校，勾选“全校”。",
        fix_en="Choose a unit, or tick “Everywhere” if that is meant.",
    ),
    "WEB_014": Entry(
        zh="提交的内容里有不能保存的字符（空字符）。",
        en="There is a character in what was sent that cannot be kept (NUL).",
        fix_zh="返回上一页，把粘贴来的文字删掉重新输入。",
        fix_en="Go back, and type anew what was pasted.",
    ),
}
