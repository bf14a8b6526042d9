"""Messages of the command line."""

from __future__ import annotations

from .diagnostic import Entry, Kind, Severity

ENTRIES: dict[str, Entry] = {
    "CLI_001": Entry(
        zh="端口 {port} 已被别的程序占用。",
        en="Port {port} is in use by another program.",
        fix_zh="换一个端口，例如 --port {other}；或者先停止那个程序。",
        fix_en="Either take another port, such as --port {other}, or stop that program first.",
        kind=Kind.CONFLICT,
    ),
    "CLI_002": Entry(
        zh="不能在 {host} 的端口 {port} 监听：{why}。",
        en="Cannot listen at {host}, port {port}: {why}.",
        fix_zh="核对 server.host 和 server.port；1024 以下的端口需要管理员权限。",
        fix_en="Check server.host and server.port; ports below 1024 need an administrator.",
    ),
    "CLI_003": Entry(
        zh="“{path}”既不是文件夹，也不是随书院提供的定义包。{near}",
        en='"{path}" is neither a folder nor a pack that comes with Shuyuan. {near}',
        fix_zh="写定义包所在的文件夹，例如 definitions/school；随附的有：{packs}。",
        fix_en="Name the folder of a pack, such as definitions/school; these come along: {packs}.",
    ),
    "CLI_004": Entry(
        zh="“{folder}”里已经有一个安装（{file}）。",
        en='There is an installation in "{folder}" already ({file}).',
        fix_zh="换一个空文件夹；要改配置，直接编辑 {file}。",
        fix_en="Take an empty folder; to change settings, edit {file}.",
        kind=Kind.CONFLICT,
    ),
    "CLI_005": Entry(
        zh="还没有发布任何定义。",
        en="No definitions have been published yet.",
        fix_zh="运行 shuyuan publish school 发布随附的学校定义，或发布自己的定义文件夹。",
        fix_en="Run shuyuan publish school for the school that comes along, or publish a folder of your own.",
    ),
    "CLI_006": Entry(
        zh="没有账号“{login}”。{near}",
        en='There is no account "{login}". {near}',
        fix_zh="用 shuyuan user list 查看账号。",
        fix_en="See shuyuan user list.",
        kind=Kind.MISSING,
    ),
    "CLI_007": Entry(
        zh="没有实体“{name}”。{near}",
        en='There is no entity "{name}". {near}',
        fix_zh="可用的实体：{names}",
        fix_en="These are there: {names}",
        kind=Kind.MISSING,
    ),
    "CLI_008": Entry(
        zh="这个数据库里的演示学校有 {there} 名学生，不是 {wanted} 名。",
        en="The demo school in this database has {there} students, not {wanted}.",
        fix_zh="换一个文件夹（--folder）；或者不写 --students；或者删除“{folder}”后重新建立。",
        fix_en='Take another --folder, leave out --students, or remove "{folder}" to make it anew.',
        kind=Kind.CONFLICT,
    ),
    "CLI_009": Entry(
        zh="这个数据库里已有别的内容，不能建立演示学校。",
        en="There is something else in this database, so the demo school is not made in it.",
        fix_zh="换一个空的数据库。",
        fix_en="Take an empty database.",
        kind=Kind.CONFLICT,
    ),
    "CLI_010": Entry(
        zh="数据库没有响应：{why}",
        en="The database does not answer: {why}",
        fix_zh="核对 database.url，确认数据库已启动，再试一次。",
        fix_en="Check database.url and that the database runs, then try again.",
        kind=Kind.BUSY,
        retry=True,
    ),
    "CLI_011": Entry(
        zh="“{pair}”不是“表头=字段”的写法。",
        en='"{pair}" is not written as HEADER=FIELD.',
        fix_zh="例如 --map 姓名=name；不导入某列写 --map 备注=。",
        fix_en="For example --map Name=name; to leave a column out, --map Remark=.",
    ),
    "CLI_012": Entry(
        zh="找不到文件“{file}”，或者没有权限读写它。",
        en='There is no file "{file}", or it cannot be read or written.',
        fix_zh="核对路径和权限。",
        fix_en="Check the path and its permissions.",
        kind=Kind.MISSING,
    ),
    "CLI_013": Entry(
        zh="“{text}”不是单位的编号、也没有这样名称的单位。",
        en='"{text}" is neither the id nor the name of a unit.',
        fix_zh="写单位的全名或编号；重名时写编号。",
        fix_en="Write its full name or its id; the id when several have the name.",
        kind=Kind.MISSING,
    ),
    "CLI_014": Entry(
        zh="演练失败：恢复后的“{table}”与备份不一致。",
        en='The drill failed: "{table}" differs from the backup after it was restored.',
        fix_zh="检查磁盘，再演练一次；仍然失败时请保留备份文件并报告。",
        fix_en="Check the disk and practise again; if it fails once more, keep the backup file and report it.",
    ),
    "CLI_015": Entry(
        zh="“{part}”读不懂：导出的条件写成“字段=值”或“字段.运算=值”。",
        en='"{part}" is not understood: a condition is written as FIELD=VALUE or FIELD.OPERATOR=VALUE.',
        fix_zh="例如 --where status=enrolled --where enrolled_on.gte=2026-09-01",
        fix_en="For example --where status=enrolled --where enrolled_on.gte=2026-09-01",
    ),
    "CLI_016": Entry(
        zh="没有做任何事：这一步会失去数据，需要确认。",
        en="Nothing was done: this step loses data and has to be confirmed.",
        fix_zh="看清计划后加上：{flags}",
        fix_en="Having read the plan, add: {flags}",
        kind=Kind.CONFLICT,
    ),
    "CLI_017": Entry(
        zh="备份里缺少 {count} 个文件的内容，它们在文件存储里已经找不到。",
        en="The backup lacks the content of {count} files: the file storage does not have them any more.",
        fix_zh="运行 shuyuan doctor 查看是哪些。",
        fix_en="shuyuan doctor names them.",
        severity=Severity.WARNING,
    ),
}
