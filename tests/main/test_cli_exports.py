"""`trailpost export TABLE`, called in this process against a database of the test's own."""

import csv
import json
import os
import pty
import subprocess
import sys
from datetime import timedelta

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from tests.analytics import log
from tests.analytics.log import at, event, uuid
from tests.main.test_cli import call as call
from trailpost.main import cli

START = at("2026-03-10 12:00")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def events(db, database_url, run):
    log.project(db, "Europe/Vienna")
    run(log.store(database_url, [
        *(event(n, "s", START + timedelta(days=n)) for n in range(5)),
        event("b", "bot", START, bot=True),
    ]))  # fmt: skip


def test_a_table_is_written_into_a_file_of_its_name(call, events, folder):
    said = call("export", "events")
    (path,) = folder.iterdir()
    assert path.name == "default_events.csv"
    assert said == f"default_events.csv: 5 rows, {path.stat().st_size:,} bytes.\n"
    rows = list(csv.DictReader(path.open(newline="")))
    assert [row["eventId"] for row in rows] == [str(uuid(n)) for n in range(5)]


def test_days_bots_zone_and_format_are_chosen(call, events, folder):
    days = ("--from", "2026-03-10", "--to", "2026-03-11", "--bots", "--tz", "UTC")
    call("export", "events", *days, "--format", "jsonl")
    name = "default_events_from_2026-03-10_to_2026-03-11_with_bots.jsonl"
    rows = [json.loads(line) for line in (folder / name).open()]
    assert {row["eventId"] for row in rows} == {str(uuid(n)) for n in (0, 1, "b")}
    assert rows[0]["occurredAt"] == "2026-03-10T12:00:00Z"


@pytest.mark.parametrize("table", ["sessions", "events", "choices", "snapshots"])
def test_every_table_is_written_as_parquet(call, events, folder, table):
    call("export", table, "--format", "parquet", "-o", "x.parquet")
    wanted = {"sessions": 1, "events": 5}.get(table, 0)
    assert pq.read_table(folder / "x.parquet").num_rows == wanted


def test_standard_output_holds_the_rows_and_nothing_else(events, database_url, folder):
    words = [sys.executable, "-m", "trailpost", "export", "events", "-o", "-"]
    environment = os.environ | {"TRAILPOST_DATABASE_URL": database_url}
    done = subprocess.run(words, capture_output=True, env=environment, cwd=folder)
    assert (done.returncode, done.stderr) == (0, b"")
    call = CliRunner(env={"TRAILPOST_DATABASE_URL": database_url}).invoke
    assert call(cli, ["export", "events", "-o", "x"]).exit_code == 0
    assert done.stdout == (folder / "x").read_bytes()
    assert [path.name for path in folder.iterdir()] == ["x"]


def test_who_stops_reading_ends_the_export_without_a_word(db, events, database_url):
    db.execute(
        """insert into events (event_id, session_id, occurred_at, received_at, project_id, day,
               kind)
           select gen_random_uuid(), '00000000-0000-0000-0000-000000000000', t, t, 1, t::date,
               'page_view'
           from (select timestamptz '2026-03-09 12:00+00' as t) as at, generate_series(1, 20000)"""
    )
    command = f"'{sys.executable}' -m trailpost export events -o - | head -n 1"
    environment = os.environ | {"TRAILPOST_DATABASE_URL": database_url}
    done = subprocess.run(["sh", "-c", command], capture_output=True, env=environment)
    assert done.stdout.startswith(b"eventId,sessionId,")
    assert done.stderr == b""


def test_a_terminal_shows_how_far_it_is(events, database_url, folder):
    """On standard error, so that a pipe stays clean."""
    here, there = pty.openpty()
    environment = os.environ | {"TRAILPOST_DATABASE_URL": database_url, "TERM": "xterm"}
    words = [sys.executable, "-m", "trailpost", "export", "events"]
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=there, env=environment, cwd=folder)
    os.close(there)
    with open(here, "rb", buffering=0) as terminal:
        shown = terminal.read(100_000)
    assert done.returncode == 0
    assert b"5 of 5 rows" in shown
    assert done.stdout.startswith(b"default_events.csv: 5 rows")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("events", "--project", "gone"), "no project is named 'gone'"),
        (("events", "--tz", "Mars/Olympus"), "no time zone is named 'Mars/Olympus'"),
        (("events", "--from", "2026-02-02", "--to", "2026-02-01"), "to is before from"),
        (("events", "-o", "gone/x.csv"), "cannot write gone/x.csv: no such file or directory"),
        (("events", "-o", "."), "cannot write .: it is a folder"),
    ],
)
def test_what_is_wrong_is_told_in_one_line_and_leaves_no_file(call, events, folder, words, told):
    said = call("export", *words, status=1)
    assert told in said
    assert said.count("\n") == 1
    assert list(folder.iterdir()) == []


def test_parquet_needs_a_file_and_a_table_needs_to_be_known(call, events, folder):
    assert "pipe" in call("export", "events", "--format", "parquet", "-o", "-", status=2)
    assert "snapshots" in call("export", "users", status=2)
