"""What the functions in the database decide, rule by rule: who may start, move and end a job."""

import pytest

from tests.jobs import samples
from trailpost import db as database
from trailpost import jobs
from trailpost.base.errors import TooManyRequests
from trailpost.jobs.store import running

COLUMNS = "status, attempt, lost, finished_at is not null, error"


@pytest.fixture
def desk(db, database_url, run):
    """A worker's hands without a worker: call a coroutine function with a connection."""

    def go(act):
        async def main():
            async with await database.connect(database_url) as conn:
                return await act(Desk(conn, db))

        return run(main())

    return go


class Desk:
    def __init__(self, conn, db):
        self.conn, self.db = conn, db

    async def make(self, job=samples.four, **given):
        made = await jobs.enqueue(self.conn, job, samples.Work(), **given)
        return made.id

    async def start(self, job, ticket=None, cap=None):
        if ticket is None:
            (ticket,) = self.db.execute("select ticket from job where id = %s", [job]).fetchone()
        kind = "capped" if cap else "four"
        return await running.start_job(
            self.conn, job, ticket, kind=kind, concurrency=cap, lease=60, worker="w"
        )

    async def end(self, held, wish, **given):
        return await running.end_attempt(self.conn, held.id, held.token, wish, **given)

    async def move(self, held, step="thinking"):
        return await running.move_job(self.conn, held, step, 0.5, 0.4, 60)

    async def again(self, job):
        """Its next ticket, at once."""
        self.db.execute("update job set run_after = now() where id = %s", [job])
        (owner,) = self.db.execute("select owner from job where id = %s", [job]).fetchone()
        await running.settle(self.conn, owner, "default", "four", capped=False)
        return await self.start(job)

    def row(self, job):
        return self.db.execute(f"select {COLUMNS} from job where id = %s", [job]).fetchone()

    def set(self, job, **columns):
        for name, value in columns.items():
            self.db.execute(f"update job set {name} = %s where id = %s", [value, job])


@pytest.mark.parametrize("wish", ["RETRIED", "LOST"])
def test_a_job_has_as_many_attempts_as_it_was_given(wish, desk):
    async def act(desk):
        made = await desk.make()
        desk.set(made, max_attempts=2)
        seen = []
        for _ in range(2):
            held = await desk.start(made) if not seen else await desk.again(made)
            if wish == "LOST":
                desk.db.execute("update job set lease_until = now() - interval '1 s'")
            seen.append(await desk.end(held, wish, error="no"))
        return seen, desk.row(made)

    lost = 2 if wish == "LOST" else 0
    assert desk(act) == (["PENDING", "FAILED"], ("FAILED", 2, lost, True, "no"))


def test_the_last_failed_attempt_is_called_failed_in_the_history(desk, db):
    async def act(desk):
        made = await desk.make()
        desk.set(made, max_attempts=1)
        await desk.end(await desk.start(made), "RETRIED")

    desk(act)
    assert db.execute("select outcome from job_attempt").fetchall() == [("FAILED",)]


def test_a_job_that_was_handed_back_has_its_attempt_back(desk):
    async def act(desk):
        made = await desk.make()
        desk.set(made, max_attempts=1)
        attempts = []
        for _ in range(3):
            held = await desk.again(made) if attempts else await desk.start(made)
            attempts.append(held.attempt)
            assert await desk.end(held, "RELEASED") == "PENDING"
        return attempts, desk.row(made)[:2]

    assert desk(act) == ([1, 1, 1], ("PENDING", 0))


@pytest.mark.parametrize("wish", ["COMPLETED", "FAILED", "RETRIED", "RELEASED", "LOST"])
def test_a_cancelled_job_ends_cancelled_however_it_ended(wish, desk):
    async def act(desk):
        made = await desk.make()
        held = await desk.start(made)
        await jobs.cancel(desk.conn, made)
        desk.db.execute("update job set lease_until = now() - interval '1 s'")
        status = await desk.end(held, wish, result='{"name": "late"}')
        row = await jobs.get(desk.conn, made)
        return status, row.status, row.result, row.finished_at is not None

    assert desk(act) == ("CANCELLED", "CANCELLED", None, True)


@pytest.mark.parametrize("wish", ["COMPLETED", "FAILED", "RETRIED", "RELEASED", "CANCELLED"])
def test_a_stale_token_ends_nothing(wish, desk):
    async def act(desk):
        made = await desk.make()
        old = await desk.start(made)
        await desk.end(old, "RELEASED")
        new = await desk.again(made)
        before = desk.row(made)
        assert await desk.end(old, wish, result='{"name": "stale"}') is None
        assert desk.row(made) == before
        assert not await desk.move(old)
        assert await desk.move(new)
        return await desk.end(new, "COMPLETED", result='{"name": "mine"}'), (
            await jobs.get(desk.conn, made)
        ).result

    assert desk(act) == ("COMPLETED", '{"name": "mine"}')


def test_a_stale_token_keeps_no_lease(desk):
    async def act(desk):
        made = await desk.make()
        old = await desk.start(made)
        await desk.end(old, "RELEASED")
        new = await desk.again(made)
        stale = await running.renew_leases(desk.conn, [made], [old.token], 60)
        mine = await running.renew_leases(desk.conn, [made], [new.token], 60)
        return stale, [kept.token for kept in mine] == [new.token]

    assert desk(act) == ([], True)


def test_a_lease_that_was_renewed_in_the_meantime_is_not_lost(desk):
    async def act(desk):
        made = await desk.make()
        held = await desk.start(made)
        assert await desk.end(held, "LOST") is None
        return desk.row(made)

    assert desk(act) == ("PROCESSING", 1, 0, False, None)


def test_an_end_that_is_told_twice_ends_once(desk, db):
    async def act(desk):
        made = await desk.make()
        held = await desk.start(made)
        first = await desk.end(held, "COMPLETED", result='{"name": "x"}')
        return first, await desk.end(held, "FAILED", error="no"), desk.row(made)

    assert desk(act) == ("COMPLETED", "COMPLETED", ("COMPLETED", 1, 0, True, None))
    assert db.execute("select outcome from job_attempt").fetchall() == [("COMPLETED",)]


def test_only_the_ticket_in_its_row_starts_a_job_and_only_once(desk):
    async def act(desk):
        made = await desk.make()
        (ticket,) = desk.db.execute("select ticket from job").fetchone()
        wrong = await desk.start(made, ticket + 1)
        right = await desk.start(made, ticket)
        return wrong, right.attempt, await desk.start(made, ticket)

    assert desk(act) == (None, 1, None)


def test_a_job_that_was_cancelled_moves_no_more(desk):
    async def act(desk):
        made = await desk.make()
        held = await desk.start(made)
        moved = await desk.move(held)
        await jobs.cancel(desk.conn, made)
        return moved, await desk.move(held)

    assert desk(act) == (True, False)


def test_of_a_kind_no_more_run_than_its_limit_and_the_next_waits_for_a_place(desk, db):
    async def act(desk):
        made = [await desk.make(samples.capped, user=n) for n in range(3)]
        held = [await desk.start(job, cap=2) for job in made]
        parked = db.execute("select count(*) from job where parked_at is not null").fetchone()
        await desk.end(held[0], "COMPLETED")
        await running.settle(desk.conn, held[0].owner, "default", "capped", capped=True)
        return [bool(h) for h in held], parked, bool(await desk.start(made[2], cap=2))

    assert desk(act) == ([True, True, False], (1,), True)


def test_only_what_never_began_is_given_back_to_the_quota(desk, db):
    async def act(desk):
        began = await desk.make(samples.charged, user=1)
        waits = await desk.make(samples.charged, user=1)
        await desk.end(await desk.start(began), "RETRIED")
        for job in (began, waits):
            await jobs.cancel(desk.conn, job)
        await desk.make(samples.charged, user=1)
        await desk.make(samples.charged, user=1)
        with pytest.raises(TooManyRequests):
            await desk.make(samples.charged, user=1)

    desk(act)
    assert db.execute("select used from job_quota").fetchall() == [(3,)]


def test_a_ticket_whose_worker_died_between_fetching_and_starting_is_replaced(desk, db):
    async def act(desk):
        made = await desk.make(user=1)
        (worker,) = db.execute(
            "select worker_id from procrastinate_register_worker_v1()"
        ).fetchone()
        fetch = "select id from procrastinate_fetch_job_v2(array['default'], %s)"
        (fetched,) = db.execute(fetch, [worker]).fetchone()
        db.execute("select procrastinate_unregister_worker_v1(%s)", [worker])
        swept = await running.sweep(desk.conn, 60)
        left = db.execute("select ticket from job").fetchone()
        again = await desk.again(made)
        return swept, left, again.attempt, await desk.start(made, fetched)

    assert desk(act) == (2, (None,), 1, None)
