"""How fast an import goes: a sheet of valid rows into an entity of its own, from the file to the last row written."""

from __future__ import annotations

import time
from pathlib import Path

import asyncpg
from shuyuan.engine.engine import Engine, open_engine
from shuyuan.engine.ops.importing import apply_import, begin_import, run_import
from shuyuan.engine.ops.passwords import Passwords
from shuyuan.engine.ops.publish import install
from shuyuan.engine.ops.work import Work

from .ground import address, postgres, settings_for

PACK = {
    "applicants/pack.yaml": "pack: applicants\nversion: 1.0.0\ntitle: {zh: 报名, en: Applicants}\n",
    "applicants/applicant.yaml": """
entity: applicant
title: {zh: 报名者, en: Applicant}
label: name + "（" + number + "）"
schema:
  required: [number, name, born, kind]
  properties:
    number: {is: text, title: {zh: 报名号, en: Number}, maxLength: 20, unique: true, search: true}
    name: {is: person_name, title: {zh: 姓名, en: Name}, search: true}
    sex: {is: code, list: sexes, title: {zh: 性别, en: Sex}}
    born: {is: date, title: {zh: 出生日期, en: Born}}
    phone: {is: phone, title: {zh: 手机, en: Mobile}}
    school: {is: text, title: {zh: 毕业学校, en: School}, maxLength: 60}
    kind:
      is: choice
      title: {zh: 类别, en: Kind}
      choices:
        - {name: exam, title: {zh: 统招, en: Examination}}
        - {name: transfer, title: {zh: 转入, en: Transfer}}
    score: {is: decimal, scale: 1, title: {zh: 总分, en: Score}, minimum: 0, maximum: 900}
    rank: {is: integer, title: {zh: 名次, en: Rank}, minimum: 1}
    boards: {is: boolean, title: {zh: 住校, en: Boards}}
    applied_on: {is: date, title: {zh: 报名日期, en: Applied on}}
    remark: {is: text, title: {zh: 备注, en: Remark}, maxLength: 200}
rules:
  - when: born > applied_on
    error: {zh: 出生日期晚于报名日期。, en: Born after applying.}
    on: [born]
sort: [number]
""",
    "applicants/sexes.yaml": """
codelist: sexes
title: {zh: 性别, en: Sex}
codes:
  - {code: "1", title: {zh: 男, en: Male}}
  - {code: "2", title: {zh: 女, en: Female}}
""",
    "applicants/policy.yaml": """
policy: office
role: office
title: {zh: 教务, en: Office}
system: [users]
lines:
  - {for: applicant, can: [see, create, edit, delete, import, export], scope: all}
""",
}
HEADERS = "报名号,姓名,性别,出生日期,手机,毕业学校,类别,总分,名次,住校,报名日期,备注"
_NAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡林郭何高罗"
_GIVEN = "子涵雨欣浩然思远佳怡梓轩一诺宇航诗涵博文"


def sheet(count: int) -> bytes:
    """A sheet of `count` valid rows."""
    rows = [HEADERS]
    for n in range(count):
        name = _NAMES[n % len(_NAMES)] + _GIVEN[n // 7 % 20] + _GIVEN[n // 140 % 20]
        rows.append(
            f"B{n:07},{name},{'男女'[n % 2]},{2009 + n % 3}-{n % 12 + 1:02}-{n % 28 + 1:02},142{n % 10**8:08},"
            f"第{n % 90 + 1}中学,{'统招' if n % 9 else '转入'},{300 + n % 4000 / 10},{n + 1},{'是' if n % 3 else '否'},"
            f"2026-07-{n % 28 + 1:02},"
        )
    return "\n".join(rows).encode()


async def measure(database: str, count: int, folder: Path) -> float:
    """Rows a second, from the file to the last row written; every row is cast, checked and kept with its outcome.

    database: "postgres" or "sqlite"; folder: for the SQLite file.
    """
    url = f"sqlite:///{folder / 'import.sqlite3'}" if database == "sqlite" else await _empty()
    content = sheet(count)
    engine = await open_engine(settings_for(url), passwords=Passwords(1, memory_kib=8, rounds=1))
    try:
        await install(engine.work(), PACK)
        await engine.refresh()
        begun = time.perf_counter()
        await _imported(engine, content, count)
        return count / (time.perf_counter() - begun)
    finally:
        await engine.close()


async def _imported(engine: Engine, content: bytes, count: int) -> None:
    async def fresh() -> Work:
        return await engine.fresh(0)

    one = await begin_import(engine.work(), "applicant", "applicants.csv", content, most=count)
    await apply_import(engine.work(), one)
    done = await run_import(fresh, one.id)
    assert done.counts == {"created": count}, done.counts


async def _empty() -> str:
    """The address of an empty database."""
    admin = postgres()
    connection = await asyncpg.connect(admin)
    try:
        await connection.execute('DROP DATABASE IF EXISTS "bench_import" WITH (FORCE)')
        await connection.execute('CREATE DATABASE "bench_import"')
    finally:
        await connection.close()
    return address(admin, "bench_import")
