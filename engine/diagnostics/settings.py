"""Messages about: settings."""

from __future__ import annotations

from .diagnostic import Entry, Severity

ENTRIES: dict[str, Entry] = {
    "SETTINGS_001": Entry(
        zh="配置文件读不懂：{why}",
        en="The settings file cannot be read: {why}",
        fix_zh="按 TOML 的写法改正这一行，例如 port = 8000，文字要加英文双引号。",
        fix_en="Correct this line the way TOML is written, for example port = 8000; text goes in double quotes.",
    ),
    "SETTINGS_002": Entry(
        zh="没有名为“{key}”的配置项。{near}",
        en='There is no setting called "{key}". {near}',
        fix_zh="改成正确的名称，或者删除这一项；全部配置项见 docs/reference/settings.md。",
        fix_en="Either correct the name or remove the line; docs/reference/settings.md lists every setting.",
    ),
    "SETTINGS_003": Entry(
        zh="配置项“{key}”需要{want}，现在写的是 {got}。",
        en='The setting "{key}" takes {want}; it says {got}.',
        fix_zh="例如：{example}",
        fix_en="For example: {example}",
    ),
    "SETTINGS_004": Entry(
        zh="配置项“{key}”的值 {got} 超出范围，允许 {low} 到 {high}。",
        en='The setting "{key}" is {got}; it may be {low} to {high}.',
        fix_zh="改成这个范围内的数，或者删除这一项，使用默认值 {default}。",
        fix_en="Either use a number within the range or remove the line to get the default, {default}.",
    ),
    "SETTINGS_005": Entry(
        zh="配置项“{key}”不能是 {got}，可选：{choices}。{near}",
        en='The setting "{key}" cannot be {got}; it is one of {choices}. {near}',
        fix_zh="从可选的值中选一个。",
        fix_en="Use one of these values.",
    ),
    "SETTINGS_006": Entry(
        zh="数据库地址 {got} 不认识。",
        en="The database address {got} is of no known kind.",
        fix_zh="使用 sqlite:///文件名 或 postgres://用户:密码@主机:端口/库名。",
        fix_en="Use either sqlite:///FILE or postgres://USER:PASSWORD@HOST:PORT/NAME.",
    ),
    "SETTINGS_007": Entry(
        zh="时区“{got}”不存在。{near}",
        en='There is no time zone "{got}". {near}',
        fix_zh="使用 IANA 时区名，例如 Asia/Shanghai。",
        fix_en="Use an IANA name such as Asia/Shanghai.",
    ),
    "SETTINGS_008": Entry(
        zh="网址“{got}”不能用作访问地址：{why}",
        en='The address "{got}" cannot be the address of the site: {why}',
        fix_zh="写成浏览器里看到的地址，例如 https://school.example.cn，后面不带路径。",
        fix_en="Write it as the browser shows it, such as https://school.example.cn, without a path.",
    ),
    "SETTINGS_009": Entry(
        zh="“{got}”既不是 IP 地址也不是网段。",
        en='"{got}" is neither an IP address nor a network.',
        fix_zh="写成 10.0.0.1 或 10.0.0.0/8 的样子。",
        fix_en="Write it like 10.0.0.1 or 10.0.0.0/8.",
    ),
    "SETTINGS_010": Entry(
        zh="密钥太短、太简单，或者是公开的样例，不能使用。",
        en="The secret is too short, too plain or a published example, so it is not used.",
        fix_zh="删除这一项，系统会自己生成；或者填入至少 32 个随机字符。",
        fix_en="Either remove the line and one is made for you, or put in at least 32 random characters.",
    ),
    "SETTINGS_011": Entry(
        zh="演示数据的密码是公开的，所以演示模式只能在本机打开，而这里监听的是 {host}。",
        en="Everybody knows the passwords of the demo school, so demo mode serves this machine only, not {host}.",
        fix_zh="把 demo 改为 false，或者把 server.host 改为 127.0.0.1。",
        fix_en="Either set demo to false or set server.host to 127.0.0.1.",
    ),
    "SETTINGS_012": Entry(
        zh="邮件方式为 smtp 时必须填写“{key}”。",
        en='Mail by smtp needs the setting "{key}".',
        fix_zh="填写邮件服务器，或者把 mail.transport 改为 file 或 console。",
        fix_en="Either name the mail server or set mail.transport to file or console.",
    ),
    "SETTINGS_013": Entry(
        zh="环境变量 {key} 不对应任何配置项，没有起作用。{near}",
        en="The environment variable {key} belongs to no setting and has no effect. {near}",
        fix_zh="改成正确的名称，或者删除它。",
        fix_en="Either correct the name or remove the variable.",
        severity=Severity.WARNING,
    ),
    "SETTINGS_014": Entry(
        zh="SQLite 数据库同一时刻只能写一次，{got} 个工作进程不会更快。",
        en="A SQLite database takes one write at a time, so {got} worker processes are no faster than one.",
        fix_zh="把 server.workers 改为 1，或者改用 PostgreSQL。",
        fix_en="Either set server.workers to 1 or use PostgreSQL.",
        severity=Severity.WARNING,
    ),
    "SETTINGS_015": Entry(
        zh="“{key}”({got})比“{other}”({limit})大，永远用不到。",
        en='"{key}" ({got}) is larger than "{other}" ({limit}), so it never has an effect.',
        fix_zh="调小前者，或者调大后者。",
        fix_en="Either lower the former or raise the latter.",
    ),
    "SETTINGS_016": Entry(
        zh="找不到配置文件 {file}。",
        en="There is no settings file {file}.",
        fix_zh="建立这个文件，或者不指定文件，使用默认配置。",
        fix_en="Either create the file or name none, to run with the defaults.",
    ),
    "SETTINGS_017": Entry(
        zh="发件人地址“{got}”不是邮件地址。",
        en='The sender "{got}" is not a mail address.',
        fix_zh="写成 school@example.cn 或 书院 <school@example.cn>。",
        fix_en="Write it like school@example.cn or School <school@example.cn>.",
    ),
}
