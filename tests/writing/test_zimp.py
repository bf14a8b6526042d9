import time, cProfile, pstats, os
from shuyuan.engine.ops.submission import Submission
from shuyuan.engine.ops.prepared import prepared_all
from shuyuan.engine.ops.write_all import write_all


async def test_i(school):
    w = await school.work("admin")
    c = (await school.ids("class"))[0]
    e = w.entity("student")
    for k in range(4):
        subs = [
            Submission(
                "student",
                {
                    "name": f"学{chr(0x4E00 + (i * 37 + k * 500) % 3000)}{chr(0x4E00 + (i * 11) % 3000)}",
                    "class": c,
                    "enrolled_on": "2026-09-01",
                    "phone": "1380013%04d" % i,
                    "sex": "1",
                    "birth_date": "2010-01-01",
                    "address": "某地某街%d号" % i,
                    "remark": "x",
                    "guardians": [{"name": "父", "relation": "51", "phone": "13900139000"}],
                },
                source="import",
            )
            for i in range(500)
        ]
        p = cProfile.Profile() if os.environ.get("PROF") and k == 3 else None
        if p:
            p.enable()
        t = time.perf_counter()
        cp = time.process_time()
        made = await prepared_all(w, e, subs)
        t1 = time.perf_counter()
        c1 = time.process_time()
        r = await write_all(w, made, origin="import:1")
        print(
            "prepared %.1f ms (cpu %.1f) written %.1f ms (cpu %.1f)"
            % ((t1 - t) * 1e3, (c1 - cp) * 1e3, (time.perf_counter() - t1) * 1e3, (time.process_time() - c1) * 1e3),
            type(r[0]).__name__,
        )
        if p:
            p.disable()
            s = pstats.Stats(p)
            s.sort_stats("tottime").print_stats(35)
