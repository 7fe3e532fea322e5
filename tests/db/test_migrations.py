import re
import subprocess

import psycopg

from trailpost.db import migrate
from trailpost.main import embedded

REVISIONS = [f"{n:04}" for n in range(1, 20)]
INSERT = """insert into events
    (event_id, session_id, occurred_at, received_at, project_id, day, kind)"""
REST = "gen_random_uuid(), now(), now(), 1, '2026-03-01', 'page_view'"


def schema(url):
    out = subprocess.run(
        [embedded._pg_bin() / "pg_dump", "-s", "-T", "schema_version", "-d", url],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [line for line in out.splitlines() if line and not line.startswith(("--", "\\"))]


def test_every_migration_can_be_undone(empty_database_url):
    before = {}
    for revision in REVISIONS:
        before[revision] = schema(empty_database_url)
        migrate.up(empty_database_url, revision)
    assert migrate.head() == REVISIONS[-1]
    for revision, earlier in zip(
        reversed(REVISIONS), [*reversed(REVISIONS[:-1]), "base"], strict=True
    ):
        migrate.down(empty_database_url, earlier)
        assert schema(empty_database_url) == before[revision]


def test_migrating_twice_changes_nothing(database_url):
    before = schema(database_url)
    migrate.up(database_url)
    assert schema(database_url) == before


def test_a_day_partition_takes_over_what_waited_in_the_default_one(db):
    where = "select tableoid::regclass::text from events"
    db.execute(f"{INSERT} values (gen_random_uuid(), {REST})")
    assert db.execute(where).fetchone() == ("events_default",)
    assert db.execute("select ensure_event_partition('2026-03-01')").fetchone() == (True,)
    assert db.execute("select ensure_event_partition('2026-03-01')").fetchone() == (False,)
    assert db.execute(where).fetchone() == ("events_20260301",)


def test_a_day_partition_has_the_indexes_of_the_default_one(db):
    db.execute("select ensure_event_partition('2026-03-01')")
    made = {
        table: [
            re.sub(r"events_\w+?(_[a-z]+)? ", r"events\1 ", definition)
            for (definition,) in db.execute(
                "select indexdef from pg_indexes where tablename = %s order by indexname", (table,)
            )
        ]
        for table in ("events_20260301", "events_default")
    }
    # An id needs no day in a table that holds one day.
    assert [i.replace("(event_id, day)", "(event_id)") for i in made["events_default"]] == [
        *made["events_20260301"]
    ]
    assert any("'page_view'" in definition for definition in made["events_20260301"])


def test_an_event_id_is_unique_in_its_day(db):
    db.execute("select ensure_event_partition('2026-03-01')")
    insert = f"""{INSERT} select '00000000-0000-0000-0000-000000000001', {REST}
        from generate_series(1, 3) on conflict do nothing"""
    assert db.execute(insert).rowcount == 1
    assert db.execute(insert).rowcount == 0


def test_a_newer_release_of_procrastinate_brings_its_own_migrations(database_url):
    """A database made by an older release is the same, afterwards, as one made by this."""
    *_, before, newest = migrate._procrastinate_migrations()
    assert newest == "03.04.00_50_post_add_retry_failed_job_procedure.sql"
    as_made = schema(database_url)
    with psycopg.connect(database_url, autocommit=True) as conn:
        assert conn.execute("select version from job_transport").fetchone() == (newest,)
        conn.execute(
            """drop function procrastinate_trigger_function_status_events_update_v1 cascade;
               update job_transport set version = '"""
            + before
            + "'"
        )
    assert schema(database_url) != as_made
    migrate.up(database_url)
    assert sorted(schema(database_url)) == sorted(as_made)
    with psycopg.connect(database_url) as conn:
        assert conn.execute("select version from job_transport").fetchone() == (newest,)
