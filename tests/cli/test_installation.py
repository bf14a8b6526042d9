"""An installation from the command line: begun, its settings, people, keys, backups, and what is refused."""

from __future__ import annotations

import asyncio
import re
import socket
import sqlite3
from pathlib import Path

from shuyuan.engine.store import open_store
from shuyuan.engine.store.inspection import inspect

from .conftest import Typed


def test_an_installation_is_begun_once_and_nobody_knows_a_password(typed: Typed, folder: Path) -> None:
    said = typed("init", "school")
    assert said.code == 0
    assert "已发布定义，版本 1：20 个实体" in said.out and "cd school && shuyuan serve" in said.out
    assert re.search(r"重置码（只显示这一次）：[0-9a-z]{4}(-[0-9a-z]{4}){3}", said.out)
    assert sorted(p.name for p in (folder / "school").iterdir()) == ["files", "shuyuan.sqlite3", "shuyuan.toml"]
    again = typed("init", ".")
    assert again.code == 1 and "CLI_004" in again.err
    listed = typed("user", "list").out
    assert listed.split("\t")[0] == "admin" and "未设密码" in listed


def test_every_wrong_setting_is_named_at_once(typed: Typed, folder: Path) -> None:
    (folder / "shuyuan.toml").write_text(
        'timezone = "Asia/Shanghia"\n[server]\nport = "80"\nprot = 1\n[database]\nurl = "mysql://x"\n'
    )
    said = typed("config", "check")
    assert said.code == 1
    found = {line.split(" ")[1]: line.split(" ")[0] for line in said.out.splitlines() if not line.startswith(" ")}
    assert found == {
        "SETTINGS_007": "shuyuan.toml:1", "SETTINGS_003": "shuyuan.toml:3", "SETTINGS_002": "shuyuan.toml:4",
        "SETTINGS_006": "shuyuan.toml:6",
    }  # fmt: skip
    assert typed("serve").code == 1
    missing = typed("--settings", "nowhere.toml", "config", "check")
    assert missing.code == 1 and "SETTINGS_016" in missing.err


def test_settings_are_shown_without_what_is_secret(typed: Typed, folder: Path) -> None:
    (folder / "shuyuan.toml").write_text(
        '[database]\nurl = "postgres://u:hunter2@h/db"\n[mail]\npassword = "hunter2"\n', encoding="utf-8"
    )
    said = typed("config", "show")
    assert said.code == 0 and "hunter2" not in said.out
    assert 'url = "postgres://u:…@h/db"  # 来自配置文件' in said.out and "port = 8000  # 默认" in said.out
    assert typed("config", "check").out == "配置没有问题。\n"


def test_people_are_made_given_roles_and_switched_off(installed: Typed) -> None:
    made = installed("user", "create", "Zhang.Wei", "--name", "张伟", "--role", "registrar")
    assert made.code == 0 and re.search(r"[0-9a-z]{4}(-[0-9a-z]{4}){3}", made.out)
    assert "zhang.wei\t张伟\tregistrar\t未设密码" in installed("user", "list").out
    assert installed("user", "create", "zhang.wei", "--name", "另一个").code == 1
    assert "ACCESS_043" in installed("user", "grant", "zhang.wei", "registar").err
    assert "CLI_006" in installed("user", "reset", "zhang.we").err
    assert "CLI_013" in installed("user", "grant", "zhang.wei", "principal", "--unit", "没有的单位").err
    assert installed("user", "grant", "zhang.wei", "principal", "--until", "2027-01-31").code == 0
    assert installed("user", "revoke", "zhang.wei", "registrar").out == "已收回 1 项。\n"
    assert "zhang.wei\t张伟\tprincipal" in installed("user", "list", "zhang").out
    assert installed("user", "passwd", "zhang.wei", "--stdin", given="kurz\n").code == 1
    assert installed("user", "passwd", "zhang.wei", "--stdin", given="wahrlich blaue Giraffen\n").code == 0
    assert installed("user", "off", "zhang.wei").code == 0
    assert "已停用" in installed("user", "list").out
    assert "ACCESS_046" in installed("user", "off", "admin").err


def test_keys_for_programs_are_shown_once_and_revoked(installed: Typed) -> None:
    made = installed("token", "create", "admin", "同步", "--scope", "student:read")
    assert made.code == 0 and re.search(r"^syt_\S{40,}$", made.out, re.MULTILINE)
    listed = installed("token", "list", "admin").out
    number = listed.split()[1]
    assert listed.startswith("* ") and "student:read" in listed and "syt_" not in listed
    assert installed("token", "revoke", number).code == 0
    assert installed("token", "list", "admin").out.startswith("- ")
    assert "ACCESS_050" in installed("token", "create", "admin", "x", "--scope", "studnet:read").err


def test_a_backup_comes_back_and_a_drill_says_so(installed: Typed, folder: Path) -> None:
    installed("user", "create", "vorher", "--name", "Vorher")
    said = installed("backup", "one.zip")
    assert said.code == 0 and (folder / "one.zip").exists()
    drilled = installed("drill")
    assert drilled.code == 0 and "演练成功" in drilled.out
    assert not list(folder.glob("shuyuan_drill*"))
    installed("user", "create", "nachher", "--name", "Nachher")
    refused = installed("restore", "one.zip")
    assert refused.code == 1 and "STORE_022" in refused.err
    assert installed("restore", "one.zip", "--replace").code == 0
    logins = installed("user", "list").out
    assert "vorher" in logins and "nachher" not in logins
    assert (folder / "shuyuan.sqlite3.before-restore").exists()
    assert "CLI_012" in installed("restore", "two.zip").err
    (folder / "bad.zip").write_bytes(b"PK\x05\x06" + bytes(18))
    assert "STORE_020" in installed("restore", "bad.zip", "--replace").err


def test_the_doctor_finds_what_somebody_did_to_the_database(installed: Typed, folder: Path) -> None:
    assert installed("doctor").out == "检查完毕，一切正常。\n"
    assert installed("migrate").code == 0
    connection = sqlite3.connect(folder / "shuyuan.sqlite3")
    connection.execute("ALTER TABLE sy_setting ADD COLUMN extra TEXT")
    connection.execute("UPDATE sy_counter SET value = 0")
    connection.commit()
    connection.close()
    said = installed("doctor")
    assert said.code == 1 and "STORE_016" in said.out and "sy_setting/extra STORE_015 (提示)" in said.out


def test_a_port_in_use_and_an_address_that_is_none_are_said_clearly(installed: Typed) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = installed("serve", "--port", str(port))
    assert said.code == 1 and f"CLI_001 端口 {port} 已被别的程序占用" in said.err
    assert "CLI_002" in installed("serve", "--host", "192.0.2.1", "--port", "8077").err


def test_wrong_usage_is_named_in_the_readers_language(typed: Typed) -> None:
    assert typed("chek").err.startswith("命令写法不对：没有命令 chek，是不是 check？")
    assert typed("--lang", "en", "chek").err.startswith(
        "That is not how the command is called: there is no command chek"
    )
    said = typed("serve", "--prot", "1")
    assert said.code == 2 and "--port" in said.err and "shuyuan serve --help" in said.err
    assert typed("user", "create", "x").code == 2
    assert typed("--version").out.startswith("shuyuan ")


def test_a_database_out_of_reach_ends_with_its_own_code(typed: Typed, folder: Path) -> None:
    (folder / "shuyuan.toml").write_text('[database]\nurl = "postgres://nobody@127.0.0.1:1/none"\n')
    said = typed("doctor")
    assert said.code == 3 and "CLI_010" in said.err


async def test_a_postgres_school_is_drilled_backed_up_and_restored_with_its_views(
    typed: Typed, folder: Path, postgres_school_url: str, postgres_url: str
) -> None:
    (folder / "shuyuan.toml").write_text(f'[database]\nurl = "{postgres_school_url}"\n', encoding="utf-8")
    drilled = await asyncio.to_thread(typed, "drill")
    assert (drilled.code, "演练成功" in drilled.out) == (0, True), drilled.err
    assert (await asyncio.to_thread(typed, "backup", "one.zip")).code == 0
    (folder / "shuyuan.toml").write_text(f'[database]\nurl = "{postgres_url}"\n', encoding="utf-8")
    restored = await asyncio.to_thread(typed, "restore", "one.zip", "--replace", "--yes")
    assert restored.code == 0, restored.err
    assert (await asyncio.to_thread(typed, "doctor")).out == "检查完毕，一切正常。\n"
    store = await open_store(postgres_url, pool=2)
    views = (await inspect(store)).views
    await store.close()
    assert any("student" in name for name in views)
