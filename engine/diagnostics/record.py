"""Messages about: record. REC_0xx speak of values of a record, REC_1xx of the options a definition gives a field."""

from __future__ import annotations

from .diagnostic import Entry, Kind, Severity

_W = Severity.WARNING

ENTRIES: dict[str, Entry] = {
    "REC_001": Entry(
        "“{field}”还没有填写。", "“{field}” has not been filled in.",
        "填写后再提交。", "Fill it in and submit again.",
    ),
    "REC_002": Entry(
        "“{entity}”没有名为 {name} 的字段。{hint}", "“{entity}” has no field named {name}. {hint}",
        "改正字段名，或者去掉这一项。", "Either correct the name, or leave it out.",
    ),
    "REC_003": Entry(
        "“{field}”由系统得出，不能直接填写。", "“{field}” is worked out by the system and cannot be entered.",
        "去掉这一项；要改变它，就改变它所依据的字段。",
        "Leave it out; to change it, change the fields it follows from.",
        kind=Kind.FORBIDDEN,
    ),
    "REC_004": Entry(
        "您没有修改“{field}”的权限。", "You may not change “{field}”.",
        "去掉这一项，或者请有权限的同事修改。", "Either leave it out, or ask a colleague who may change it.",
        kind=Kind.FORBIDDEN,
    ),
    "REC_005": Entry(
        "“{field}”须是文字，收到的是{got}。", "“{field}” takes text; {got} was sent.",
        "以文字发送。", "Send it as a string.",
    ),
    "REC_006": Entry(
        "“{field}”最多 {max} 个字，现在有 {count} 个。",
        "“{field}” takes at most {max} characters; there are {count}.",
        "删短到 {max} 个字以内。", "Shorten it to {max} characters.",
    ),
    "REC_007": Entry(
        "“{field}”至少 {min} 个字，现在有 {count} 个。",
        "“{field}” takes at least {min} characters; there are {count}.",
        "补充到 {min} 个字。", "Add to it until there are {min}.",
    ),
    "REC_008": Entry(
        "“{field}”的写法不合要求。{says}", "“{field}” is not written in the expected way. {says}",
        "按要求的格式改写。", "Write it in the expected format.",
    ),
    "REC_009": Entry(
        "“{field}”须是数字，“{typed}”不是数字。", "“{field}” takes a number; “{typed}” is not one.",
        "只填数字，例如 12 或 12.5。", "Enter digits only, such as 12 or 12.5.",
    ),
    "REC_010": Entry(
        "“{field}”须是整数，“{typed}”带有小数。", "“{field}” takes a whole number; “{typed}” has a fraction.",
        "去掉小数部分。", "Leave out the fraction.",
    ),
    "REC_011": Entry(
        "“{field}”最多 {scale} 位小数，“{typed}”的小数位更多。",
        "“{field}” takes at most {scale} decimals; “{typed}” has more.",
        "四舍五入到 {scale} 位小数。", "Round it to {scale} decimals.",
    ),
    "REC_012": Entry(
        "“{field}”须{bound}，现在是 {typed}。", "“{field}” must be {bound}; it is {typed}.",
        "改成范围内的数。", "Enter a number within the range.",
    ),
    "REC_013": Entry(
        "“{field}”的数太大，存不下：整数部分最多 {digits} 位。",
        "“{field}” is too big to keep: at most {digits} digits before the point.",
        "核对是否多输了位数。", "Check whether digits were typed twice.",
    ),
    "REC_014": Entry(
        "“{field}”须是 {step} 的倍数，现在是 {typed}。", "“{field}” must be a multiple of {step}; it is {typed}.",
        "改成 {step} 的倍数。", "Enter a multiple of {step}.",
    ),
    "REC_015": Entry(
        "“{field}”只能是“是”或“否”，看不懂“{typed}”。",
        "“{field}” is yes or no; “{typed}” is neither.",
        "选“是”或“否”。", "Choose yes or no.",
    ),
    "REC_016": Entry(
        "“{field}”须是日期，看不懂“{typed}”。", "“{field}” takes a date; “{typed}” cannot be read as one.",
        "写成 2026-03-01、2026/3/1 或 2026年3月1日，年份用四位。",
        "Write 2026-03-01 or 2026/3/1, with a four-digit year.",
    ),
    "REC_017": Entry(
        "“{field}”：日历上没有 {typed} 这一天。", "“{field}”: the calendar has no {typed}.",
        "核对月份和日子。", "Check the month and the day.",
    ),
    "REC_018": Entry(
        "“{field}”不能早于 {bound}，现在是 {typed}。", "“{field}” cannot be before {bound}; it is {typed}.",
        "改成 {bound} 或以后。", "Enter {bound} or later.",
    ),
    "REC_019": Entry(
        "“{field}”不能晚于 {bound}，现在是 {typed}。", "“{field}” cannot be after {bound}; it is {typed}.",
        "改成 {bound} 或以前。", "Enter {bound} or earlier.",
    ),
    "REC_020": Entry(
        "“{field}”须是时刻，看不懂“{typed}”。", "“{field}” takes a time of day; “{typed}” cannot be read as one.",
        "写成 08:30 或 下午3:30。", "Write 08:30 or 3:30 PM.",
    ),
    "REC_021": Entry(
        "“{field}”须是日期加时刻，看不懂“{typed}”。",
        "“{field}” takes a date with a time; “{typed}” cannot be read as one.",
        "写成 2026-03-01 08:30。", "Write 2026-03-01 08:30.",
    ),
    "REC_022": Entry(
        "“{field}”须是时长，看不懂“{typed}”。", "“{field}” takes a duration; “{typed}” cannot be read as one.",
        "写成 45分钟、1小时30分 或 2天。", "Write 45 min, 1 h 30 min or 2 d.",
    ),
    "REC_023": Entry(
        "“{field}”须{bound}，现在是 {typed}。", "“{field}” must be {bound}; it is {typed}.",
        "改成范围内的时长。", "Enter a duration within the range.",
    ),
    "REC_024": Entry(
        "“{field}”的选项里没有“{typed}”。{hint}", "“{field}” has no option “{typed}”. {hint}",
        "从这些里选：{options}。", "Choose one of: {options}.",
    ),
    "REC_025": Entry(
        "“{field}”至少选 {min} 项，现在选了 {count} 项。",
        "“{field}” takes at least {min} choices; {count} were made.",
        "再选几项。", "Choose more.",
    ),
    "REC_026": Entry(
        "“{field}”最多选 {max} 项，现在选了 {count} 项。",
        "“{field}” takes at most {max} choices; {count} were made.",
        "去掉几项。", "Remove some.",
    ),
    "REC_027": Entry(
        "“{field}”所用的代码表里没有“{typed}”。{hint}", "“{field}”: the code list has no “{typed}”. {hint}",
        "从列表中选择，或者请管理员在代码表里添加。",
        "Either choose from the list, or ask an administrator to add the code.",
    ),
    "REC_028": Entry(
        "“{field}”：代码 {code}（{title}）在 {day} 不再有效或尚未生效。",
        "“{field}”: code {code} ({title}) is not in force on {day}.",
        "选择一个现行的代码。", "Choose a code that is in force.",
    ),
    "REC_029": Entry(
        "“{field}”指向的记录不存在，或者您无权选用。",
        "“{field}” points to a record that does not exist or that you may not choose.",
        "从列表中重新选择。", "Choose again from the list.",
    ),
    "REC_030": Entry(
        "“{field}”不能选“{label}”：它不满足选择条件。",
        "“{field}” cannot be “{label}”: it does not meet the condition for this choice.",
        "从列表中选择一条符合条件的记录。", "Choose one from the list, which shows only those that do.",
    ),
    "REC_031": Entry(
        "“{field}”须是一条记录的编号，看不懂“{typed}”。",
        "“{field}” takes the id of a record; “{typed}” is not one.",
        "从列表中选择，或者发送记录的 id（整数）。", "Choose from the list, or send the record's id (an integer).",
    ),
    "REC_032": Entry(
        "“{field}”须是若干行，收到的是{got}。", "“{field}” takes a list of rows; {got} was sent.",
        "以列表发送，每行一个对象。", "Send a list with one object per row.",
    ),
    "REC_033": Entry(
        "“{field}”至少 {min} 行，现在有 {count} 行。", "“{field}” takes at least {min} rows; there are {count}.",
        "再添加几行。", "Add rows.",
    ),
    "REC_034": Entry(
        "“{field}”最多 {max} 行，现在有 {count} 行。", "“{field}” takes at most {max} rows; there are {count}.",
        "删去几行。", "Remove rows.",
    ),
    "REC_035": Entry(
        "“{field}”第 {row} 行已被别人删除，或者不属于这条记录。",
        "“{field}”: row {row} was removed by somebody else or belongs to another record.",
        "重新打开这条记录再修改；新增的行不带 id。", "Open the record afresh; a new row carries no id.",
        kind=Kind.CONFLICT,
    ),
    "REC_036": Entry(
        "“{field}”里有两行带着同一个 id。", "“{field}” holds two rows with the same id.",
        "新增的行不带 id。", "A new row carries no id.",
    ),
    "REC_037": Entry(
        "“{field}”的文件已不在：没有上传成功，或者放置太久。",
        "“{field}”: the file is not there; it was not fully uploaded, or waited too long.",
        "重新上传。", "Upload it again.",
    ),
    "REC_038": Entry(
        "“{field}”：文件“{name}”有 {size}，最大 {max}。", "“{field}”: the file “{name}” has {size}; at most {max}.",
        "压缩后再上传。", "Make it smaller and upload it again.",
    ),
    "REC_039": Entry(
        "“{field}”：“{name}”的内容不是可以上传的类型（看内容，不看文件名）。",
        "“{field}”: what is in “{name}” is not of a kind that can be uploaded here, whatever it is called.",
        "可以上传：{accept}。", "These can be uploaded: {accept}.",
    ),
    "REC_040": Entry(
        "“{field}”最多 {max} 个文件，现在有 {count} 个。",
        "“{field}” takes at most {max} files; there are {count}.",
        "去掉几个。", "Remove some.",
    ),
    "REC_041": Entry(
        "“{field}”须是 18 位，现在有 {count} 位。", "“{field}” has 18 characters; there are {count}.",
        "对照证件核对是否漏输或多输。", "Compare it with the card for missing or doubled digits.",
    ),
    "REC_042": Entry(
        "“{field}”的前 17 位须是数字，最后一位是数字或 X。",
        "“{field}”: the first 17 characters are digits, the last is a digit or X.",
        "对照证件核对每一位。", "Compare each character with the card.",
    ),
    "REC_043": Entry(
        "“{field}”第 7 到 14 位不是一个可能的出生日期。",
        "“{field}”: characters 7 to 14 are not a possible date of birth.",
        "对照证件核对出生日期这八位。", "Compare these eight digits with the card.",
    ),
    "REC_044": Entry(
        "“{field}”的最后一位与前 17 位对不上，有一位输错了。",
        "“{field}”: the last character does not fit the first 17; one of them is mistyped.",
        "对照证件核对每一位。", "Compare each character with the card.",
    ),
    "REC_045": Entry(
        "“{field}”的前六位不是已知的地区代码。", "“{field}”: the first six digits are not a known region.",
        "核对证件；无误就保留。", "Compare them with the card; keep them if they agree.",
        severity=_W,
    ),
    "REC_046": Entry(
        "“{field}”的地区代码在出生前就已停用。", "“{field}”: the region code went out of use before the birth date.",
        "核对证件；无误就保留。", "Compare it with the card; keep it if it agrees.",
        severity=_W,
    ),
    "REC_047": Entry(
        "“{field}”是 15 位旧号码，已换算成 18 位。", "“{field}” was an old 15-digit number; it now has 18 digits.",
        "对照新证件核对。", "Compare it with the present card.",
        severity=_W,
    ),
    "REC_048": Entry(
        "“{field}”须是 G、L 或 J 加 18 位号码。", "“{field}” is G, L or J followed by 18 characters.",
        "对照学籍系统核对。", "Compare it with the registry.",
    ),
    "REC_049": Entry(
        "“{field}”里的身份证号对不上校验位。", "“{field}”: the id number in it fails its check digit.",
        "对照学籍系统核对；无误就保留。", "Compare it with the registry; keep it if it agrees.",
        severity=_W,
    ),
    "REC_050": Entry(
        "“{field}”不是可以拨打的电话号码。", "“{field}” is not a telephone number that can be dialled.",
        "手机填 11 位；固定电话带区号，例如 010-62751234；国外号码以 + 开头。",
        "Enter 11 digits for a mobile, an area code for a landline (010-62751234), + for other countries.",
    ),
    "REC_051": Entry(
        "“{field}”不是电子邮箱地址。", "“{field}” is not an email address.",
        "写成 name@example.com 的样子。", "Write it like name@example.com.",
    ),
    "REC_052": Entry(
        "“{field}”不是网址。", "“{field}” is not a web address.",
        "写成 https://example.com/… 的样子。", "Write it like https://example.com/…",
    ),
    "REC_053": Entry(
        "“{field}”须是 12 到 19 位的卡号。", "“{field}” is a card number of 12 to 19 digits.",
        "对照银行卡核对。", "Compare it with the card.",
    ),
    "REC_054": Entry(
        "“{field}”的卡号对不上校验位。", "“{field}”: the card number fails its check digit.",
        "对照银行卡核对；对公账号可以忽略。", "Compare it with the card; company accounts may be kept.",
        severity=_W,
    ),
    "REC_055": Entry(
        "“{field}”须是纬度和经度，看不懂“{typed}”。",
        "“{field}” takes a latitude and a longitude; “{typed}” cannot be read as such.",
        "写成 39.9042, 116.4074（先纬度后经度）。", "Write 39.9042, 116.4074 (latitude first).",
    ),
    "REC_056": Entry(
        "“{field}”与另一条记录相同：{typed}。", "“{field}” is already used by another record: {typed}.",
        "换一个值，或者打开那条记录核对。", "Either enter another value, or open that record and compare.",
        kind=Kind.CONFLICT,
    ),
    "REC_057": Entry(
        "已有一条记录的{fields}与这条全部相同。", "Another record already has the same {fields}.",
        "改其中一项，或者打开那条记录核对。", "Either change one of them, or open that record and compare.",
        kind=Kind.CONFLICT,
    ),
    "REC_058": Entry("{message}", "{message}"),
    "REC_059": Entry("{message}", "{message}", severity=_W),
    "REC_060": Entry(
        "“{field}”早先保存的值不合现在的规定：{why}", "“{field}” was stored before the present rule: {why}",
        "本次可以不改；有空时更正。", "It may stay for now; correct it when there is time.",
        severity=_W,
    ),
    "REC_061": Entry(
        "“{field}”在这种情况下不显示，填写的值没有保存。",
        "“{field}” does not apply here; the value sent was not kept.",
        "去掉这一项，或者先改变决定它是否显示的字段。",
        "Either leave it out, or first change the field that decides whether it applies.",
        severity=_W,
    ),
    "REC_062": Entry(
        "“{field}”收到的内容太大（{size}）。", "“{field}”: what was sent is too large ({size}).",
        "大段内容作为文件上传。", "Upload large content as a file.",
        kind=Kind.TOO_LARGE,
    ),
    "REC_063": Entry(
        "“{field}”不满足定义里的规定（{rule}）。", "“{field}” breaks a rule of its definition ({rule}).",
        "按规定改写；规定见接口说明。", "Change it to fit; the API description states the rule.",
    ),
    "REC_064": Entry(
        "一条记录须是一个对象，收到的是{got}。", "A record is an object; {got} was sent.",
        "发送字段名到值的对象。", "Send an object from field names to values.",
        kind=Kind.MALFORMED,
    ),
    "REC_065": Entry(
        "“{field}”的编号不合规则 {pattern}。", "“{field}” does not follow the numbering {pattern}.",
        "核对编号；沿用旧编号可以保留。", "Check it; an older number may be kept.",
        severity=_W,
    ),
    "REC_066": Entry(
        "“{field}”只由流程改变，不能直接填写。", "“{field}” is changed by its workflow only and cannot be entered.",
        "去掉这一项，改为发起相应的申请。", "Leave it out and start the request that changes it.",
        kind=Kind.FORBIDDEN,
    ),
    "REC_067": Entry(
        "“{field}”算出来的结果放不进这个字段：{why}", "“{field}”: the computed result does not fit the field: {why}",
        "核对所依据的字段；仍不对就请管理员检查公式。",
        "Check the fields it follows from; if they are right, ask an administrator to check the formula.",
    ),
    "REC_068": Entry(
        "“{field}”收到的是{got}，不是可以保存的值。", "“{field}”: {got} is not a value that can be kept.",
        "按接口说明的类型发送。", "Send the type the API description states.",
    ),
    "REC_069": Entry(
        "“{field}”里有不能保存的字符。", "“{field}” holds characters that cannot be stored.",
        "删去从别处复制来的特殊字符。", "Delete the special characters that were copied in.",
    ),
    "REC_070": Entry(
        "“{field}”不在这张表单上填写。", "“{field}” is not filled in on this form.",
        "去掉这一项，或者改用有这个字段的表单。", "Either leave it out, or use a form that has the field.",
    ),
    "REC_071": Entry(
        "“{field}”是短号，打不到某个人。", "“{field}” is a short number and reaches nobody in person.",
        "核对是否少写了几位；确是服务号码就保留。",
        "Check whether digits are missing; keep it if it is a service number.",
        severity=_W,
    ),
    # Options of fields in definitions.
    "REC_101": Entry(
        "字段“{field}”的 {low} 大于 {high}，没有值能满足。",
        "Field “{field}”: {low} is greater than {high}; no value can satisfy both.",
        "对调或改正其中一个。", "Either swap them, or correct one of them.",
    ),
    "REC_102": Entry(
        "字段“{field}”的 pattern 读不懂：{why}。", "Field “{field}”: its pattern cannot be read: {why}.",
        "改用 RE2 的写法（没有回溯和前后查看）。", "Write it in RE2 syntax (no backreferences or look-around).",
    ),
    "REC_103": Entry(
        "字段“{field}”的 {key} 须在 {min} 到 {max} 之间。",
        "Field “{field}”: {key} must be between {min} and {max}.",
        "改成范围内的数。", "Enter a number within the range.",
    ),
    "REC_104": Entry(
        "字段“{field}”没有任何选项。", "Field “{field}” has no options.",
        "在 choices 下列出选项，或者改用代码表（is: code）。",
        "Either list them under choices, or use a code list (is: code).",
    ),
    "REC_105": Entry(
        "字段“{field}”有两个同名选项 {name}。", "Field “{field}” has two options named {name}.",
        "改掉其中一个。", "Rename one of them.",
    ),
    "REC_106": Entry(
        "字段“{field}”没有写 {key}。", "Field “{field}” does not say {key}.",
        "补上 {key}：{doc}", "Add {key}: {doc}",
    ),
    "REC_107": Entry(
        "字段“{field}”的编号规则 {pattern} 读不懂：{why}。",
        "Field “{field}”: the numbering {pattern} cannot be read: {why}.",
        "写成 \"{{year}}{{seq:5}}\" 的样子。", "Write it like \"{{year}}{{seq:5}}\".",
    ),
    "REC_108": Entry(
        "子表“{field}”没有列，或者列里又有子表。", "Sub-table “{field}” has no columns, or one of them is a sub-table.",
        "在 of 下写出普通的列。", "List plain columns under of.",
    ),
    "REC_109": Entry(
        "字段“{field}”的 {key} 读不懂：{typed}。", "Field “{field}”: {key} cannot be read: {typed}.",
        "{doc}", "{doc}",
    ),
    "REC_110": Entry(
        "字段“{field}”的 as 不能是 {name}。", "Field “{field}”: as cannot be {name}.",
        "选用一个存放单个值的类型，例如 text、integer、decimal、date。",
        "Choose a type of single values, such as text, integer, decimal or date.",
    ),
    "REC_111": Entry(
        "计算字段“{field}”没有写 value。", "Computed field “{field}” has no value.",
        "写上 value: 加一个表达式。", "Add value: with an expression.",
    ),
}  # fmt: skip
