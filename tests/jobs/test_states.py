"""The state machine of a job against a model of it, whatever is done in whatever order."""

import asyncio
from dataclasses import dataclass, field

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.jobs import samples
from trailpost import db as database
from trailpost import jobs
from trailpost.base.errors import Conflict
from trailpost.jobs.engine import keeper
from trailpost.jobs.store import running

SHARE = 3
FOUR = msgspec.structs.replace(samples.four, attempts=1)
ENDED = ("COMPLETED", "FAILED", "CANCELLED")
WISHES = st.sampled_from(["COMPLETED", "FAILED", "RETRIED", "RELEASED", "CANCELLED"])
PICK = st.integers(0, 10**6)


@dataclass
class Model:
    status: str = "PENDING"
    attempt: int = 0
    most: int = 3
    asked: bool = False
    token: int | None = None
    tokens: list = field(default_factory=list)

    def end(self, token, wish):
        """What the job is afterwards, or None when the token is stale."""
        if token != self.token:
            return None
        if self.status != "PROCESSING":
            return self.status if self.status in ENDED else None
        ending = "CANCELLED" if self.asked else wish
        if ending in ENDED:
            self.status = ending
        elif ending == "RELEASED":
            self.status, self.attempt = "PENDING", self.attempt - 1
        else:
            self.status = "PENDING" if self.attempt < self.most else "FAILED"
        return self.status


class Jobs(RuleBasedStateMachine):
    url = ""

    @initialize()
    def begin(self):
        self.loop = asyncio.new_event_loop()
        self.conn = self.do(database.connect(self.url))
        self.sql("truncate job, job_queue, procrastinate_jobs, procrastinate_workers cascade")
        self.do(running.register_queue(self.conn, "default", SHARE))
        ((self.worker,),) = self.sql("select worker_id from procrastinate_register_worker_v1()")
        self.model, self.hand, self.used, self.paused = {}, [], [], False

    def do(self, coroutine):
        return self.loop.run_until_complete(coroutine)

    def sql(self, text, *values):
        async def execute():
            cursor = await self.conn.execute(text, values)
            return await cursor.fetchall() if cursor.description else []

        return self.do(execute())

    def any(self, pick, of):
        return of[pick % len(of)]

    @rule(user=st.integers(1, 2), priority=st.sampled_from(jobs.Priority))
    def enqueue(self, user, priority):
        work = samples.Work()
        made = self.do(jobs.enqueue(self.conn, FOUR, work, user=user, priority=priority))
        self.model[made.id] = Model(most=FOUR.attempts)

    def fetched(self):
        """A worker takes a ticket from the road, or None."""
        ((number, args),) = self.sql(
            "select id, args from procrastinate_fetch_job_v2(array['default'], %s)", self.worker
        )
        return number and (number, next(i for i in self.model if str(i) == args["job"]))

    @rule()
    def fetch(self):
        """… and is slow to start what it says."""
        if ticket := self.fetched():
            self.hand.append(ticket)

    @rule()
    def fetch_and_start(self):
        if ticket := self.fetched():
            self.answer(*ticket)
            self.spend(*ticket)

    @precondition(lambda self: self.hand)
    @rule(pick=PICK)
    def start(self, pick):
        ticket = self.any(pick, self.hand)
        self.answer(*ticket)
        self.hand.remove(ticket)
        self.spend(*ticket)

    @precondition(lambda self: self.used)
    @rule(pick=PICK)
    def start_with_a_ticket_that_is_spent(self, pick):
        self.answer(*self.any(pick, self.used))

    def spend(self, number, job):
        self.used.append((number, job))
        self.sql("select procrastinate_finish_job_v1(%s, 'succeeded', true)", number)

    def answer(self, number, job):
        """Start the job, if this ticket may."""
        model = self.model[job]
        ((current,),) = self.sql("select ticket from job where id = %s", job)
        held = self.begun(number, job)
        assert (held is not None) == (
            model.status == "PENDING" and current == number and not self.paused
        )
        if held:
            model.status, model.attempt, model.token = "PROCESSING", model.attempt + 1, held.token
            model.tokens.append(held)
            assert held.attempt == model.attempt

    def begun(self, number, job):
        return self.do(
            running.start_job(
                self.conn, job, number, kind="four", concurrency=None, lease=60, worker="w"
            )
        )

    def live(self):
        return [model.tokens[-1] for model in self.model.values() if model.status == "PROCESSING"]

    def started(self):
        return [held for model in self.model.values() for held in model.tokens]

    @precondition(lambda self: self.started())
    @rule(pick=PICK, live=st.booleans())
    def move(self, pick, live):
        held = self.any(pick, live and self.live() or self.started())
        model = self.model[held.id]
        moved = self.do(running.move_job(self.conn, held, "thinking", 0.5, 0.4, 60))
        mine = model.token == held.token and model.status == "PROCESSING"
        assert moved == (mine and not model.asked)

    @precondition(lambda self: self.started())
    @rule(pick=PICK, live=st.booleans(), wish=WISHES)
    def end(self, pick, live, wish):
        held = self.any(pick, live and self.live() or self.started())
        model = self.model[held.id]
        status = self.do(running.end_attempt(self.conn, held.id, held.token, wish))
        assert status == model.end(held.token, wish)
        self.do(running.settle(self.conn, held.owner, held.queue, "four", capped=False))

    @precondition(lambda self: self.live())
    @rule(pick=PICK)
    def lose(self, pick):
        """Its worker has not been heard of for the length of a lease."""
        held = self.any(pick, self.live())
        self.sql(
            "update job set lease_until = now() - interval '1 s' where token = %s "
            "and status = 'PROCESSING'",
            held.token,
        )
        for lost in self.do(running.expired_leases(self.conn)):
            status = self.do(running.end_attempt(self.conn, lost.id, lost.token, "LOST"))
            assert status == self.model[lost.id].end(lost.token, "LOST")

    @precondition(lambda self: self.model)
    @rule(pick=PICK)
    def cancel(self, pick):
        job = self.any(pick, list(self.model))
        model = self.model[job]
        try:
            self.do(jobs.cancel(self.conn, job))
            assert model.status not in ENDED
            model.asked = True
            if model.status == "PENDING":
                model.status = "CANCELLED"
        except Conflict:
            assert model.status in ENDED

    @precondition(lambda self: self.model)
    @rule(pick=PICK)
    def retry(self, pick):
        job = self.any(pick, list(self.model))
        model = self.model[job]
        try:
            self.do(jobs.retry(self.conn, job, attempts=2))
            assert model.status in ("FAILED", "CANCELLED")
            model.status, model.asked, model.most = "PENDING", False, model.attempt + 2
        except Conflict:
            assert model.status not in ("FAILED", "CANCELLED")

    @rule()
    def worker_dies(self):
        self.sql("select procrastinate_unregister_worker_v1(%s)", self.worker)
        ((self.worker,),) = self.sql("select worker_id from procrastinate_register_worker_v1()")
        self.used += self.hand
        self.hand = []
        self.do(running.sweep(self.conn, 60))

    @rule()
    def release_due(self):
        self.sql("update job set run_after = now() where status = 'PENDING'")
        self.do(keeper.release_due(self.conn))

    @rule()
    def pause(self):
        self.do(jobs.pause(self.conn, "default"))
        self.paused = True

    @rule()
    def resume(self):
        self.do(jobs.resume(self.conn, "default"))
        self.paused = False

    @invariant()
    def the_table_is_as_the_model(self):
        rows = self.sql("select id, status, attempt, cancel_requested from job")
        assert {i: (s, a, c) for i, s, a, c in rows} == {
            i: (m.status, m.attempt, m.asked) for i, m in self.model.items()
        }

    @invariant()
    def nobody_holds_more_than_their_share(self):
        rows = self.sql(
            "select count(*) from job where ticket is not null and status = 'PENDING' "
            "or status = 'PROCESSING' group by owner"
        )
        assert all(held <= SHARE for (held,) in rows)

    def teardown(self):
        """From wherever it is, everything comes to its end and leaves nothing behind."""
        if not hasattr(self, "loop"):
            return
        self.resume()
        self.worker_dies()
        for held in self.started():
            self.do(running.end_attempt(self.conn, held.id, held.token, "FAILED"))
        self.sql("update job set run_after = now()")
        for _ in range(len(self.model) + 1):
            self.do(keeper.release_due(self.conn))
            for number, args in self.sql(
                "select id, args from procrastinate_jobs where status = 'todo'"
            ):
                self.finish(number, args["job"])
        assert self.sql("select count(*) from job where finished_at is null") == [(0,)]
        assert self.sql("select count(*) from procrastinate_jobs") == [(0,)]
        self.do(self.conn.close())
        self.loop.close()

    def finish(self, number, job):
        held = self.begun(number, job)
        self.do(running.end_attempt(self.conn, held.id, held.token, "COMPLETED"))
        self.sql("select procrastinate_finish_job_v1(%s, 'succeeded', true)", number)


def test_a_job_does_what_its_model_does(database_url):
    machine = type("Bound", (Jobs,), {"url": database_url})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=50,
            stateful_step_count=50,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
