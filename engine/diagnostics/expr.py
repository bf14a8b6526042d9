"""Messages about: expressions."""

from __future__ import annotations

from .diagnostic import Entry, Severity

ENTRIES: dict[str, Entry] = {
    "FEEL_001": Entry(
        "表达式“{text}”里的“{found}”不应出现在这里。",
        'In the expression "{text}" the "{found}" cannot stand here.',
        "{hint}前面可以接：{wanted}；或者去掉“{found}”。名称含空格或符号时放进反引号：`班级-名称`。",
        '{hint} What may stand here: {wanted}; or take "{found}" away. Backticks hold a name with blanks: `home room`.',
    ),
    "FEEL_002": Entry(
        "表达式“{text}”没有写完。",
        'The expression "{text}" ends too early.',
        "接着写完，后面可以是：{wanted}。",
        "Write on; what may follow: {wanted}.",
    ),
    "FEEL_003": Entry(
        "表达式“{text}”里的引号 {quote} 没有配对。",
        'In the expression "{text}" the quote {quote} has no partner.',
        '文本写在一对双引号里："高一"。',
        'Write text between two double quotes: "Grade 1".',
    ),
    "FEEL_004": Entry(
        "表达式“{text}”里不能有字符“{found}”。{hint}",
        'The expression "{text}" cannot hold the character "{found}". {hint}',
        "删掉它；如果是名称的一部分，把名称放进反引号。",
        "Take it away, or put the name it belongs to in backticks.",
    ),
    "FEEL_005": Entry(
        "表达式太长（上限 {limit}）。",
        "The expression is too long (at most {limit}).",
        "把它拆成几个计算字段，或改用决策表。",
        "Either split it into several computed fields, or use a decision table.",
    ),
    "FEEL_006": Entry(
        "表达式嵌套太深（上限 {limit} 层）。",
        "The expression is nested too deeply (at most {limit} levels).",
        "把里层的部分改成单独的计算字段。",
        "Make computed fields of the inner parts.",
    ),
    "FEEL_007": Entry(
        "表达式是空的。",
        "The expression is empty.",
        "写一个表达式，或者把这一项整个去掉。",
        "Either write an expression, or leave the whole entry out.",
    ),
    "FEEL_010": Entry(
        "表达式“{text}”用到的“{name}”不存在。{hint}",
        'The expression "{text}" uses "{name}", which does not exist. {hint}',
        "改正名称，或先添加这个字段；要写文本请加双引号。",
        "Either correct the name, or add the field first; text needs double quotes.",
    ),
    "FEEL_011": Entry(
        "表达式“{text}”调用的函数“{name}”不存在。{hint}",
        'The expression "{text}" calls the function "{name}", which does not exist. {hint}',
        "改正函数名；全部函数见“表达式函数”参考。",
        "Correct the name; all functions are in the reference of expression functions.",
    ),
    "FEEL_012": Entry(
        "“{owner}”（{type}）没有“{name}”。{hint}",
        '"{owner}" ({type}) has no "{name}". {hint}',
        "改正点号后面的名称。",
        "Correct the name after the dot.",
    ),
    "FEEL_013": Entry(
        "没有叫“{name}”的类型。{hint}",
        'There is no type "{name}". {hint}',
        "可用的类型：number、string、boolean、date、time、date and time、list<…>、context<…>、range<…>。",
        "Types are number, string, boolean, date, time, date and time, list<...>, context<...>, range<...>.",
    ),
    "FEEL_014": Entry(
        "函数 {name} 的参数不对：它的写法是 {usage}。",
        "The function {name} is called with other arguments than it takes: {usage}.",
        "按这个写法补上或去掉参数。",
        "Add or remove arguments to fit.",
    ),
    "FEEL_015": Entry(
        "函数 {name} 的参数“{param}”要的是 {wanted}，这里给的是 {found}。",
        'The function {name} wants {wanted} for "{param}" and is given {found}.',
        "换一个值，或先用 number()、string()、date() 转换。",
        "Either give another value, or convert it with number(), string() or date().",
    ),
    "FEEL_016": Entry(
        "“{text}”：{left} 和 {right} 之间不能用 {sign}。",
        '"{text}": {sign} cannot stand between {left} and {right}.',
        "先用 number()、string()、date() 转成同一种类型。",
        "Bring both to one type with number(), string() or date().",
    ),
    "FEEL_017": Entry(
        "“{text}”：{left} 和 {right} 永远无法相比。{hint}",
        '"{text}": {left} and {right} can never be compared. {hint}',
        "把两边改成同一种类型。",
        "Bring both sides to one type.",
    ),
    "FEEL_018": Entry(
        "“{text}”不是日期、时间或时长。",
        '"{text}" is no date, time or duration.',
        '写成 @"2026-09-01"、@"08:30:00"、@"2026-09-01T08:30:00" 或 @"P3D"，并确认这一天存在。',
        'Write @"2026-09-01", @"08:30:00", @"2026-09-01T08:30:00" or @"P3D", and a day that exists.',
    ),
    "FEEL_019": Entry(
        "“{text}”应是条件（是或否），现在是 {found}。",
        '"{text}" must be a condition (true or false) but is {found}.',
        "加上比较，例如 {text} = …。",
        "Add a comparison, such as {text} = ...",
    ),
    "FEEL_020": Entry(
        "这里要的是 {wanted}，表达式“{text}”的结果是 {found}。",
        'A {wanted} is wanted here, and the expression "{text}" gives {found}.',
        "改写表达式，或用 number()、string()、date() 转换结果。",
        "Either rewrite the expression, or convert its result with number(), string() or date().",
    ),
    "FEEL_021": Entry(
        "“{name}”在同一个对象里写了两次。",
        '"{name}" occurs twice in one context.',
        "去掉一个或改名。",
        "Either take one away, or rename it.",
    ),
    "FEEL_022": Entry(
        "“{text}”不是函数，不能调用。",
        '"{text}" is no function and cannot be called.',
        "去掉后面的括号，或改成函数名。",
        "Either take the brackets after it away, or name a function.",
    ),
    "FEEL_023": Entry(
        "“{text}”没有写时区，不能和记录里的日期时间比较。",
        '"{text}" has no time zone and cannot be compared with the date and time of a record.',
        '加上时区，如 @"2026-09-01T08:00:00@Asia/Shanghai"；或用 date() 比较日期。',
        'Either add a zone, as in @"2026-09-01T08:00:00@Asia/Shanghai", or compare dates with date().',
    ),
    "FEEL_024": Entry(
        "“{pattern}”不是可用的正则表达式。",
        '"{pattern}" is no pattern that can be used.',
        "检查括号是否配对；反向引用（\\1）和环视不受支持。",
        "See that brackets match; back-references (\\1) and look-around are not supported.",
    ),
    "FEEL_025": Entry(
        "外部函数不能用在表达式里。",
        "External functions cannot be used in expressions.",
        "把这个计算做成插件提供的函数。",
        "Make a plugin offer the calculation as a function.",
    ),
    "FEEL_026": Entry(
        "“{text}”：没有对应人员的账号，会和“{other}”为空的所有记录相等。",
        '"{text}": an account that is nobody\'s record equals every record whose "{other}" is empty.',
        "改成 {other} = actor。",
        "Write {other} = actor.",
        severity=Severity.WARNING,
    ),
    "FEEL_040": Entry(
        "“{text}”不能在数据库里计算：{why}。",
        '"{text}" cannot be computed by the database: {why}.',
        "换成比较、in、and/or、starts with、contains 等写法，或把它做成记录里的计算字段再引用。",
        "Either use comparison, in, and/or, starts with, contains, or make it a computed field and use that.",
    ),
}
