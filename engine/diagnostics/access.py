"""Messages about: access."""

from __future__ import annotations

from .diagnostic import Entry, Kind, Severity

ENTRIES: dict[str, Entry] = {
    # Signing in
    "ACCESS_001": Entry(
        zh="您还没有登录，或者登录已经过期。",
        en="You are not signed in, or your session has ended.",
        fix_zh="登录后继续。",
        fix_en="Sign in to go on.",
        kind=Kind.SIGNED_OUT,
    ),
    "ACCESS_002": Entry(
        zh="输错的次数太多，这台设备要等 {minutes} 分钟才能再试。",
        en="Too many wrong tries; from here it takes {minutes} minutes until the next one.",
        fix_zh="过一会儿再试，或者请管理员给您一个重置码。",
        fix_en="Either wait, or ask an administrator for a reset code.",
        kind=Kind.TOO_MANY,
        retry=True,
    ),
    "ACCESS_003": Entry(
        zh="现在登录的人太多，没有轮到您。",
        en="Too many people are signing in right now.",
        fix_zh="等几秒钟再试一次。",
        fix_en="Try again in a few seconds.",
        kind=Kind.BUSY,
        retry=True,
    ),
    "ACCESS_004": Entry(
        zh="账号或者密码不对，登录没有成功。",
        en="The account and the password do not fit together.",
        fix_zh="检查大小写和输入法后再试；忘记密码请找管理员要重置码。",
        fix_en="Check capitals and the input method and try again; if it is forgotten, ask for a reset code.",
        kind=Kind.SIGNED_OUT,
        retry=True,
    ),
    "ACCESS_005": Entry(
        zh="这个请求不是从本站的页面发出的，没有执行。",
        en="This request did not come from a page of this site, so nothing was done.",
        fix_zh="刷新页面后再提交一次；如果一直这样，请管理员检查 server.base_url 和 server.trusted_proxies。",
        fix_en="Reload the page and send it again; if that does not help, an administrator checks server.base_url and "
        "server.trusted_proxies.",
        kind=Kind.FORBIDDEN,
    ),
    "ACCESS_006": Entry(
        zh="请求太频繁，要等 {seconds} 秒。",
        en="That was too many requests; it takes {seconds} seconds until the next.",
        fix_zh="稍等片刻再继续。",
        fix_en="Wait a moment and go on.",
        kind=Kind.TOO_MANY,
        retry=True,
    ),
    "ACCESS_007": Entry(
        zh="提交的内容太大，最多 {limit}。",
        en="What was sent is too long; {limit} is the most.",
        fix_zh="分成几次提交，或者换一个小一些的文件。",
        fix_en="Either send it in parts or choose a smaller file.",
        kind=Kind.TOO_LARGE,
    ),
    "ACCESS_008": Entry(
        zh="连接没有加密，密码会被别人看到，所以这里不能登录。",
        en="The connection is not encrypted and others could read the password, so signing in is off here.",
        fix_zh="用 https:// 打开本站；只在内网使用时，请管理员把 server.base_url 设为这个 http:// 地址。",
        fix_en="Either open the site with https://, or, inside a closed network, an administrator sets server.base_url "
        "to this http:// address.",
        kind=Kind.FORBIDDEN,
    ),
    "ACCESS_009": Entry(
        zh="您的权限刚刚有变化，这次操作没有执行。",
        en="Your rights have just changed, so nothing was done.",
        fix_zh="再提交一次。",
        fix_en="Send it again.",
        kind=Kind.BUSY,
        retry=True,
    ),
    "ACCESS_010": Entry(
        zh="先要换一个新密码，才能继续。",
        en="A new password comes first.",
        fix_zh="在“修改密码”页面设置新密码。",
        fix_en='Set one on the page "Change password".',
        kind=Kind.FORBIDDEN,
    ),
    "ACCESS_011": Entry(
        zh="请求的内容没有传完，连接停住了。",
        en="The request stopped in the middle.",
        fix_zh="检查网络后再提交一次。",
        fix_en="Check the connection and send it again.",
        kind=Kind.MALFORMED,
        retry=True,
    ),
    # Rights
    "ACCESS_012": Entry(
        zh="您没有做这件事的权限。",
        en="You may not do that.",
        fix_zh="需要的话，请管理员给您相应的角色。",
        fix_en="If you need it, ask an administrator for the role.",
        kind=Kind.FORBIDDEN,
    ),
    "ACCESS_013": Entry(
        zh="这个接口密钥的范围不包括“{scope}”。",
        en='This API token does not reach "{scope}".',
        fix_zh="换一个范围更大的密钥，或者登录后在页面上操作。",
        fix_en="Either use a token with that scope or do it on the page.",
        kind=Kind.FORBIDDEN,
    ),
    # Passwords
    "ACCESS_020": Entry(
        zh="密码太短，至少要 {least} 个字符。",
        en="The password is too short; {least} characters is the least.",
        fix_zh="用几个不相关的词连起来，又长又好记。",
        fix_en="Put a few words together that have nothing to do with each other.",
    ),
    "ACCESS_021": Entry(
        zh="密码太长，最多 {most} 个字符。",
        en="The password is too long; {most} characters is the most.",
        fix_zh="缩短一些。",
        fix_en="Shorten it.",
    ),
    "ACCESS_022": Entry(
        zh="密码里有您的账号或者姓名，很容易被猜到。",
        en="The password contains the account or the name and is easily guessed.",
        fix_zh="去掉账号和姓名。",
        fix_en="Leave the account and the name out.",
    ),
    "ACCESS_023": Entry(
        zh="这个密码很多人在用，或者有明显的规律，很容易被猜到。",
        en="This password is used by many or follows a plain pattern and is easily guessed.",
        fix_zh="换成几个不相关的词，不要用连续的键、生日或者电话号码。",
        fix_en="Use a few unrelated words instead of neighbouring keys, a birthday or a phone number.",
    ),
    "ACCESS_024": Entry(
        zh="现在的密码不对。",
        en="The present password is not right.",
        fix_zh="重新输入现在使用的密码。",
        fix_en="Type the password you use now.",
    ),
    "ACCESS_025": Entry(
        zh="重置码不对、已经用过或者过期了。",
        en="The reset code is not right, was used already or has run out.",
        fix_zh="检查有没有输错；还是不行就请管理员再给一个。",
        fix_en="Check it for mistakes; if that does not help, ask an administrator for a new one.",
    ),
    "ACCESS_026": Entry(
        zh="新密码和现在的密码一样。",
        en="The new password is the present one.",
        fix_zh="换一个不同的密码。",
        fix_en="Choose another one.",
    ),
    "ACCESS_027": Entry(
        zh="两次输入的新密码不一样。",
        en="The new password was typed differently the second time.",
        fix_zh="把新密码再输入一遍。",
        fix_en="Type the new password again in both fields.",
    ),
    # Units
    "ACCESS_030": Entry(
        zh="“{unit}”的上级不是一个单位。",
        en='What stands above "{unit}" is no unit.',
        fix_zh="选择一个单位作为上级，或者留空，让它成为最上级。",
        fix_en="Either choose a unit or leave it empty to put it at the top.",
    ),
    "ACCESS_031": Entry(
        zh="“{above}”在“{unit}”的下面，不能做它的上级。",
        en='"{above}" lies below "{unit}" and cannot stand above it.',
        fix_zh="换一个上级，或者先把“{above}”移走。",
        fix_en='Either choose another unit above or move "{above}" away first.',
    ),
    "ACCESS_032": Entry(
        zh="“{unit}”下面还有 {count} 个单位，不能删除。",
        en='"{unit}" has {count} units below it and cannot be deleted.',
        fix_zh="先移走或者删除下面的单位。",
        fix_en="Move or delete the units below it first.",
        kind=Kind.CONFLICT,
    ),
    # People
    "ACCESS_040": Entry(
        zh="账号“{login}”已经有人用了。",
        en='The account name "{login}" is taken.',
        fix_zh="换一个账号名。",
        fix_en="Choose another one.",
        kind=Kind.CONFLICT,
    ),
    "ACCESS_041": Entry(
        zh="账号名“{login}”不能用：只能有字母、数字、汉字和 . _ - @，2 到 64 个字符。",
        en='"{login}" cannot be an account name: letters, digits and . _ - @ only, 2 to 64 of them.',
        fix_zh="换一个账号名，例如姓名全拼或者工号。",
        fix_en="Choose another one, such as the name in letters or the staff number.",
    ),
    "ACCESS_042": Entry(
        zh="没有这个账号。",
        en="There is no such account.",
        fix_zh="它可能已被删除；刷新列表再看看。",
        fix_en="It may have been deleted; reload the list.",
        kind=Kind.MISSING,
    ),
    "ACCESS_043": Entry(
        zh="没有名为“{role}”的角色。{near}",
        en='There is no role "{role}". {near}',
        fix_zh="从列表里选择一个角色。",
        fix_en="Choose one from the list.",
    ),
    "ACCESS_044": Entry(
        zh="没有这个单位。",
        en="There is no such unit.",
        fix_zh="从列表里选择一个单位。",
        fix_en="Choose one from the list.",
    ),
    "ACCESS_045": Entry(
        zh="结束日期在开始日期之前。",
        en="The role would end before it begins.",
        fix_zh="改正其中一个日期。",
        fix_en="Correct one of the two dates.",
    ),
    "ACCESS_046": Entry(
        zh="这是最后一个能管理账号的人，不能停用或者收回权限。",
        en="Nobody else can manage accounts, so this one stays.",
        fix_zh="先让另一个人能管理账号。",
        fix_en="Give somebody else that right first.",
        kind=Kind.CONFLICT,
    ),
    "ACCESS_047": Entry(
        zh="这条记录已经是另一个账号的本人。",
        en="This record is the person behind another account.",
        fix_zh="先从那个账号上解除，再关联到这里。",
        fix_en="Take it from the other account first.",
        kind=Kind.CONFLICT,
    ),
    "ACCESS_048": Entry(
        zh="您不能给别人自己没有的权限。",
        en="You cannot give away a right that you do not have yourself.",
        fix_zh="请有这个权限的管理员来设置。",
        fix_en="Ask an administrator who has it.",
        kind=Kind.FORBIDDEN,
    ),
    "ACCESS_049": Entry(
        zh="“{role}”能管理整个系统，不能只在一个单位里授予。",
        en='"{role}" comes with rights over the whole system, so it cannot be given in one unit only.',
        fix_zh="在全校范围授予，或者换一个只管本单位的角色。",
        fix_en="Give it everywhere, or choose a role that only has rights in a unit.",
    ),
    # Tokens
    "ACCESS_050": Entry(
        zh="密钥范围“{scope}”看不懂。{near}",
        en='The token scope "{scope}" is not known. {near}',
        fix_zh="写成“实体:操作”，例如 student:see、student:read，或者 * 表示全部。",
        fix_en="Write ENTITY:OPERATION, such as student:see or student:read, or * for everything.",
    ),
    "ACCESS_051": Entry(
        zh="没有这个密钥。",
        en="There is no such token.",
        fix_zh="它可能已被撤销；刷新列表再看看。",
        fix_en="It may have been revoked; reload the list.",
        kind=Kind.MISSING,
    ),
    # Policies
    "ACCESS_060": Entry(
        zh="权限“{policy}”里的条件“{where}”不能由数据库来判断：{why}",
        en='The condition "{where}" of policy "{policy}" cannot be decided by the database: {why}',
        fix_zh="只用比较、and / or / not、in 和相关记录的字段；或者先把结果存成计算字段。",
        fix_en="Either write it with comparisons, and / or / not, in and fields of linked records, or keep the "
        "result in a computed field and use that.",
    ),
    "ACCESS_061": Entry(
        zh="权限“{policy}”按单位授权，但“{entity}”的记录不属于任何单位，只有处处担任“{role}”的人用得到。",
        en='Policy "{policy}" speaks of "{entity}" by unit, but its records belong to no unit, so it reaches only '
        'those who hold "{role}" everywhere.',
        fix_zh="给这一行加上 scope: all，或者在实体里写明 unit。",
        fix_en="Either add scope: all to the line or say in the entity which unit its records belong to.",
        severity=Severity.WARNING,
    ),
    "ACCESS_062": Entry(
        zh="“{entity}”的敏感字段“{field}”对每个角色都是完整显示的。",
        en='Every role that sees "{entity}" sees its sensitive field "{field}" in full.',
        fix_zh="在不需要完整内容的角色那一行加上 mask: [{field}]，或者用 but: [{field}] 不让它看到。",
        fix_en="Add mask: [{field}] to the line of a role that does not need all of it, or but: [{field}] to hide it.",
        severity=Severity.WARNING,
    ),
    # Why
    "ACCESS_080": Entry(
        zh="因为您是“{role}”（{unit}）：{reason}",
        en='Because you are "{role}" ({unit}): {reason}',
        severity=Severity.WARNING,
    ),
    "ACCESS_081": Entry(
        zh="“{role}”（{unit}）不允许：{reason}",
        en='"{role}" ({unit}) is not allowed to: {reason}',
        severity=Severity.WARNING,
        kind=Kind.FORBIDDEN,
    ),
    "ACCESS_082": Entry(
        zh="“{role}”（{unit}）只能看到遮盖后的内容：{reason}",
        en='"{role}" ({unit}) sees it masked: {reason}',
        severity=Severity.WARNING,
    ),
    "ACCESS_083": Entry(
        zh="“{role}”有这个权限，但这条记录不在您担任这个角色的单位里。",
        en='"{role}" would allow it, but the record lies outside the units where you hold that role.',
        severity=Severity.WARNING,
        kind=Kind.FORBIDDEN,
    ),
    "ACCESS_084": Entry(
        zh="“{role}”有这个权限，但只限符合条件“{where}”的记录，这条不符合。",
        en='"{role}" would allow it for records where "{where}"; this is none of them.',
        severity=Severity.WARNING,
        kind=Kind.FORBIDDEN,
    ),
    "ACCESS_085": Entry(
        zh="您的角色里没有哪一个允许这件事。",
        en="None of your roles allows it.",
        fix_zh="需要的话，请管理员给您相应的角色。",
        fix_en="If you need it, ask an administrator for the role.",
        severity=Severity.WARNING,
        kind=Kind.FORBIDDEN,
    ),
    "ACCESS_086": Entry(
        zh="离这条记录更近的规定优先，所以“{role}”的许可不起作用。",
        en='A rule closer to the record decides, so what "{role}" allows does not count.',
        severity=Severity.WARNING,
        kind=Kind.FORBIDDEN,
    ),
    "ACCESS_087": Entry(
        zh="系统本身可以做任何事。",
        en="The system itself may do anything.",
        severity=Severity.WARNING,
    ),
}
