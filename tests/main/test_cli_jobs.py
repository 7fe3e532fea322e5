"""`trailpost jobs …`, called in this process against a database of the test's own."""

import threading
import time
import uuid
from functools import partial

import pytest

from tests.jobs import rows, samples
from tests.main.test_cli import call as call


@pytest.fixture
def make(database_url):
    return partial(rows.make, database_url)


def status_of(db, job):
    return db.execute("select status from job where id = %s", [job]).fetchone()[0]


def test_jobs_are_listed_and_filtered(call, db, make):
    assert call("jobs", "list") == "There are no such jobs.\n"
    (four,), (noop,) = make(), make(job=samples.noop)
    rows.run_to(db, four)
    first, second = call("jobs", "list").splitlines()
    assert first.startswith(noop)
    assert second.startswith(four)
    assert second.split()[2:] == ["PROCESSING", "25%", "four", "thinking"]
    assert call("jobs", "list", "--status", "pending").startswith(noop)
    assert call("jobs", "list", "--before", noop).startswith(four)
    assert call("jobs", "list", "--limit", 1).count("\n") == 1


def test_a_job_is_shown_with_its_attempts(call, db, make):
    (job,) = make()
    rows.run_to(db, job, "FAILED", error="no good")
    shown = call("jobs", "show", job)
    assert "status    FAILED" in shown
    assert "error     no good" in shown
    assert "attempt 1" in shown
    said = call("jobs", "show", uuid.uuid4(), status=1)
    assert said == "trailpost: there is no such job\n"


def test_a_job_is_cancelled_and_run_again(call, db, make):
    (job,) = make()
    assert call("jobs", "cancel", job) == f"{job} is cancelled.\n"
    assert call("jobs", "cancel", job, status=1).count("\n") == 1
    assert call("jobs", "retry", job) == f"{job} waits for a worker.\n"
    assert status_of(db, job) == "PENDING"
    rows.run_to(db, job)
    assert call("jobs", "cancel", job) == f"{job} is told to end.\n"


def test_a_queue_is_paused_and_resumed(call, db, make):
    make()
    call("jobs", "pause")
    paused = "select name from job_queue where paused_at is not null"
    assert db.execute(paused).fetchall() == [("default",)]
    call("jobs", "resume", "default")
    assert db.execute(paused).fetchall() == []


def test_schedules_are_listed(call, db):
    assert "trailpost work" in call("jobs", "schedules")
    db.execute(
        """insert into job_schedule (name, kind, cron, time_zone, catch_up, next_tick)
           values ('purge_jobs', 'purge_jobs', '41 * * * *', 'UTC', 'once', '2030-01-01')"""
    )
    said = call("jobs", "schedules")
    assert said.startswith("purge_jobs  41 * * * *  UTC  last never  next 2030")


@pytest.mark.parametrize(("ending", "status"), [("COMPLETED", 0), ("FAILED", 1)])
def test_a_job_is_watched_to_its_end(call, db, make, ending, status):
    (job,) = make()

    def work():
        time.sleep(0.5)
        rows.run_to(db, job)
        time.sleep(0.3)
        rows.run_to(db, job, ending, error=None if status == 0 else "no good")

    worker = threading.Thread(target=work)
    worker.start()
    said = call("jobs", "watch", job, status=status)
    worker.join()
    assert ending in said
    assert "four" in said
