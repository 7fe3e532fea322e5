"""Rows as the engine and its workers leave them behind, where no worker is wanted."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from tests.jobs import samples
from trailpost import db as database
from trailpost import jobs


def make(url, n=1, job=samples.four, work=None, **given):
    """Enqueue; ids as text. In a thread: Playwright's loop may have this one."""

    async def put():
        async with database.open_pool(url, size=1) as pool:
            made = []
            for _ in range(n):
                async with database.transaction(pool) as conn:
                    payload = work or samples.Work("a")
                    made.append(await jobs.enqueue(conn, job, payload, **given))
        return [str(m.id) for m in made]

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(put())).result()


def run_to(db, job, status="PROCESSING", step="thinking", error=None):
    """As a worker leaves the row behind."""
    db.execute(
        """update job set status = %(status)s, step = %(step)s, started_at = now(),
               step_at = now(), step_progress = 0.5, attempt = 1, worker = 'worker-1',
               progress = case when %(status)s = 'COMPLETED' then 1 else 0.25 end,
               token = nextval('job_token'), error = %(error)s,
               lease_until = case when %(status)s = 'PROCESSING'
                             then now() + interval '1 hour' end,
               finished_at = case when %(status)s <> 'PROCESSING' then now() end,
               result = case when %(status)s = 'COMPLETED' then '{"name": "x"}'::jsonb end
           where id = %(job)s""",
        {"status": status, "step": step, "error": error, "job": job},
    )
    if status != "PROCESSING":
        attempt(db, job, status, error)


def attempt(db, job, outcome, error=None):
    db.execute(
        """insert into job_attempt
           select id, nextval('job_token'), attempt, kind, variant, queue, 'worker-1', %s, 0.004,
               '{0.2, 3.1, 0, 0}', step, %s, started_at, now() + interval '3.3 s'
           from job where id = %s""",
        [outcome, error, job],
    )
