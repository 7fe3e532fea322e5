"""Exports by a worker: a file when the job is completed, none when it is not, and not for ever."""

import hashlib
import json
import os
import time
from datetime import timedelta

import pytest

from tests.analytics import log
from tests.analytics.exporting import stored
from tests.analytics.log import at, event
from tests.jobs.engine import finished, put, settings, until, working
from trailpost import jobs
from trailpost.analytics import FEATURE, ExportAsks
from trailpost.analytics.exports import folder
from trailpost.base import clock

JOBS = {job.kind: job for job in FEATURE.jobs}
LATER = clock.now() + timedelta(hours=1)
EXPORT, DELETE = JOBS["export"], JOBS["delete_exports"]


@pytest.fixture
def url(database_url, db, run):
    log.project(db, "Europe/Vienna")
    start = at("2026-03-10 00:00")
    run(log.store(database_url, [
        event(n, f"s{n % 7}", start + timedelta(seconds=n)) for n in range(3000)
    ]))  # fmt: skip
    return database_url


def exports_in(data):
    return sorted(path.name for path in (data / "exports").glob("*"))


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_a_job_makes_a_file_and_says_what_is_in_it(url, run, tmp_path, form):
    async def go():
        async with working(url, [EXPORT], data=str(tmp_path)) as pool:
            return await finished(pool, await put(pool, EXPORT, ExportAsks(
                table="events", format=form, tz="UTC")))  # fmt: skip

    row = run(go())
    assert (row.status, row.progress) == ("COMPLETED", 1.0)
    made = json.loads(row.result)
    content = (tmp_path / "exports" / made["stored"]).read_bytes()
    assert exports_in(tmp_path) == [made["stored"]]
    assert made == {
        "fileName": f"default_events.{form}",
        "rows": len(stored(url, "events")),
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "stored": f"{row.id}-1.{form}",
    }


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_a_job_that_is_cancelled_in_the_middle_leaves_no_file(url, run, tmp_path, form, db):
    """A lock holds the export up in the middle, where the test can cancel it."""
    parts = tmp_path / "exports"

    async def go():
        async with working(url, [EXPORT], data=str(tmp_path)) as pool:
            with db.transaction():
                db.execute("lock table events in access exclusive mode")
                job = await put(pool, EXPORT, ExportAsks(table="events", format=form))
                await until(lambda: list(parts.glob(".*.part")))
                async with pool.connection() as conn:
                    await jobs.cancel(conn, job)
                return await finished(pool, job)

    assert run(go()).status == "CANCELLED"
    assert exports_in(tmp_path) == []


def test_a_full_disk_fails_the_job_at_once_and_says_so(url, run, tmp_path):
    (tmp_path / "exports").mkdir()

    async def go():
        async with working(url, [EXPORT], data=str(tmp_path)) as pool:
            job = await put(pool, EXPORT, ExportAsks(table="events"), run_after=LATER)
            (tmp_path / "exports" / f".{job}-1.csv.{os.getpid()}.part").symlink_to("/dev/full")
            async with pool.connection() as conn:
                await conn.execute("update job set run_after = now(), rank = now()")
            return await finished(pool, job, seconds=60)

    row = run(go())
    assert (row.status, row.attempt) == ("FAILED", 1)
    assert row.error == (
        f"CannotWrite: there is no room for the export: the disk of {tmp_path / 'exports'} is full"
    )
    assert exports_in(tmp_path) == []


def test_an_order_that_cannot_be_is_not_tried_again(url, run, tmp_path):
    async def go():
        async with working(url, [EXPORT], data=str(tmp_path)) as pool:
            asked = ExportAsks(table="events", project="gone")
            return await finished(pool, await put(pool, EXPORT, asked))

    row = run(go())
    assert (row.status, row.attempt) == ("FAILED", 1)
    assert "no project is named 'gone'" in row.error
    assert exports_in(tmp_path) == []


def test_files_are_deleted_when_their_time_is_over(url, run, tmp_path):
    names = {"new.csv": 6.9, "old.csv": 7.1, ".dead.csv.1.part": 0.3, ".live.csv.1.part": 0.1}
    (tmp_path / "exports").mkdir()
    for name, days in names.items():
        path = tmp_path / "exports" / name
        path.touch()
        os.utime(path, (time.time() - days * 86_400,) * 2)

    async def go():
        async with working(url, [DELETE], data=str(tmp_path)) as pool:
            return await finished(pool, await put(pool, DELETE, jobs.Nothing()))

    assert json.loads(run(go()).result) == {"files": 2}
    assert exports_in(tmp_path) == [".live.csv.1.part", "new.csv"]


def test_files_go_with_their_jobs_when_those_are_forgotten_sooner(database_url, tmp_path):
    assert folder.kept(settings(database_url)) == timedelta(days=7)
    assert folder.kept(settings(database_url, job_retention_days=2)) == timedelta(days=2)
    assert folder.delete_old(settings(database_url, data=str(tmp_path)), clock.now()) == 0
