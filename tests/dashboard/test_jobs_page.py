"""The page of jobs: what it shows, and what its buttons do."""

import hashlib
import re
from functools import partial

import pytest

from tests.dashboard.test_pages import figure, text
from tests.jobs import rows, samples

CSRF = {"csrf": "csrf-of-the-login"}


@pytest.fixture
def make(site):
    return partial(rows.make, site.settings.database_url)


def scheduled(db, kind="purge_jobs"):
    """As a worker tells its schedules."""
    db.execute(
        """insert into job_schedule (name, kind, cron, time_zone, catch_up, next_tick)
           values (%s, %s, '41 * * * *', 'Europe/Vienna', 'once', '2030-01-15 12:41:00+00')""",
        [kind, kind],
    )


def listed(page):
    return re.findall(r'href="/admin/jobs/([0-9a-f-]{36})"', page.text)


def test_only_administrators_see_the_page(client, db, make):
    (job,) = make()
    assert 'href="/admin/jobs"' in client.get("/admin").text
    (viewer,) = db.execute(
        """insert into users (email, password_hash, role) values ('v@x.example', 'none', 'viewer')
           returning id"""
    ).fetchone()
    db.execute(
        """insert into logins (token_hash, user_id, csrf, expires_at)
           values (%s, %s, 'c', now() + interval '1 day')""",
        [hashlib.sha256(b"other").digest(), viewer],
    )
    client.cookies.set("trailpost", "other")
    assert 'href="/admin/jobs"' not in client.get("/admin").text
    paths = ("/admin/jobs", f"/admin/jobs/{job}", "/admin/live/jobs", f"/admin/live/jobs/{job}")
    for path in paths:
        assert client.get(path).status_code == 403
    client.cookies.clear()
    answer = client.get("/admin/jobs?status=FAILED", follow_redirects=False)
    assert answer.headers["location"] == "/admin/login?next=/admin/jobs%3Fstatus%3DFAILED"


def test_before_any_work_the_page_says_what_to_start(client):
    page = client.get("/admin/jobs")
    assert page.headers["cache-control"] == "no-store"
    assert "There is no queue yet" in page.text
    assert "trailpost work" in page.text


def test_a_queue_without_a_past_says_no_data(client, make):
    make(2)
    page = client.get("/admin/jobs")
    assert figure(page, "default-waiting") == "2"
    for name in ("success", "wait", "wait95", "run", "run95"):
        assert figure(page, f"default-{name}") == "no data"


def test_a_queues_figures_are_shown_with_their_definitions(client, db, make):
    made = make(4)
    for job in made[:3]:
        rows.run_to(db, job, "COMPLETED")
    rows.run_to(db, made[3], "FAILED", error="no good")
    page = client.get("/admin/jobs")
    assert figure(page, "default-success") == "75 %"
    assert figure(page, "default-run") == "3.3 s"
    assert figure(page, "default-wait") == "4.0 ms"
    assert "completed / (completed + failed), of the last 24 hours." in text(page)
    for name in ("waiting", "oldest", "success", "lost"):
        assert f'id="about-default-{name}" aria-describedby="tip-default-{name}"' in page.text


def test_jobs_are_filtered_by_the_address(client, db, make):
    (four,), (noop,) = make(), make(job=samples.noop)
    rows.run_to(db, four, "FAILED", error="no good")
    assert listed(client.get("/admin/jobs")) == [noop, four]
    page = client.get("/admin/jobs?status=FAILED")
    assert listed(page) == [four]
    assert '<option value="FAILED" selected>' in page.text
    assert listed(client.get("/admin/jobs?kind=noop")) == [noop]
    assert listed(client.get("/admin/jobs?queue=other")) == []
    assert listed(client.get("/admin/jobs?status=nonsense&cursor=nonsense")) == [noop, four]


def test_older_jobs_are_one_link_away(client, make):
    made = sorted(make(53), reverse=True)
    first = client.get("/admin/jobs?kind=four")
    assert listed(first) == made[:50]
    older = re.search(r'href="(/admin/jobs[^"]*cursor=[^"]*)"', first.text)[1]
    second = client.get(older.replace("&amp;", "&"))
    assert listed(second) == made[50:]
    assert 'href="/admin/jobs?kind=four">Newest' in second.text


def test_a_job_shows_its_steps_history_and_what_it_made(client, db, make):
    (job,) = make(work=samples.Work("<script>alert(1)</script>"))
    rows.run_to(db, job)
    rows.attempt(db, job, "RETRIED", "<b>not now</b>")
    rows.run_to(db, job, "COMPLETED")
    page = client.get(f"/admin/jobs/{job}")
    assert "<script>alert" not in page.text
    assert "<b>not now" not in page.text
    words = text(page)
    assert "Failed, to be tried again" in words
    assert "Parsing 200 ms, Thinking 3.1 s" in words
    assert '"name": "x"' in words
    assert re.search(r"<details[^>]*><summary>Result", page.text)
    assert client.get("/admin/jobs/00000000-0000-0000-0000-000000000001").status_code == 404


def test_a_waiting_job_is_cancelled_and_run_again(client, make):
    (job,) = make()
    page = client.post(f"/admin/jobs/{job}/cancel", data=CSRF)
    assert str(page.url).endswith(f"/admin/jobs/{job}")
    assert "Cancelled" in text(page)
    late = client.post(f"/admin/jobs/{job}/cancel", data=CSRF)
    assert late.status_code == 409
    assert "The job has ended." in text(late)
    assert "Waiting" in text(client.post(f"/admin/jobs/{job}/retry", data=CSRF))
    assert client.post(f"/admin/jobs/{job}/retry", data=CSRF).status_code == 409


def test_a_job_whose_payload_is_gone_is_not_offered_again(client, db, make):
    (job,) = make()
    rows.run_to(db, job, "FAILED", error="no good")
    assert "Run again" in text(client.get(f"/admin/jobs/{job}"))
    db.execute("update job set payload = null")
    words = text(client.get(f"/admin/jobs/{job}"))
    assert "Run again" not in words
    assert "it cannot be run again" in words


def test_nothing_is_done_without_the_token_of_the_login(client, db, make):
    (job,) = make()
    scheduled(db)
    for path in (
        f"{job}/cancel",
        f"{job}/retry",
        "queues/default/pause",
        "queues/default/resume",
        "schedules/purge_jobs/run",
    ):
        assert client.post(f"/admin/jobs/{path}", data={}).status_code == 403
    assert db.execute("select status from job").fetchall() == [("PENDING",)]


def test_a_queue_is_paused_and_resumed_and_the_filter_stays(client, make):
    make()
    asked = CSRF | {"status": "PENDING"}
    page = client.post("/admin/jobs/queues/default/pause", data=asked)
    assert str(page.url).endswith("/admin/jobs?status=PENDING")
    assert "Queue default paused" in text(page)
    page = client.post("/admin/jobs/queues/default/resume", data=asked)
    assert "paused" not in text(page)


def test_a_schedule_is_shown_in_its_own_zone_and_run_now(client, db):
    scheduled(db)
    scheduled(db, "long_gone")
    words = text(client.get("/admin/jobs"))
    assert "Europe/Vienna" in words
    assert "15 Jan, 13:41" in words
    page = client.post("/admin/jobs/schedules/purge_jobs/run", data=CSRF)
    assert "Purge jobs" in text(page)
    assert db.execute("select kind from job").fetchall() == [("purge_jobs",)]
    assert client.post("/admin/jobs/schedules/long_gone/run", data=CSRF).status_code == 404
