"""The commands, called in this process against a database of the test's own."""

import json

import psycopg
import pytest
from click.testing import CliRunner

from tests.main.serving import Serve, short_folder, trailpost
from trailpost.db import migrate
from trailpost.main import cli
from trailpost.main.cli.reports import parameters


@pytest.fixture
def call(database_url, monkeypatch):
    """Run a command; its answer, whose status is 0 unless told otherwise."""
    monkeypatch.setenv("TRAILPOST_DATABASE_URL", database_url)

    def run(*words, status=0, input=None):
        answer = CliRunner().invoke(cli, [str(word) for word in words], input=input)
        assert answer.exit_code == status, answer.output
        return answer.output

    return run


@pytest.fixture
def project(db):
    db.execute(
        """insert into projects (slug, name, time_zone, secret)
        values ('default', 'Default', 'Europe/Vienna', 'x')"""
    )


def test_a_project_comes_with_a_key(call, db):
    key = call("projects", "create", "shop", "--tz", "Europe/Vienna").strip()
    assert call("projects", "list") == "shop  Europe/Vienna  shop\n"
    assert call("keys", "list", "--project", "shop") == f"{key}  shop  active  first\n"
    call("projects", "create", "shop", status=1)


def test_a_password_is_set(call, db):
    db.execute("insert into users (email, password_hash) values ('a@b.example', 'none')")
    words = ("users", "set-password", "a@b.example", "--password")
    call(*words, "correct horse battery staple")
    assert db.execute("select password_hash from users").fetchone()[0].startswith("$argon2")
    assert call(*words, "x", status=1).count("\n") == 1


def test_the_database_goes_down_and_up_again(call, db):
    assert f"from {migrate.head()} to 0001" in call("migrate", "--down", "0001")
    assert f"from 0001 to {migrate.head()}" in call("migrate")
    assert "already" in call("migrate")
    assert call("migrate", "--down", "nowhere", status=1).startswith(
        "trailpost: cannot migrate the database"
    )


@pytest.mark.parametrize("name", ["overview", "options", "real_time", "ledger"])
def test_a_report_is_printed_as_table_json_and_csv(call, project, name):
    assert call("report", name)
    assert json.loads(call("report", name, "--format", "json"))["report"] == name
    assert call("report", name, "--format", "csv").splitlines()


def test_an_unknown_report_is_told_in_one_line(call, project):
    said = call("report", "nothing", status=1)
    assert "overview" in said
    assert said.count("\n") == 1


def test_a_report_is_asked_for_whatever_its_route_takes(call, project):
    asked = ("report", "overview", "-w", "device=mobile", "--where", "compare=true")
    answer = json.loads(call(*asked, "--format", "json"))
    assert answer["previous"] is not None
    said = call("report", "overview", "-w", "devise=mobile", status=1)
    assert "devise" in said
    assert "device is not NAME=VALUE" in call(
        "report", "overview", "-w", "device", status=2
    ).replace("'", "")


def test_a_part_of_a_report_is_written_as_csv(call, project):
    said = call("report", "price_distribution", "--part", "figures", "--format", "csv")
    assert said.splitlines()[0].startswith("sessions,lowest")
    assert "no part 'nothing'" in call(
        "report", "price_distribution", "--part", "nothing", "--format", "csv", status=1
    )
    assert "--part needs --format csv" in call("report", "funnel", "--part", "series", status=2)


def test_report_parameters_are_those_of_the_route():
    assert parameters("7d", None, None, False, "shop") == {"range": "7d", "project": "shop"}
    assert parameters("2026-01-01..2026-01-31", "UTC", None, True, "shop") == {
        "project": "shop",
        "range": "custom",
        "from": "2026-01-01",
        "to": "2026-01-31",
        "tz": "UTC",
        "bots": "true",
    }


def test_rollups_that_differ_are_found_and_mended(call, db):
    assert "Every value equals" in call("rollups", "verify")
    db.execute(
        """insert into rollup_events (project_id, bucket, is_bot, kind, events)
        values (1, bucket_of(now()), false, 'page_view', 3)"""
    )
    assert "1 values differ" in call("rollups", "verify", status=1)
    call("rollups", "rebuild")
    assert "Every value equals" in call("rollups", "verify")


def test_dead_letters_are_listed_and_stay_when_they_cannot_be_stored(call, db):
    assert call("dead-letters", "list") == "There are no dead letters.\n"
    assert call("dead-letters", "replay") == "There is nothing to replay.\n"
    db.execute(
        """insert into dead_letters (stream, entry_id, events, reason, payload, received_at)
        values ('s', '1-0', 1, 'poison', 'x', now())"""
    )
    assert "1 events  poison" in call("dead-letters", "list")
    assert "still dead" in call("dead-letters", "replay", status=1)


def test_a_database_that_is_not_migrated_is_told_in_one_line(call, db):
    call("migrate", "--down", "base")
    assert "trailpost migrate" in call("keys", "list", status=1)


def test_a_stopped_server_is_told_from_one_that_never_was():
    with short_folder() as folder:
        data = folder / "data"
        never = trailpost("doctor", "--data", data)
        Serve(data).ready().stop()
        stopped = trailpost("doctor", "--data", data)
    assert "no server has been started" in never.stderr
    assert "trailpost is not running" in stopped.stderr
    assert (never.returncode, stopped.returncode) == (1, 1)


def test_doctor_fails_when_something_is_wrong(database_url, redis_url):
    with psycopg.connect(database_url, autocommit=True) as conn:
        conn.execute("delete from schema_version")
    with short_folder() as folder:
        done = trailpost(
            "doctor",
            "--json",
            "--data",
            folder,
            "--url",
            "http://127.0.0.1:1",
            database_url=database_url,
            redis_url=redis_url,
        )
    found = {c["name"]: c for c in json.loads(done.stdout)["checks"]}
    assert done.returncode == 1
    assert found["migrations"]["advice"] == "run `trailpost migrate`"
    assert "trailpost serve" in found["web server"]["advice"]
    # The tests' PostgreSQL runs without fsync, on purpose.
    assert found["PostgreSQL durability"]["state"] == "failed"
    assert "probe event" not in found


@pytest.mark.parametrize("words", [(), ("serve", "--help"), ("keys", "--help"), ("version",)])
def test_help_loads_no_library_that_takes_long(words):
    import subprocess
    import sys

    code = (
        "import sys; from trailpost.main import cli\n"
        f"try: cli({list(words)!r})\n"
        "except SystemExit: pass\n"
        "heavy = {'litestar', 'psycopg', 'redis', 'alembic', 'sqlalchemy', 'httpx'}\n"
        "sys.exit(str(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
