"""Real input: 2,255 anonymous rows of 37 columns, semicolons, odd headers and long decimals, in and out again."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
import python_calamine
from shuyuan.engine.diagnostics import Refused
from shuyuan.engine.model import Sql
from shuyuan.engine.ops.import_batch import load_import
from shuyuan.engine.ops.importing import undo_import
from shuyuan.engine.ops.remarked import remarked
from shuyuan.engine.store import Query

from .conftest import OUTCOMES, Desk, contents

pytestmark = pytest.mark.skipif(not OUTCOMES.exists(), reason="outcomes.csv is read from SHUYUAN_SHARED")
ROWS = 2255


async def test_every_row_is_validated_and_has_an_outcome(study: Desk) -> None:
    one = await study.begun("outcome", OUTCOMES.read_bytes(), {"#": "line"})
    assert (one.rows, len(one.scheme.columns), one.scheme.key) == (ROWS, 38, ("line",))
    assert [m.header for m in one.scheme.columns if not m.field] == []
    assert [m.header for m in one.scheme.columns if not m.sure] == ["Nacionality"]
    before = await contents(study.engine.store, meta=True)
    tried = await study.tried(one)
    assert (tried.state, tried.counts) == ("checked", {"created": ROWS})
    assert await contents(study.engine.store, meta=True) == before
    rounded = await study.said(tried)
    assert {said.partition(" ")[0] for row in rounded.values() for said in row} == {"EXCH_014"}
    assert rounded[2] == ["EXCH_014 sem2_grade"]
    assert await study.words(tried, 2) == ["“13.666666666666666”的小数位过多，按四舍五入记为 13.666667"]


async def test_a_second_import_changes_nothing_and_an_undo_leaves_the_database_as_before(study: Desk) -> None:
    store = study.engine.store
    before = await contents(store, meta=True)
    first = await study.all("outcome", OUTCOMES.read_bytes(), {"#": "line"})
    assert (first.state, first.counts) == ("done", {"created": ROWS})
    stored = await contents(store, meta=True)
    again = await study.all("outcome", OUTCOMES.read_bytes(), {"#": "line"})
    assert again.counts == {"same": ROWS}
    assert await contents(store, meta=True) == stored
    done = await undo_import(study.fresh, first.id)
    assert done.counts == {"removed": ROWS}
    assert await contents(store, meta=True) == before
    assert (await load_import(await study.fresh(), first.id)).state == "undone"
    with pytest.raises(Refused):
        await undo_import(study.fresh, first.id)


async def test_values_are_those_of_the_sheet(study: Desk) -> None:
    await study.all("outcome", OUTCOMES.read_bytes(), {"#": "line"})
    version = study.engine.version
    table = version.tables("outcome")[0]
    names = {name: column for name, column, _, _ in version.stored("outcome").fields}
    picked = ("line", "course", "sem2_grade", "gdp", "target", "daytime", "gender")
    columns = [table.column(names[name]) for name in picked]
    sql = Sql(f"SELECT {', '.join(c.name for c in columns)} FROM {table.name} ORDER BY id LIMIT 1")
    ((line, course, grade, gdp, target, daytime, gender),) = await study.engine.store.rows(
        Query(sql, tuple(c.storage for c in columns))
    )
    assert (line, course, target, daytime, gender) == (2, 9254, "Graduate", True, "1")
    assert (grade, gdp) == (Decimal("13.666667"), Decimal("0.79"))


async def test_the_sheet_comes_back_with_what_became_of_each_row(study: Desk) -> None:
    content = OUTCOMES.read_bytes().decode("utf-8-sig").split("\n")
    content[3] = content[3].replace(";Graduate", ";Graduated").replace(";Dropout", ";Droped out")
    one = await study.all("outcome", "\n".join(content[:20]).encode(), {"#": "line"})
    assert one.counts == {"created": 18, "refused": 1}
    out = io.BytesIO()
    assert await remarked(await study.fresh(), one.id, out, "zh") == 19
    rows = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(out.getvalue())).get_sheet_by_index(0).to_python()
    assert rows[0][:3] == ["导入结果", "说明", "Marital status"]
    assert [row[0] for row in rows[1:4]] == ["新建", "新建", "未导入"]
    assert "退学、在读、毕业" in str(rows[3][1])
    assert len(rows) == 20 and len(rows[0]) == 39
