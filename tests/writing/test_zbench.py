import asyncio, time, os, cProfile, pstats
import asyncpg
from tests.school import *
from tests.conftest import *
from shuyuan.engine.ops.submission import Submission
from shuyuan.engine.ops.submit import submit
from dataclasses import replace

N = 600


def cpu():
    return time.process_time()


async def test_b(school_postgres):
    school = school_postgres
    who = os.environ.get("WHO", "registrar.east")
    w = await school.work(who)

    def work():
        return school.engine.work(w.actor)

    ids = await school.ids("student")
    cls = (await school.ids("class"))[0]
    ids = ids[:100]
    pool = await asyncpg.create_pool(school.url, min_size=1, max_size=2)
    await pool.execute(
        "create table ref_student(id bigserial primary key, version int, student_no text, name text, sex text, birth_date date, class_id bigint, class_name text, phone text, status text, entry_date date, boarding text)"
    )

    async def ref_create(i):
        await pool.fetchval(
            """INSERT INTO ref_student (version, student_no, name, sex, birth_date, class_id, class_name, phone, status)
           VALUES (1, $1, $2, $3, $4, $5, $6, $7, 'active') RETURNING id""",
            "20260001",
            "学生%d" % i,
            "1",
            None,
            9001,
            "高一",
            "13800138000",
        )

    async def ref_update(i):
        await pool.fetchval(
            "UPDATE ref_student SET phone = $1, version = version + 1 WHERE id = $2 AND version = $3 RETURNING version",
            "13800138001",
            1,
            1 + i,
        )

    async def create(i):
        await submit(
            work(),
            Submission(
                "student",
                {
                    "name": "学生%d" % i,
                    "sex": "1",
                    "birth_date": "2010-01-01",
                    "class": cls,
                    "phone": "13800138%03d" % (i % 1000),
                    "enrolled_on": "2026-09-01",
                },
                source="api",
            ),
        )

    vers = {}

    async def update(i):
        n = ids[i % 100]
        v = vers.get(n, 1)
        s = await submit(work(), Submission("student", {"phone": "1380013%04d" % i}, id=n, version=v, source="api"))
        vers[n] = s.version

    for name, fn in (("ref_create", ref_create), ("ref_update", ref_update), ("create", create), ("update", update)):
        for i in range(60):
            await fn(i)
        best = 1e9
        for r in range(3):
            c = cpu()
            t = time.perf_counter()
            for i in range(200):
                await fn(1000 + r * 200 + i)
            best = min(best, (cpu() - c) / 200)
        print(f"{name:12s} cpu {best * 1e6:7.0f} us")
    if os.environ.get("PROF"):
        fn = {"create": create, "update": update}[os.environ["PROF"]]
        p = cProfile.Profile()
        p.enable()
        for i in range(300):
            await fn(5000 + i)
        p.disable()
        s = pstats.Stats(p)
        s.sort_stats("tottime").print_stats(45)
    await pool.close()
