"""Jobs over HTTP: whose they are, paging, cancelling, and streams that are resumed."""

import hashlib
import json
import uuid
from functools import partial

import httpx
import pytest

from tests.dashboard.conftest import TOKEN, client, server, site  # noqa: F401 - fixtures
from tests.jobs import rows, samples
from tests.jobs.rows import run_to
from trailpost import jobs
from trailpost.jobs.http import live

CSRF = {"x-csrf-token": "csrf-of-the-login"}
OTHER = "a-token-of-another"


@pytest.fixture
def api(client):  # noqa: F811
    """An administrator's script."""
    client.headers["accept"] = "application/json"
    return client


@pytest.fixture
def owner(site, db):  # noqa: F811
    """Id of the administrator."""
    return db.execute("select id from users").fetchone()[0]


@pytest.fixture
def viewer(site, db):  # noqa: F811
    """Id of somebody who is no administrator, and has a login: OTHER."""
    (found,) = db.execute(
        """insert into users (email, password_hash, role) values ('v@x.example', 'none', 'viewer')
           returning id"""
    ).fetchone()
    db.execute(
        """insert into logins (token_hash, user_id, csrf, expires_at)
           values (%s, %s, 'csrf-of-the-login', now() + interval '1 day')""",
        [hashlib.sha256(OTHER.encode()).digest(), found],
    )
    return found


@pytest.fixture
def make(site):  # noqa: F811
    return partial(rows.make, site.settings.database_url)


def test_a_job_is_told_in_full(api, db, make):
    (job,) = make(priority=jobs.Priority.HIGH)
    run_to(db, job)
    answer = api.get(f"/api/jobs/{job}")
    assert answer.headers["cache-control"] == "no-store"
    told = answer.json()
    assert (told["id"], told["status"], told["step"]) == (job, "PROCESSING", "thinking")
    assert (told["priority"], told["stepProgress"], told["eta"]) == ("HIGH", 0.5, None)
    run_to(db, job, "COMPLETED")
    assert api.get(f"/api/jobs/{job}").json()["result"] == {"name": "x"}


def test_without_a_login_nothing_is_told(api, make):
    (job,) = make()
    api.cookies.clear()
    for path in (f"/api/jobs/{job}", "/api/jobs", f"/api/jobs/{job}/events", "/api/queues"):
        assert api.get(path).status_code == 401
    assert api.delete(f"/api/jobs/{job}", headers=CSRF).status_code == 401


def test_an_unknown_job_is_not_found(api):
    for path in (f"/api/jobs/{uuid.uuid4()}", f"/api/jobs/{uuid.uuid4()}/events"):
        answer = api.get(path)
        assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store")
    assert api.delete(f"/api/jobs/{uuid.uuid4()}", headers=CSRF).status_code == 404


def test_somebody_elses_job_is_as_unknown_as_one_that_never_was(api, make, owner, viewer):
    (theirs,), (mine,) = make(user=owner), make(user=viewer)
    api.cookies.set("trailpost", OTHER)
    assert api.get(f"/api/jobs/{theirs}").json()["detail"] == "there is no such job"
    for path in (f"/api/jobs/{theirs}", f"/api/jobs/{theirs}/events"):
        assert api.get(path).status_code == 404
    assert api.delete(f"/api/jobs/{theirs}", headers=CSRF).status_code == 404
    assert [j["id"] for j in api.get("/api/jobs").json()["jobs"]] == [mine]
    assert api.get("/api/jobs", params={"user": owner}).json()["jobs"] == []
    assert api.get("/api/queues").status_code == 403
    assert api.delete(f"/api/jobs/{mine}", headers=CSRF).json()["status"] == "CANCELLED"


def test_an_administrator_sees_everybodys(api, make, owner, viewer):
    (theirs,), (mine,) = make(user=viewer), make(user=owner)
    assert {j["id"] for j in api.get("/api/jobs").json()["jobs"]} == {theirs, mine}
    found = api.get("/api/jobs", params={"user": viewer}).json()["jobs"]
    assert [j["id"] for j in found] == [theirs]
    assert api.delete(f"/api/jobs/{theirs}", headers=CSRF).status_code == 200


def test_pages_hold_every_job_once_newest_first(api, make):
    made = make(7)
    seen, cursor = [], None
    while True:
        asked = {"limit": 3} | ({"cursor": cursor} if cursor else {})
        answer = api.get("/api/jobs", params=asked)
        assert answer.headers["cache-control"] == "no-store"
        page = answer.json()
        seen.append([j["id"] for j in page["jobs"]])
        cursor = page["nextCursor"]
        if cursor is None:
            break
    assert [len(p) for p in seen] == [3, 3, 1]
    assert [j for p in seen for j in p] == sorted(made, reverse=True)


def test_jobs_are_filtered(api, db, make):
    (four,), (noop,) = make(), make(job=samples.noop)
    run_to(db, four)

    def found(**asked):
        return [j["id"] for j in api.get("/api/jobs", params=asked).json()["jobs"]]

    assert found(status="PROCESSING") == [four]
    assert found(kind="noop") == [noop]
    assert found(queue="default", status="PENDING") == [noop]
    assert found(queue="another") == []
    for wrong in ({"status": "LOST"}, {"limit": 0}, {"limit": 201}, {"cursor": "x"}):
        assert api.get("/api/jobs", params=wrong).status_code == 400


def test_cancelling_needs_the_token_of_the_login(api, make):
    (job,) = make()
    assert api.delete(f"/api/jobs/{job}").status_code == 403
    assert api.get(f"/api/jobs/{job}").json()["status"] == "PENDING"


def test_what_has_ended_cannot_be_cancelled(api, make):
    (job,) = make()
    first = api.delete(f"/api/jobs/{job}", headers=CSRF)
    assert (first.status_code, first.headers["cache-control"]) == (200, "no-store")
    assert first.json()["status"] == "CANCELLED"
    again = api.delete(f"/api/jobs/{job}", headers=CSRF)
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    assert again.headers["cache-control"] == "no-store"


def test_a_running_job_is_asked_to_end(api, db, make):
    (job,) = make()
    run_to(db, job)
    told = api.delete(f"/api/jobs/{job}", headers=CSRF).json()
    assert (told["status"], told["cancelRequested"]) == ("PROCESSING", True)


def test_queues_without_a_past_have_no_made_up_figures(api, make):
    make(2)
    answer = api.get("/api/queues")
    assert answer.headers["cache-control"] == "no-store"
    (queue,) = answer.json()
    assert (queue["queue"], queue["waiting"], queue["successRate"]) == ("default", 2, None)


def test_the_api_is_described(api):
    described = api.get("/docs/openapi.json").json()
    told = {
        (path, method)
        for path, methods in described["paths"].items()
        for method, about in methods.items()
        if "Jobs" in about.get("tags", [])
    }
    assert told == {
        ("/api/jobs", "get"),
        ("/api/jobs/{job_id}", "get"),
        ("/api/jobs/{job_id}", "delete"),
        ("/api/jobs/{job_id}/events", "get"),
        ("/api/queues", "get"),
    }
    assert "404" in described["paths"]["/api/jobs/{job_id}"]["delete"]["responses"]
    assert "409" in described["paths"]["/api/jobs/{job_id}"]["delete"]["responses"]


class Events:
    """A stream of one job, read event by event."""

    def __init__(self, url, job, seen=None):
        headers = {"last-event-id": str(seen)} if seen is not None else {}
        self._client = httpx.Client(timeout=10, cookies={"trailpost": TOKEN})
        self._stream = self._client.stream("GET", f"{url}/api/jobs/{job}/events", headers=headers)

    def __enter__(self):
        self.response = self._stream.__enter__()
        self._lines = self.response.iter_lines()
        return self

    def __exit__(self, *about):
        self._stream.__exit__(*about)
        self._client.close()

    def __iter__(self):
        """(event id, job)"""
        number = None
        for line in self._lines:
            if line.startswith("id: "):
                number = int(line[4:])
            elif line.startswith("data: "):
                yield number, json.loads(line[6:])


def test_a_stream_tells_the_row_first_then_each_change_and_ends_with_the_job(server, db, make):  # noqa: F811
    (job,) = make()
    with Events(server.url, job) as events:
        assert events.response.headers["cache-control"] == "no-store"
        assert events.response.headers["content-type"].startswith("text/event-stream")
        told = iter(events)
        first, row = next(told)
        assert (first, row["status"]) == (row["version"], "PENDING")
        run_to(db, job)
        second, row = next(told)
        assert second > first
        assert (row["status"], row["step"], row["progress"]) == ("PROCESSING", "thinking", 0.25)
        run_to(db, job, "COMPLETED")
        third, row = next(told)
        assert third > second
        assert row["result"] == {"name": "x"}
        assert list(told) == []


def test_a_client_that_comes_back_gets_only_what_is_newer(server, db, make):  # noqa: F811
    (job,) = make()
    with Events(server.url, job) as events:
        first, _ = next(iter(events))
    with Events(server.url, job, seen=first) as events:
        run_to(db, job)
        second, row = next(iter(events))
        assert row["status"] == "PROCESSING"
    run_to(db, job, "FAILED")
    with Events(server.url, job, seen=second) as events:
        (last,) = list(events)
        assert last[1]["status"] == "FAILED"
    with Events(server.url, job, seen=last[0]) as events:
        assert events.response.status_code == 204


def test_a_stream_outlives_every_connection_to_the_database(server, db, make):  # noqa: F811
    (job,) = make()
    with Events(server.url, job) as events:
        told = iter(events)
        next(told)
        db.execute(
            """select pg_terminate_backend(pid) from pg_stat_activity
               where datname = current_database() and pid <> pg_backend_pid()"""
        )
        run_to(db, job)
        assert next(told)[1]["status"] == "PROCESSING"
        run_to(db, job, "COMPLETED")
        assert next(told)[1]["status"] == "COMPLETED"


def test_a_stream_asked_for_while_the_database_is_away_says_when_to_come_back(client, away, make):  # noqa: F811
    (job,) = make()
    away()
    answer = client.get(f"/api/jobs/{job}/events")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text.startswith("retry: ")
    assert "data:" not in answer.text
    assert client.get(f"/api/jobs/{job}").status_code == 503


@pytest.fixture
def away(postgres_server, db):
    """Call it: nobody gets in any more; who is in, is out."""

    def close():
        (name,) = db.execute("select current_database()").fetchone()
        with postgres_server.admin() as admin:
            admin.execute(f"alter database {name} allow_connections false")
            admin.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name]
            )

    return close


def test_a_fault_of_ours_is_no_outage(client, db, make):  # noqa: F811
    (job,) = make()
    db.execute("alter table job rename column variant to gone")
    assert client.get(f"/api/jobs/{job}/events").status_code == 500


def test_a_stream_says_that_it_is_still_there(server, make, monkeypatch):  # noqa: F811
    monkeypatch.setattr(live, "KEEP_ALIVE", 0.05)
    (job,) = make()
    with Events(server.url, job) as events:
        assert any(line == ": still here" for line in events.response.iter_lines())


def test_streams_end_when_the_server_stops(server, db, make):  # noqa: F811
    """The server fixture waits for open streams, and fails when one holds it up."""
    (job,) = make()
    events = Events(server.url, job)
    next(iter(events.__enter__()))


def test_all_streams_share_one_listening_connection(server, db, make):  # noqa: F811
    made = make(3)
    streams = [Events(server.url, job) for job in made]
    for events in streams:
        next(iter(events.__enter__()))
    query = "select count(*) from pg_stat_activity where application_name = 'trailpost watch'"
    where = " and datname = current_database()"
    assert db.execute(query + where).fetchone() == (1,)
    for events in streams:
        events.__exit__(None, None, None)
