import asyncio, time, os, cProfile, pstats
from dataclasses import replace
from shuyuan.engine.ops.submission import Submission
from shuyuan.engine.ops.submit import submit
from shuyuan.engine.store.parts import parts_of
from shuyuan.engine.store.fuse import fused_parameters
from shuyuan.engine.store.render import *


class Replay:
    def __init__(s, store):
        s.store = store
        s.kept = {}
        s.dialect = store.dialect
        s.n = 0

    async def rows(s, q, slots={}):
        k = id(q)
        if k not in s.kept:
            s.kept[k] = (q, await s.store.rows(q, slots))
        ready = s.store.shelf.of(q)
        ready.fill(slots)
        return s.kept[k][1]

    async def apply(s, writes):
        parts = parts_of(writes)
        f = s.store._sender.batches.fused(parts)
        assert f is not None and not f.aborts, [p.table for p in parts]
        fused_parameters(f, parts)

    async def new_ids(s, n=1):
        s.n += n
        return range(10**6 + s.n - n, 10**6 + s.n)


async def test_b(school_postgres):
    school = school_postgres
    for who in ("registrar.east", "admin", "head.east"):
        w = await school.work(who)
        st = Replay(school.engine.store)
        ids = await school.ids("student")
        cls = (await school.ids("class"))[0]

        def work():
            return replace(school.engine.work(w.actor), store=st)

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
                        "student_no": "2026000",
                    }
                    if 0
                    else {
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

        async def update(i):
            await submit(
                work(), Submission("student", {"phone": "1380013%04d" % (i % 9999)}, id=ids[0], version=1, source="api")
            )

        from shuyuan.engine.ops import numbers

        numbers._LAST[st] = {k: 100 for k, _ in await school.rows("SELECT key,value FROM sy_serial", "text", "bigint")}
        for name, fn in (("create", create), ("update", update)):
            if who == "head.east" and name == "create":
                continue
            for i in range(50):
                await fn(i)
            best = 1e9
            for r in range(5):
                t = time.process_time()
                for i in range(300):
                    await fn(i)
                best = min(best, (time.process_time() - t) / 300)
            print(who, name, f"{best * 1e6:.0f} us")
            if os.environ.get("PROF") == name and who == os.environ.get("WHO", "registrar.east"):
                p = cProfile.Profile()
                p.enable()
                for i in range(500):
                    await fn(i)
                p.disable()
                s = pstats.Stats(p)
                s.sort_stats(os.environ.get("SORT", "tottime")).print_stats(50)
