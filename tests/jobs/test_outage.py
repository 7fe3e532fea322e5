"""While PostgreSQL is away: who waits, how often they ask, and how little they say about it."""

import asyncio
import uuid

import pytest

from tests.browser import chromium  # noqa: F401 - a fixture
from tests.dashboard.conftest import TOKEN, server, site  # noqa: F401 - fixtures
from tests.jobs import rows
from tests.jobs.engine import until, working
from tests.jobs.postgres import Server
from trailpost import db as database
from trailpost import jobs
from trailpost.base import log
from trailpost.jobs.http import live
from trailpost.jobs.outage import Outage

pytestmark = pytest.mark.timeout(300)


def test_pauses_grow_to_the_longest_and_begin_anew_after_success(capsys):
    away = Outage(log.get("x"), "nothing is heard", longest=1.0, luck=lambda: 1.0)
    assert [away.pause("gone") for _ in range(5)] == [0.2, 0.4, 0.8, 1.0, 1.0]
    away.over()
    away.over()
    assert away.pause("gone again") == 0.2
    said = capsys.readouterr().out
    assert said.count("nothing is heard") == 3  # the two beginnings, and what is over
    assert said.count("the database is back") == 1


def test_not_everybody_comes_back_at_the_same_moment():
    away = Outage(log.get("x"), "nothing is heard", longest=1.0)
    pauses = {away.pause("gone") for _ in range(50)}
    assert len(pauses) > 40
    assert all(0.1 <= pause <= 1.0 for pause in pauses)


def test_a_watcher_says_once_that_it_hears_nothing(run, capsys):
    tries = []

    async def refuse(_, writer):
        tries.append(asyncio.get_running_loop().time())
        writer.close()

    async def main():
        refusing = await asyncio.start_server(refuse, "127.0.0.1", 0)
        port = refusing.sockets[0].getsockname()[1]
        url = f"postgresql://127.0.0.1:{port}/nothing?sslmode=disable&gssencmode=disable"
        async with refusing, database.open_pool(url, size=1) as pool:
            task = asyncio.create_task(jobs.Watch(url, pool).run())
            await until(lambda: len(tries) >= 5)
            task.cancel()

    run(main())
    assert capsys.readouterr().out.count("progress is not heard") == 1


@pytest.fixture
def postgres(scratch):
    """One that only this test uses."""
    made = Server(scratch / f"pg{uuid.uuid4().hex[:6]}")
    yield made
    made.stop()


@pytest.fixture
def database_url(postgres):
    return postgres.url


def test_a_worker_says_once_what_it_cannot_do(postgres, run, capsys):
    said = []

    def text():
        said.append(capsys.readouterr().out)
        return "".join(said)

    async def main():
        async with working(postgres.url, job_lease_seconds=4):
            await until(lambda: "taking jobs" in text())
            await asyncio.to_thread(postgres.stop)
            await until(lambda: text().count(" do not come") + text().count("cannot be") >= 2)
            # Many tries long.
            await asyncio.sleep(4)
            await asyncio.to_thread(postgres.start)
            await until(lambda: text().count("the database is back") == 3, seconds=60)

    run(main())
    for what in ("leases cannot be renewed", "tickets of default do not come", "schedules wait"):
        # That it begins, and that it is over.
        assert text().count(what) == 2, what


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_a_browser_follows_a_job_over_an_outage(
    postgres,
    server,  # noqa: F811
    chromium,  # noqa: F811
    monkeypatch,
):
    """Its EventSource, which gives up for ever at the first answer that is no stream."""
    monkeypatch.setattr(live, "LONGEST", 0.5)  # so that it has to come back while nobody is there
    (job,) = rows.make(postgres.url)
    context = chromium.new_context()
    context.add_cookies([{"name": "trailpost", "value": TOKEN, "url": server.url}])
    page = context.new_page()
    page.goto(server.url + "/healthz")
    page.evaluate(FOLLOW, job)
    page.wait_for_function("seen.length > 0")
    postgres.stop()
    # Once from a stream that ended, once from an answer during the outage.
    page.wait_for_function("errors >= 3", timeout=60_000)
    assert page.evaluate("source.readyState") != CLOSED
    postgres.start()
    with postgres.connect("trailpost") as conn:
        rows.run_to(conn, job)
        page.wait_for_function("seen.at(-1).status == 'PROCESSING'", timeout=60_000)
        rows.run_to(conn, job, "COMPLETED")
    page.wait_for_function("seen.at(-1).status == 'COMPLETED'", timeout=60_000)
    page.wait_for_function(f"source.readyState == {CLOSED}", timeout=60_000)
    versions = page.evaluate("seen.map(row => row.version)")
    assert versions == sorted(set(versions))


CLOSED = 2
FOLLOW = """job => {
    window.seen = [];
    window.errors = 0;
    window.source = new EventSource(`/api/jobs/${job}/events`);
    source.addEventListener("job", event => seen.push(JSON.parse(event.data)));
    source.addEventListener("error", () => errors++);
}"""
