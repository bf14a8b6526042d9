"""Definitions from the command line: checked, planned, published, listed, taken back; and their schemas."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from .conftest import Typed

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT / "definitions" / "school"
NICKNAME = "    nickname: {is: text, title: {zh: 别名, en: Nickname}}\n    name:"


@pytest.fixture
def pack(folder: Path) -> Path:
    """A copy of the school pack to change."""
    return Path(shutil.copytree(PACK, folder / "own"))


def change(pack: Path, file: str, old: str, new: str) -> None:
    path = pack / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_sound_pack_is_nothing_to_speak_of(typed: Typed) -> None:
    said = typed("check", str(PACK))
    assert (said.code, said.out, said.err) == (0, "", "")
    assert typed("check", "school").out == ""


def test_a_mistake_is_named_with_file_line_column_and_code_in_either_language(typed: Typed, pack: Path) -> None:
    change(pack, "entities/room.yaml", "is: text", "is: txet")
    zh = typed("check", "own")
    assert zh.code == 1
    first, remedy = zh.out.splitlines()[:2]
    assert first.startswith("own/entities/room.yaml:12:") and " ENT_001 没有名为 txet 的字段类型" in first
    assert remedy.startswith("    改用现有的类型")
    en = typed("--lang", "en", "check", "own")
    assert "There is no field type named txet. Did you mean “text”?" in en.out


def test_a_folder_that_is_none_is_named(typed: Typed) -> None:
    said = typed("check", "schol")
    assert said.code == 1 and "CLI_003" in said.err and "是不是“school”" in said.err


def test_what_publishing_would_do_is_said_and_then_done(installed: Typed, pack: Path) -> None:
    change(pack, "entities/room.yaml", "    name:", NICKNAME)
    plan = installed("plan", "own")
    assert plan.code == 0 and "第 1 版 → 第 2 版，1 处变化" in plan.out
    assert "安全  “教室”新增字段“别名”" in plan.out
    assert installed("versions").out.count("\n") == 1
    done = installed("publish", "own", "--note", "给教室起别名")
    assert done.code == 0 and "已发布第 2 版" in done.out
    versions = installed("versions").out.splitlines()
    assert versions[0].startswith("*    2") and "给教室起别名" in versions[0]
    assert installed("publish", "own").out.startswith("没有要发布的改动")


def test_a_loss_is_published_only_when_it_was_confirmed(installed: Typed, pack: Path) -> None:
    room = pack / "entities/room.yaml"
    before = room.read_text(encoding="utf-8")
    change(pack, "entities/room.yaml", "    name:", NICKNAME)
    assert installed("publish", "own").code == 0
    room.write_text(before, encoding="utf-8")
    plan = installed("plan", "own")
    assert plan.code == 0 and "有损  “教室”删除字段“别名”" in plan.out
    refused = installed("publish", "own")
    assert refused.code == 1 and "CLI_016" in refused.err and "--confirm nickname" in refused.err
    assert installed("publish", "own", "--confirm", "nickname").code == 0


def test_going_back_is_a_publication_too(installed: Typed, pack: Path) -> None:
    change(pack, "entities/room.yaml", "    name:", NICKNAME)
    assert installed("publish", "own").code == 0
    refused = installed("rollback", "1")
    assert refused.code == 1 and "--confirm nickname" in refused.err
    done = installed("rollback", "1", "--confirm", "nickname")
    assert "已发布第 3 版" in done.out
    assert "恢复第 1 版" in installed("versions").out.splitlines()[0]
    assert installed("rollback", "9").code == 1


def test_a_stale_plan_is_refused(installed: Typed, pack: Path) -> None:
    change(pack, "entities/room.yaml", "    name:", NICKNAME)
    said = installed("publish", "own", "--plan", "0" * 64)
    assert said.code == 1 and "PLAN_001" in said.err
    assert installed("versions").out.count("\n") == 1


def test_schemas_are_json_schema_and_openapi(typed: Typed, installed: Typed) -> None:
    for args in (("student",), ("student", "--pack", "school"), ("student", "--use", "read")):
        Draft202012Validator.check_schema(json.loads(installed("schema", *args).out))
    whole = json.loads(installed("schema", "--openapi").out)
    assert whole["openapi"] == "3.1.0" and "/student" in "".join(whole["paths"])
    wrong = installed("schema", "studnet")
    assert wrong.code == 1 and "CLI_007" in wrong.err and "student" in wrong.err
    assert installed("schema").code == 2
