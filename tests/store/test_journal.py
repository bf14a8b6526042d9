"""The rows that go with every change, and the words by which records are found."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import Style, pinyin
from shuyuan.engine.model import Slot, Sql
from shuyuan.engine.store import Missed, Query, Store, Taken, Update, journal
from shuyuan.engine.store.tables import AUDIT, CASE_ENTRY, HISTORY, JOB, LIVE, NOTICE, SEARCH
from shuyuan.engine.store.words import LONGEST, search_words, typed_range

from .shapes import BIG, TEXT, select


async def test_each_row_of_the_journal_is_whole(store: Store) -> None:
    await store.apply(
        [
            journal.history(1, "stu", 7, 2, defn=3, actor=None, at=5, op="edit", changes={"f1": (1, "甲")}),
            journal.audit(2, "record.edit", actor=4, at=5, entity="stu", record=7, detail={"n": 1}),
            journal.once("token", actor=4, at=5, answer={"id": 7}),
            journal.notice(3, 4, {"zh": "标题"}, {"zh": "内容"}, at=5, link="/x"),
            journal.job(4, "effect", "9:1:mail", {"to": 4}, due_at=6, case_id=9),
            journal.case_entry(5, 9, 1, "pass", at=5, actor=4, step="a", to_step="b", labels={"a": "甲"}),
        ]
    )
    assert await store.rows(select(HISTORY)) == [(1, "stu", 7, 2, 3, None, 5, "edit", {"f1": [1, "甲"]}, "")]
    assert await store.rows(select(AUDIT)) == [(2, 5, 4, "record.edit", "stu", 7, {"n": 1}, "")]
    assert await store.rows(select(NOTICE, "id", "title", "read_at")) == [(3, {"zh": "标题"}, None)]
    assert await store.rows(select(JOB, "id", "key", "lease_at", "dead")) == [(4, "9:1:mail", 0, False)]
    assert await store.rows(select(CASE_ENTRY, "id", "labels")) == [(5, {"a": "甲"})]


async def test_a_submission_sent_twice_is_done_once_and_its_answer_is_kept(store: Store) -> None:
    await store.apply([journal.once("t", actor=4, at=5, answer={"id": 7}), journal.ACCESS_CHANGED])
    with pytest.raises(Taken) as caught:
        await store.apply([journal.ACCESS_CHANGED, journal.once("t", actor=4, at=6, answer={"id": 8})])
    assert (caught.value.table, caught.value.index) == ("sy_once", "sy_once_pkey")
    assert await store.rows(journal.ONCE_ANSWER, {"token": "t"}) == [(4, {"id": 7})]
    assert await store.rows(select(LIVE, "access")) == [(1,)]


async def test_the_same_job_is_not_put_in_line_twice(store: Store) -> None:
    await store.apply([journal.job(1, "effect", "9:1:mail", {}, due_at=6)])
    with pytest.raises(Taken) as caught:
        await store.apply([journal.job(2, "effect", "9:1:mail", {}, due_at=6)])
    assert caught.value.index == "sy_job_key_key"


async def test_a_batch_made_for_an_older_publication_is_not_written(store: Store) -> None:
    await store.apply([journal.as_published(0), journal.job(1, "x", "a", {}, due_at=0)])
    await store.apply([Update(LIVE, {"id": 1}, {"epoch": 1})])
    with pytest.raises(Missed):
        await store.apply([journal.as_published(0), journal.job(2, "x", "b", {}, due_at=0)])
    assert await store.rows(select(JOB, "id")) == [(1,)]


FOUND: list[tuple[str, list[str], list[str]]] = [
    ("王小明", ["王", "王小", "小明", "明", "wang", "wangxiaom", "wxm", "wx", "WXM"], ["小王", "xiaom", "wm"]),
    ("曾国藩", ["zeng", "zgf", "cgf", "曾国"], ["zf"]),
    ("单老师", ["shan", "dan"], []),
    ("Ann  Lee", ["ann", "lee", "ANN", "Ann Lee"[:4]], ["nn"]),
    ("Ｓ２０２６－０１", ["s2026", "S2026-01"], ["2026"]),
    (
        "初一（3）班",
        ["初一", "cy", "chuyi", "3", "初一（3）", "初一3", "初一3班", "3班", "c1", "初1", "cy3", "chuyi3ban"],
        ["4班"],
    ),
    ("2026级高一（12）班", ["高一12", "高一12班", "12班", "2026级"], ["2班", "26级"]),
    ("STRAẞE", ["strasse"], []),
]


@pytest.mark.parametrize(("text", "by", "not_by"), FOUND, ids=[text for text, _, _ in FOUND])
async def test_a_record_is_found_by_what_people_type(store: Store, text: str, by: list[str], not_by: list[str]) -> None:
    await store.apply(journal.found_by("stu", 7, [], search_words([text])))
    query = Query(
        Sql("SELECT DISTINCT record FROM sy_search WHERE entity = ? AND token >= ? AND token < ?",
            ("stu", Slot("first"), Slot("after"))),
        (BIG,),
    )  # fmt: skip
    for typed, expected in [*((t, [(7,)]) for t in by), *((t, []) for t in not_by)]:
        span = typed_range(typed)
        assert span is not None
        assert await store.rows(query, {"first": span[0], "after": span[1]}) == expected, typed


async def test_a_new_name_takes_the_place_of_the_old_one(store: Store) -> None:
    old, new = search_words(["王小明"]), search_words(["王大明"])
    await store.apply(journal.found_by("stu", 7, [], old))
    writes = journal.found_by("stu", 7, old, new)
    assert len(writes) < len(old) + len(new)
    await store.apply(writes)
    assert {t for (t,) in await store.rows(select(SEARCH, "token"))} == new
    assert journal.found_by("stu", 7, new, new) == []
    await store.apply([journal.found_no_more("stu", 7)])
    assert await store.rows(select(SEARCH)) == []


@given(st.text(max_size=60))
def test_any_text_makes_words_and_is_found_by_its_own_beginning(text: str) -> None:
    words = search_words([text])
    assert all(0 < len(word) <= LONGEST for word in words)
    span = typed_range(text)
    assert (span is None) == (not words)
    if span is not None:
        assert any(span[0] <= word < span[1] for word in words)


@given(st.text("王小明单曾重庆长乐行银音会计都一了得地大夫朝阳", min_size=1, max_size=8))
def test_a_text_without_words_of_the_dictionary_is_read_as_with_them(text: str) -> None:
    usual = [syllable[0] for syllable in pinyin(text, style=Style.NORMAL)]
    assert "".join(usual)[:LONGEST] in search_words([text])
    assert "".join(syllable[0] for syllable in usual) in search_words([text])


def test_nothing_typed_finds_nothing() -> None:
    assert typed_range("  ") is None
    assert search_words([None, "", " "]) == frozenset()


def test_pinyin_is_not_loaded_before_there_is_chinese() -> None:
    code = (
        "import sys; from shuyuan.engine.store.words import search_words as w; w(['Ann']);"
        "assert 'pypinyin' not in sys.modules; w(['王']); assert 'pypinyin' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


async def test_words_are_text(store: Store) -> None:
    assert SEARCH.column("token").storage == TEXT
