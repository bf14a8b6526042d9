"""Messages about: store."""

from __future__ import annotations

from .diagnostic import Entry, Kind

ENTRIES: dict[str, Entry] = {
    "STORE_001": Entry(
        zh="数据库由更新版本的书院写过（{names}），本版本不认识。",
        en="The database was written by a newer version of Shuyuan ({names}) which this one does not know.",
        fix_zh="请安装不低于原来的版本，或恢复升级前的备份。",
        fix_en="Either install that version or a later one, or restore the backup made before the upgrade.",
        kind=Kind.CONFLICT,
    ),
    "STORE_002": Entry(
        zh="“{url}”不是数据库地址。",
        en='"{url}" is not the address of a database.',
        fix_zh="写成 sqlite:///文件路径，或 postgres://用户:密码@主机:端口/库名。",
        fix_en="Write either sqlite:///path/to/file or postgres://user:password@host:port/name.",
    ),
    "STORE_003": Entry(
        zh="没有安装 PostgreSQL 的驱动。",
        en="The driver for PostgreSQL is not installed.",
        fix_zh="运行 pip install 'shuyuan[postgres]'，或改用 sqlite:/// 地址。",
        fix_en="Either run pip install 'shuyuan[postgres]' or use a sqlite:/// address.",
    ),
    "STORE_004": Entry(
        zh="数据库文件所在的文件夹“{folder}”不存在。",
        en='The folder "{folder}" for the database file does not exist.',
        fix_zh="先建立这个文件夹，或改正设置里的数据库地址。",
        fix_en="Either make the folder or correct the address of the database in the settings.",
    ),
}
