"""Messages about: store."""

from __future__ import annotations

from .diagnostic import Entry, Kind, Severity

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
    "STORE_010": Entry(
        zh="数据库还没有升级到本版本（缺少 {names}）。",
        en="The database has not been brought to this version yet ({names} missing).",
        fix_zh="启动一次书院，或运行 shuyuan migrate。",
        fix_en="Either start Shuyuan once or run shuyuan migrate.",
        kind=Kind.CONFLICT,
    ),
    "STORE_011": Entry(
        zh="数据库文件已损坏：{reason}。",
        en="The database is damaged: {reason}.",
        fix_zh="停止写入，从最近的备份恢复；再检查磁盘。",
        fix_en="Stop writing, restore the latest backup, then check the disk.",
    ),
    "STORE_012": Entry(
        zh="这张表里有的行指向已不存在的记录。",
        en="Rows of this table refer to records that are not there.",
        fix_zh="从最近的备份恢复，或找出这些行并改正它们的关联。",
        fix_en="Either restore the latest backup or find those rows and correct what they refer to.",
    ),
    "STORE_013": Entry(
        zh="数据库里缺少它。",
        en="It is missing in the database.",
        fix_zh="重新发布当前的定义；系统表缺少时从备份恢复。",
        fix_en="Publish the live definitions again; restore a backup when it is a system table.",
    ),
    "STORE_014": Entry(
        zh="数据库里的它与定义不一致。",
        en="What the database has under this name is not what the definitions say.",
        fix_zh="有人在书院之外改过数据库：撤销那次修改，或从备份恢复。",
        fix_en="Somebody changed the database from outside: either undo that or restore a backup.",
    ),
    "STORE_015": Entry(
        zh="数据库里多出了它，现在的定义用不到。",
        en="The database has it and the live definitions do not use it.",
        fix_zh="如果是已删除字段保留的数据，到期会清除；否则确认无用后由管理员删除。",
        fix_en="Kept data of a removed field goes when its time is over; an administrator may drop anything else.",
        severity=Severity.WARNING,
    ),
    "STORE_016": Entry(
        zh="编号计数器（{counter}）落后于已用的编号（{highest}），新记录会撞号。",
        en="The counter of ids ({counter}) is behind an id in use ({highest}): new records would collide.",
        fix_zh="停止服务，把 sy_counter 中 id 的值改为 {highest}，再启动。",
        fix_en="Stop the service, set the value of id in sy_counter to {highest}, and start it again.",
    ),
    "STORE_017": Entry(
        zh="文件“{name}”的内容不在文件存储里。",
        en='The content of the file "{name}" is not in the file storage.',
        fix_zh="从备份中取回这个文件，或请上传的人重新上传。",
        fix_en="Either take the file from a backup or ask for it to be uploaded again.",
    ),
    "STORE_018": Entry(
        zh="文件“{name}”有 {size} 字节，应为 {expected} 字节。",
        en='The file "{name}" has {size} bytes instead of {expected}.',
        fix_zh="从备份中取回这个文件，再检查磁盘。",
        fix_en="Take the file from a backup, then check the disk.",
    ),
    "STORE_020": Entry(
        zh="这不是完好的书院备份：{reason}。",
        en="This is no sound backup of Shuyuan: {reason}.",
        fix_zh="换一份备份，或重新复制这一份再试。",
        fix_en="Either take another backup or copy this one again.",
    ),
    "STORE_021": Entry(
        zh="这份备份解开后有 {size} 字节，超过允许的 {most} 字节。",
        en="The backup would unpack to {size} bytes, more than the {most} that are allowed.",
        fix_zh="确认备份来源可靠后，调高上限再恢复。",
        fix_en="When you trust where it comes from, restore it with a higher limit.",
        kind=Kind.TOO_LARGE,
    ),
    "STORE_022": Entry(
        zh="目标数据库里已有数据。",
        en="There is a database already.",
        fix_zh="恢复到一个新的地址；或确认不要现有数据后，选择替换。",
        fix_en="Either restore to a new address, or replace the database when you are sure that you do not need it.",
        kind=Kind.CONFLICT,
    ),
    "STORE_023": Entry(
        zh="数据库“{file}”正在使用。",
        en='The database "{file}" is in use.',
        fix_zh="先停止书院和打开它的程序，再恢复。",
        fix_en="Stop Shuyuan and whatever else has it open, then restore.",
        kind=Kind.CONFLICT,
        retry=True,
    ),
    "STORE_024": Entry(
        zh="“{folder}”所在的磁盘放不下 {size} 字节。",
        en='The disk of "{folder}" has no room for {size} bytes.',
        fix_zh="腾出空间，或恢复到另一块磁盘。",
        fix_en="Either make room or restore to another disk.",
        kind=Kind.TOO_LARGE,
        retry=True,
    ),
    "STORE_025": Entry(
        zh="这份备份来自 {theirs}，而目标数据库是 {ours}。",
        en="The backup is of {theirs} and the database to restore to is {ours}.",
        fix_zh="恢复到同类数据库的地址。",
        fix_en="Restore it to an address of the same kind of database.",
    ),
}
