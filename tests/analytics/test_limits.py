"""No report holds a connection for long."""

from datetime import timedelta

import pytest

from tests.analytics import log
from tests.analytics.log import at, event
from trailpost import db as database
from trailpost.analytics import REPORTS, run_report, store
from trailpost.analytics.rules.reports import Around, Watched, decode_asked, scope_of
from trailpost.base.errors import Unavailable

NOON = at("2026-03-10 12:00")


def test_a_report_that_takes_too_long_is_stopped_and_says_so(db, database_url, run):
    run(log.store(database_url, [event(1, "s", NOON)]))
    db.execute("alter table rollup_sessions rename to real_rollup_sessions")
    db.execute("""create view rollup_sessions as
        select * from real_rollup_sessions where pg_sleep(60) is not null""")
    report = REPORTS["overview"]
    around = Around(now=NOON, idle=timedelta(minutes=30), cache_hit_rate=None)
    _, _, scope = scope_of(decode_asked(report, {}), Watched(1, "default", "UTC"), around)

    async def ask():
        async with await database.connect(database_url) as conn:
            await store.answer(conn, report, scope, timedelta(milliseconds=50))

    with pytest.raises(Unavailable, match=r"took longer than 0.05 s") as slow:
        run(ask())
    assert (slow.value.status, slow.value.field) == (503, "range")


def test_the_limit_ends_with_the_report(db, database_url, run):
    log.project(db)

    async def ask():
        async with await database.connect(database_url) as conn:
            await run_report(conn, "overview", {})
            return (await (await conn.execute("show statement_timeout")).fetchone())[0]

    assert run(ask()) == "0"
