"""Exports over HTTP: ordered, listed and fetched by whom they belong to, whole or in parts."""

import asyncio
import hashlib
import os
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from tests.analytics import log
from tests.analytics.exporting import read, stored
from tests.analytics.log import at, event
from tests.dashboard.conftest import client, site  # noqa: F401 - fixtures
from tests.jobs.engine import finished, working
from trailpost.analytics import EXPORTS, FEATURE, FORMATS

CSRF = {"x-csrf-token": "csrf-of-the-login"}
JOBS = [job for job in FEATURE.jobs if job.kind == "export"]


def as_user(db, email, role):
    """A user with a login of that name; the cookie."""
    (found,) = db.execute(
        "insert into users (email, password_hash, role) values (%s, 'none', %s) returning id",
        [email, role],
    ).fetchone()
    db.execute(
        """insert into logins (token_hash, user_id, csrf, expires_at)
           values (%s, %s, 'csrf-of-the-login', now() + interval '1 day')""",
        [hashlib.sha256(email.encode()).digest(), found],
    )
    return {"trailpost": email}


@pytest.fixture
def api(client, site, run):  # noqa: F811
    """An administrator's script, and some events."""
    client.headers["accept"] = "application/json"
    start = at("2026-03-10 00:00")
    events = [event(n, "s", start + timedelta(seconds=n)) for n in range(500)]
    run(log.store(site.settings.database_url, events))
    return client


@pytest.fixture
def order(api):
    def made(status=202, **asked):
        answer = api.post("/api/exports", json={"table": "events"} | asked, headers=CSRF)
        assert answer.status_code == status, answer.text
        return answer.json()["jobId"] if status == 202 else answer.json()

    return made


@pytest.fixture
def work(site):  # noqa: F811
    """Have a worker run these jobs to their end."""

    def go(*ids):
        async def there():
            settings = site.settings
            async with working(settings.database_url, JOBS, data=settings.data) as pool:
                await finished(pool, *map(uuid.UUID, ids))

        with ThreadPoolExecutor(1) as thread:
            thread.submit(lambda: asyncio.run(there())).result()

    return go


@pytest.mark.parametrize("form", FORMATS)
def test_an_export_is_ordered_made_listed_and_fetched(api, order, work, site, form):  # noqa: F811
    job = order(format=form, **{"from": "2026-03-10", "to": "2026-03-10", "tz": "UTC"})
    (waiting,) = api.get("/api/exports").json()["exports"]
    assert (waiting["jobId"], waiting["status"], waiting["href"]) == (job, "PENDING", None)
    work(job)
    (done,) = api.get("/api/exports").json()["exports"]
    assert (done["status"], done["progress"]) == ("COMPLETED", 1.0)
    assert done["asked"] == {
        "project": "default",
        "tz": "UTC",
        "table": "events",
        "format": form,
        "from": "2026-03-10",
        "to": "2026-03-10",
        "bots": False,
    }
    ended, until = (datetime.fromisoformat(done[k]) for k in ("finishedAt", "keptUntil"))
    assert until - ended == timedelta(days=7)
    answer = api.get(done["href"])
    assert answer.status_code == 200
    assert answer.headers["content-type"].removesuffix("; charset=utf-8") == FORMATS[form]
    assert answer.headers["content-length"] == str(len(answer.content))
    assert answer.headers["cache-control"] == "private, no-store"
    assert "content-encoding" not in answer.headers
    assert answer.headers["content-disposition"] == (
        f'attachment; filename="default_events_from_2026-03-10_to_2026-03-10.{form}"'
    )
    made = done["made"]
    assert (made["rows"], made["bytes"]) == (500, len(answer.content))
    assert made["sha256"] == hashlib.sha256(answer.content).hexdigest()
    wanted = stored(site.settings.database_url, "events")
    assert [row["event_id"] for row in read("events", form, answer.content)] == [
        row["event_id"] for row in wanted
    ]


def test_the_job_is_followed_and_cancelled_as_any_other(api, order):
    job = order()
    told = api.get(f"/api/jobs/{job}").json()
    assert (told["kind"], told["variant"], told["steps"]) == ("export", "events.csv", ["writing"])
    assert api.delete(f"/api/jobs/{job}", headers=CSRF).json()["status"] == "CANCELLED"
    answer = api.get(f"/api/exports/{job}/file")
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert "cancelled" in answer.json()["detail"]


def test_the_same_order_while_one_is_open_is_that_one(order, work):
    first = order()
    assert order() == first
    assert order(format="jsonl") != first
    assert order(bots=True) != first


def test_a_download_that_broke_off_goes_on(api, order, work):
    job = order()
    work(job)
    path = f"/api/exports/{job}/file"
    whole = api.get(path)
    content, etag = whole.content, whole.headers["etag"]
    size = len(content)

    def part(wanted, **headers):
        answer = api.get(path, headers={"range": wanted, **headers})
        return answer.status_code, answer.headers.get("content-range"), answer.content

    assert whole.headers["accept-ranges"] == "bytes"
    assert part("bytes=10-19") == (206, f"bytes 10-19/{size}", content[10:20])
    assert part("bytes=100-") == (206, f"bytes 100-{size - 1}/{size}", content[100:])
    assert part("bytes=-7") == (206, f"bytes {size - 7}-{size - 1}/{size}", content[-7:])
    assert part(f"bytes=5-{size * 9}") == (206, f"bytes 5-{size - 1}/{size}", content[5:])
    assert part(f"bytes={size}-") == (416, f"bytes */{size}", b"")
    assert part("bytes=0-0", **{"if-range": etag})[0] == 206
    for ignored in ("bytes=9-2", "bytes=-", "bytes=0-1,3-4", "rows=1-2", "bytes=" + "9" * 5000):
        assert part(ignored) == (200, None, content)
    assert part("bytes=0-0", **{"if-range": '"another"'}) == (200, None, content)


def test_somebody_elses_export_is_as_unknown_as_one_that_never_was(api, db, order, work):
    job = order()
    work(job)
    mine = dict(api.cookies)
    api.cookies = as_user(db, "other@x.example", "admin")
    assert api.get("/api/exports").json() == {"exports": [], "nextCursor": None}
    answer = api.get(f"/api/exports/{job}/file")
    assert (answer.status_code, answer.json()["detail"]) == (404, "there is no such job")
    assert api.get(f"/api/exports/{uuid.uuid4()}/file").status_code == 404
    api.cookies = mine
    assert api.get(f"/api/exports/{job}/file").status_code == 200


def test_only_who_may_change_things_orders_an_export(api, db):
    asked = {"json": {"table": "events"}}
    assert api.post("/api/exports", **asked).status_code == 403
    api.cookies = as_user(db, "viewer@x.example", "viewer")
    assert api.post("/api/exports", headers=CSRF, **asked).status_code == 403
    assert api.get("/api/exports").status_code == 200
    api.cookies.clear()
    for path in ("", "/tables", f"/{uuid.uuid4()}/file"):
        assert api.get(f"/api/exports{path}").status_code == 401
    assert api.post("/api/exports", headers=CSRF, **asked).status_code == 401


@pytest.mark.parametrize(
    ("asked", "status", "field"),
    [
        ({"table": "users"}, 400, "table"),
        ({"format": "xlsx"}, 400, "format"),
        ({"from": "2026-02-30"}, 400, "from"),
        ({"from": "2026-02-02", "to": "2026-02-01"}, 400, "to"),
        ({"tz": "Mars/Olympus"}, 400, "tz"),
        ({"project": "nothing"}, 404, "project"),
        ({"rows": 5}, 400, None),
    ],
)
def test_a_wrong_order_is_named(api, db, order, asked, status, field):
    told = order(status, **asked)
    assert told["status"] == status
    assert field is None or field in (told.get("field") or "") or field in told["detail"]
    assert db.execute("select count(*) from job").fetchone() == (0,)


def test_a_file_that_does_not_exist_yet_or_any_more_is_told_so(api, db, order, work, site):  # noqa: F811
    job = order()
    path = f"/api/exports/{job}/file"
    answer = api.get(path)
    assert (answer.status_code, answer.json()["detail"]) == (409, "the export is not finished yet")
    work(job)
    (made,) = os.scandir(f"{site.settings.data}/exports")
    os.unlink(made)
    answer = api.get(path)
    assert answer.status_code == 404
    assert "must share the folder" in answer.json()["detail"]
    (gone,) = api.get("/api/exports").json()["exports"]
    assert (gone["href"], gone["keptUntil"], gone["made"]["rows"]) == (None, None, 500)
    db.execute("update job set finished_at = now() - interval '8 days'")
    answer = api.get(path)
    assert answer.status_code == 404
    assert "order the export again" in answer.json()["detail"]


def test_another_kind_of_job_is_no_export(api, db, order):
    job = order()
    db.execute("update job set kind = 'close_days'")
    assert api.get(f"/api/exports/{job}/file").json()["detail"] == "there is no such export"


def test_pages_hold_every_export_once_newest_first(api, order):
    made = [order(**{"to": f"2026-03-{day}"}) for day in range(10, 15)]
    seen, cursor = [], None
    while True:
        asked = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = api.get("/api/exports", params=asked).json()
        seen += [one["jobId"] for one in page["exports"]]
        cursor = page["nextCursor"]
        if cursor is None:
            break
    assert seen == made[::-1]
    assert api.get("/api/exports", params={"limit": 0}).status_code == 400


def test_the_tables_are_listed_with_their_columns(api):
    told = api.get("/api/exports/tables").json()
    assert told["formats"] == ["csv", "jsonl", "parquet"]
    assert [table["name"] for table in told["tables"]] == list(EXPORTS)
    (events,) = (table for table in told["tables"] if table["name"] == "events")
    assert events["columns"]["price"]["title"] == "Price"
    assert events["columns"]["price"]["unit"] == "eur"


def test_the_api_is_described(api):
    paths = api.get("/docs/openapi.json").json()["paths"]
    assert set(paths["/api/exports"]) == {"get", "post"}
    fetched = paths["/api/exports/{job_id}/file"]["get"]["responses"]
    assert {"200", "206", "404", "409", "416"} <= set(fetched)
    assert paths["/api/exports"]["post"]["requestBody"]
