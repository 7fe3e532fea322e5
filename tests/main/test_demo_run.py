"""`trailpost demo` against a running server, as people use it."""

import re
from datetime import UTC, datetime

import psycopg

from trailpost.main.demo.days import expected

from .serving import serving, short_folder, trailpost, wait

_LEDGER = """
    select coalesce(sum(received), 0)::int, coalesce(sum(stored), 0)::int,
        coalesce(sum(duplicate), 0)::int, coalesce(sum(rejected + dead_lettered), 0)::int
    from ingest_ledger where project_id > 0"""


def test_a_second_run_of_the_demo_stores_nothing_again():
    with (
        short_folder() as folder,
        # Each visitor's made-up address counts, so no rate limit slows this test down.
        serving(folder / "data", trusted_proxies="127.0.0.1") as server,
        psycopg.connect(server.info["database_url"], autocommit=True) as db,
    ):
        planned = expected(3, 100, 1, datetime.now(UTC))
        first, second = _run(server, db), _run(server, db)
        sessions, visitors, bots = db.execute(
            """select count(*), count(distinct visitor), count(*) filter (where is_bot)
               from user_sessions"""
        ).fetchone()
        stored, duplicate, refused = db.execute(_LEDGER).fetchone()[1:]
    assert duplicate >= first
    assert second - first <= stored - first < first / 10
    assert refused == 0
    # All that had begun when the first run did: how many of today's, the hour decides.
    assert sessions >= planned
    assert planned > 55
    assert 0 < bots < sessions / 4
    assert visitors > sessions / 2


def _run(server, db):
    """Events accepted, once all of them are written."""
    before = db.execute(_LEDGER).fetchone()[0]
    done = trailpost("demo", "--data", server.data, "--days", "3", "--sessions", "100")
    assert done.returncode == 0, done.stderr
    assert f"{server.info['url']}/admin" in done.stdout
    accepted = int(
        re.search(r"([\d,]+) events accepted, 0 refused", done.stdout)[1].replace(",", "")
    )
    wait(lambda: db.execute(_LEDGER).fetchone()[0] == before + accepted)
    return accepted
