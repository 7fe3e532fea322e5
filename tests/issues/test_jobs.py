"""What time alone does to occurrences."""

from datetime import UTC, datetime, timedelta

from tests.issues.capturing import SECOND, Feed, envelope, kept, write_all
from tests.jobs.engine import settings as job_settings
from trailpost.db import open_pool
from trailpost.issues import jobs
from trailpost.jobs import Nothing, rehearse


def test_old_occurrences_are_forgotten_and_their_issue_stays(db, database_url, redis_url, run):
    now = int(datetime.now(UTC).timestamp()) * SECOND
    old = now - int(timedelta(days=31).total_seconds()) * SECOND
    feed = Feed(redis_url)
    feed.send(envelope(kept(old), at=old), envelope(kept(now), at=now))
    feed.send_parts((1, b"\xc1 no msgpack"))
    write_all(database_url, redis_url, feed)
    db.execute("update issue_dead_letters set received_at = 'epoch'")

    async def forget(days):
        async with open_pool(database_url, size=2) as pool:
            configured = job_settings(database_url, retention_days=days)
            return await rehearse(
                jobs.forget_old_occurrences, Nothing(), settings=configured, pool=pool
            )

    assert run(forget(0)) == jobs.Forgotten(0, 0)
    assert run(forget(30)) == jobs.Forgotten(1, 0)
    assert db.execute("select occurrences from issues").fetchall() == [(2,)]
    assert db.execute("select count(*) from issue_occurrences").fetchone() == (1,)
    assert db.execute("select count(*) from issue_days").fetchone() == (1,)
    # One that waits is kept, however old; one that was replayed is not.
    assert db.execute("select count(*) from issue_dead_letters").fetchone() == (1,)
    db.execute("update issue_dead_letters set replayed_at = 'epoch'")
    assert run(forget(30)) == jobs.Forgotten(0, 1)
