"""Sheets in and out from the command line: real rows, what is refused, undo, and files a spreadsheet opens safely."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
import python_calamine

from ..exchange.conftest import OUTCOMES
from .conftest import Typed

PACK = Path(__file__).resolve().parents[1] / "exchange/outcomes"
SHEET = "Line,Course,Target,Hobby\n2,33,Dropout,x\n3,171,Graduate,y\n4,9254,Lost,z\n"


@pytest.fixture
def study(typed: Typed, folder: Path) -> Typed:
    """An installation with the entity of outcomes.csv, and a small sheet for it."""
    assert typed("init", "--pack", str(PACK)).code == 0
    (folder / "small.csv").write_text(SHEET, encoding="utf-8")
    return typed


@pytest.mark.skipif(not OUTCOMES.exists(), reason="outcomes.csv is read from SHUYUAN_SHARED")
def test_real_rows_come_in_once_and_go_again(study: Typed) -> None:
    args = ("import", str(OUTCOMES), "--into", "outcome", "--map", "#=line")
    first = study(*args)
    assert first.code == 0 and "新建 2255，更新 0，未变 0，拒绝 0" in first.out
    assert "Nacionality → nationality  （猜测，请核对）" in first.err
    assert "新建 0，更新 0，未变 2255，拒绝 0" in study(*args).out
    batch = re.search(r"--undo (\d+)", first.out)
    assert batch
    assert study("import", "--undo", batch[1]).out == "已撤销：删除 2255、恢复 0；不能撤销 0。\n"
    assert study("export", "outcome").out.count("\n") == 1
    assert study("doctor").code == 0


def test_refused_rows_are_listed_and_the_others_written(study: Typed, folder: Path) -> None:
    said = study("import", "small.csv", "--into", "outcome", "--remarks", "back.xlsx")
    assert said.code == 1 and "新建 2，更新 0，未变 0，拒绝 1" in said.out
    assert re.search(r"第 4 行  target  REC_024 “学业结果”的选项里没有“Lost”", said.out)
    assert "EXCH_006 (提示) 列“Hobby”没有对应的字段" in said.err
    rows = python_calamine.CalamineWorkbook.from_path(folder / "back.xlsx").get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows] == ["导入结果", "新建", "新建", "未导入"]


def test_a_dry_run_and_all_or_nothing_write_nothing(study: Typed) -> None:
    for flag, words in (("--dry-run", "只是试算，没有写入"), ("--all-or-nothing", "都没有写入")):
        said = study("import", "small.csv", "--into", "outcome", flag)
        assert said.code == 1 and "将新建 2、更新 0、未变 0、拒绝 1" in said.out and words in said.out
    assert study("export", "outcome").out.count("\n") == 1
    listed = study("import", "--list").out.splitlines()
    assert len(listed) == 2 and all("已放弃" in line for line in listed)


def test_what_cannot_be_is_named(study: Typed) -> None:
    assert "CLI_012" in study("import", "nowhere.csv", "--into", "outcome").err
    assert "CLI_007" in study("import", "small.csv", "--into", "outcomes").err
    assert "CLI_011" in study("import", "small.csv", "--into", "outcome", "--map", "Hobby").err
    assert "EXCH_019" in study("import", "small.csv", "--into", "outcome", "--map", "Hobbies=course").err
    assert "EXCH_020" in study("import", "small.csv", "--into", "outcome", "--key", "gdp").err
    assert "EXCH_021" in study("import", "--undo", "77").err
    assert study("import").code == 2 and study("import", "small.csv").code == 2
    assert "EXCH_024" in study("import", "small.csv", "--into", "outcome", "--map", "Line=", "--dry-run").err


def test_a_list_is_written_as_csv_or_xlsx_with_filters_and_order(study: Typed, folder: Path) -> None:
    study("import", "small.csv", "--into", "outcome")
    plain = study("export", "outcome", "--fields", "line,target", "--sort", "-line").out
    assert list(csv.reader(io.StringIO(plain.removeprefix("\ufeff")))) == [
        ["行号", "学业结果"],
        ["3", "毕业"],
        ["2", "退学"],
    ]
    some = study("--lang", "en", "export", "outcome", "--fields", "line,target", "--where", "target=Dropout").out
    assert some.removeprefix("\ufeff").split() == ["Line,Target", "2,Dropout"]
    assert study("export", "outcome", "--out", "list.xlsx").code == 0
    rows = python_calamine.CalamineWorkbook.from_path(folder / "list.xlsx").get_sheet_by_index(0).to_python()
    assert len(rows) == 3
    assert "CLI_015" in study("export", "outcome", "--where", "target").err
    assert study("export", "outcome", "--where", "tarmget=1").code == 1
    assert study("export", "outcome", "--out", "nowhere/x.csv").code == 1
    assert list(folder.glob("*.part")) == []
