"""Background jobs for whoever may look after them: how many wait, which are in trouble, trying again, giving up."""

from __future__ import annotations

from shuyuan.engine import ListedJob, backlog, drop_jobs, in_trouble, retry_jobs
from starlette.responses import Response

from ..render.account_values import Line
from ..render.values import Pill, Stat
from .page import Page, get, post


async def jobs(page: Page) -> Response:
    """The page."""
    page.demand("jobs")
    store, t = page.work.store, page.t
    dead, due = await backlog(store, page.work.now.ms)
    found = await in_trouble(store, limit=200)
    return page.show(
        "jobs.html",
        stats=(Stat(t("jobs_dead"), str(dead)), Stat(t("jobs_due"), str(due))),
        rows=tuple(_row(page, job) for job in found),
    )


def _row(page: Page, job: ListedJob) -> Line:
    t = page.t
    kinds = {
        "notice": t("job_notice"),
        "timer": t("job_timer"),
        "effect": t("job_effect"),
        "backfill": t("job_backfill"),
        "import": t("job_import"),
    }
    when = "" if job.dead else t("jobs_next", when=page.when(job.due_at).text)
    soft = " · ".join(part for part in (t("jobs_tries", n=job.tries), when, job.error) if part)
    pill = Pill(t("jobs_dead"), "bad") if job.dead else Pill(t("jobs_again"), "warn")
    return Line(f"{kinds.get(job.kind, job.kind)} {job.key}", soft, str(job.id), pill)


async def done(page: Page) -> Response:
    """Try the ticked ones again, or give them up."""
    page.demand("jobs")
    form, t = await page.form(), page.t
    ids = form.ids()
    if not ids:
        return page.done("/jobs", t("jobs_chose_none"))
    if form.text("do") == "drop":
        await drop_jobs(page.work.store, ids)
        return page.done("/jobs", t("jobs_dropped", n=len(ids)))
    await retry_jobs(page.work.store, ids, page.work.now.ms)
    page.engine.runner.wake.set()
    return page.done("/jobs", t("jobs_retried", n=len(ids)))


ROUTES = (get("/jobs", jobs), post("/jobs", done))
