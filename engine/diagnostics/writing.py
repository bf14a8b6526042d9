"""Messages about changing records: what stands in the way of a change beside its values."""

from __future__ import annotations

from .diagnostic import Entry, Kind, Severity

ENTRIES: dict[str, Entry] = {
    "WRITE_001": Entry(
        zh="您打开之后，{who}在 {at} 保存过“{label}”，所以这次没有保存。",
        en="{who} saved “{label}” at {at}, after you had opened it, so nothing was saved this time.",
        fix_zh="对照两边的内容，再保存一次。",
        fix_en="Compare both versions and save again.",
        kind=Kind.CONFLICT,
    ),
    "WRITE_002": Entry(
        zh="您不能新建{entity}。",
        en="You may not create this: {entity}.",
        fix_zh="需要的话，请管理员给您相应的角色。",
        fix_en="If you need to, ask an administrator for the role.",
        kind=Kind.FORBIDDEN,
    ),
    "WRITE_003": Entry(
        zh="您不能修改“{label}”。",
        en="You may not change “{label}”.",
        fix_zh="请有权限的同事修改，或者请管理员给您相应的角色。",
        fix_en="Either ask a colleague who may, or ask an administrator for the role.",
        kind=Kind.FORBIDDEN,
    ),
    "WRITE_004": Entry(
        zh="这样保存后，这条记录就不在您的权限范围内了。",
        en="Saved like this, the record would lie outside what you may change.",
        fix_zh="改选您负责范围内的单位或内容，或者请有权限的同事办理。",
        fix_en="Either choose what lies within your reach, or ask a colleague who may do it.",
        kind=Kind.FORBIDDEN,
    ),
    "WRITE_005": Entry(
        zh="没有这条记录，或者您看不到它。",
        en="There is no such record, or you may not see it.",
        fix_zh="它可能已被删除；回到列表再找一找。",
        fix_en="It may have been deleted; go back to the list and look again.",
        kind=Kind.MISSING,
    ),
    "WRITE_006": Entry(
        zh="这张表单已经提交过一次，内容和这次不同，所以这次没有保存。",
        en="This form was sent before with other content, so nothing was saved this time.",
        fix_zh="打开已保存的记录核对，再从那里修改。",
        fix_en="Open the record that was saved, compare, and change it there.",
        kind=Kind.CONFLICT,
    ),
    "WRITE_007": Entry(
        zh="“{label}”还被 {count} 条“{entity}”在“{field}”里引用：{names}",
        en="“{label}” is still used as “{field}” by {entity} ({count}): {names}",
        fix_zh="先把这些记录改为引用别的记录，或者先删除它们。",
        fix_en="First let them lead to another record, or delete them.",
        kind=Kind.CONFLICT,
    ),
    "WRITE_008": Entry(
        zh="“{label}”还有没办完的申请“{workflow}”，不能删除。",
        en="“{label}” has an open request, “{workflow}”, and cannot be deleted.",
        fix_zh="先办结或终止这个申请：{link}",
        fix_en="Finish or cancel the request first: {link}",
        kind=Kind.CONFLICT,
    ),
    "WRITE_009": Entry(
        zh="“{label}”是一个登录账号的本人，不能删除。",
        en="“{label}” is the person behind an account and cannot be deleted.",
        fix_zh="先在“人员”里解除账号与这条记录的关联。",
        fix_en="First take the record from the account, under People.",
        kind=Kind.CONFLICT,
    ),
    "WRITE_010": Entry(
        zh="您不能删除“{label}”。",
        en="You may not delete “{label}”.",
        fix_zh="请有权限的同事删除，或者请管理员给您相应的角色。",
        fix_en="Either ask a colleague who may, or ask an administrator for the role.",
        kind=Kind.FORBIDDEN,
    ),
    "WRITE_011": Entry(
        zh="有一个值数据库保存不了：{why}。",
        en="The database cannot keep one of the values: {why}.",
        fix_zh="检查特殊字符和过大的数字。",
        fix_en="Look for special characters and numbers that are too large.",
    ),
    "WRITE_012": Entry(
        zh="“{label}”后来又被修改过，不能撤销。",
        en="“{label}” was changed since and cannot be taken back.",
        fix_zh="打开这条记录，在历史里对照着改回去。",
        fix_en="Open the record and set it right with the help of its history.",
        kind=Kind.CONFLICT,
    ),
    "WRITE_013": Entry(
        zh="没有可以撤销的内容：它不存在、已经撤销过，或者不是您做的。",
        en="There is nothing to take back: it is not there, was taken back already, or was not done by you.",
        fix_zh="在记录的历史里看看现在是什么状态。",
        fix_en="See in the history of the record how it stands.",
        kind=Kind.MISSING,
    ),
    "WRITE_014": Entry(
        zh="同时有太多人在改同一条记录，这次没有保存。",
        en="Too many people are changing the same record right now, so nothing was saved.",
        fix_zh="稍等几秒再保存一次。",
        fix_en="Wait a few seconds and save again.",
        kind=Kind.BUSY,
        retry=True,
    ),
    "WRITE_015": Entry(
        zh="一次最多 {most} 条，收到的更多。",
        en="At most {most} records at a time; more were sent.",
        fix_zh="分几次进行。",
        fix_en="Do it in several parts.",
        kind=Kind.TOO_LARGE,
    ),
    "WRITE_016": Entry(
        zh="您不能批量修改：没有选择要改的内容。",
        en="Nothing was chosen to be changed.",
        fix_zh="至少填写一个要修改的字段。",
        fix_en="Fill in at least one field that is to change.",
    ),
    "WRITE_017": Entry(
        zh="“{field}”里的列“{column}”您不能修改。",
        en="You may not change the column “{column}” of “{field}”.",
        fix_zh="保持这一列原来的内容。",
        fix_en="Leave that column as it was.",
        kind=Kind.FORBIDDEN,
    ),
    "WRITE_018": Entry(
        zh="同批的其他记录有错误，所以这条也没有保存。",
        en="Other records of the same batch were wrong, so this one was not saved either.",
        fix_zh="改正有错误的记录后，整批再发送一次。",
        fix_en="Correct those and send the whole batch again.",
        severity=Severity.WARNING,
        kind=Kind.CONFLICT,
    ),
}
