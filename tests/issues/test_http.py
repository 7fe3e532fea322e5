"""GET and PATCH /api/issues, as the owner's browser sees them."""

import uuid

import pytest

from tests.dashboard.conftest import client, site  # noqa: F401 - fixtures
from tests.issues.capturing import SECOND, SESSION, Feed, envelope, kept, write_all
from tests.tracking.writing import NOON
from trailpost.issues.wire import KeptFrame

CSRF = {"x-csrf-token": "csrf-of-the-login"}


@pytest.fixture
def write(database_url, redis_url):
    feed = Feed(redis_url)

    def now(*occurrences, **changed):
        feed.send(envelope(*occurrences, **changed))
        write_all(database_url, redis_url, feed)

    return now


def titles(answer):
    assert answer.status_code == 200, answer.text
    return [one["title"].removeprefix("TypeError: ") for one in answer.json()["issues"]]


@pytest.fixture
def some(write):
    write(
        kept(NOON, message="first", level="info"),
        kept(NOON + 2 * SECOND, message="third"),
        kept(NOON + SECOND, message="Second %_", level="warning"),
    )


def test_issues_are_listed_filtered_and_paged(client, some):  # noqa: F811
    assert titles(client.get("/api/issues")) == ["third", "Second %_", "first"]
    assert titles(client.get("/api/issues?level=warning")) == ["Second %_"]
    assert titles(client.get("/api/issues?q=SECOND")) == ["Second %_"]
    assert titles(client.get("/api/issues?q=%25_")) == ["Second %_"]
    assert titles(client.get("/api/issues?q=nothing%00")) == []
    assert titles(client.get("/api/issues?status=resolved")) == []
    first = client.get("/api/issues?limit=2")
    assert titles(first) == ["third", "Second %_"]
    cursor = first.json()["nextCursor"]
    second = client.get("/api/issues", params={"limit": 2, "cursor": cursor})
    assert titles(second) == ["first"]
    assert second.json()["nextCursor"] is None
    for wrong in ("cursor=x", "cursor=9.9", "level=fatal", "status=new", "limit=0"):
        assert client.get(f"/api/issues?{wrong}").status_code == 400, wrong
    assert client.get("/api/issues?project=other").status_code == 404


def test_an_issue_is_shown_with_its_last_occurrences(client, write):  # noqa: F811
    stack = [KeptFrame("total", "/main.js", 3, 7, None)]
    many = [kept(NOON + n * SECOND, stack=stack, message=f"m{n}") for n in range(25)]
    write(*many, kept(NOON, stack=stack, context=b'{"a":1}', session_id=None, tags=["t"]))
    (issue,) = client.get("/api/issues").json()["issues"]
    assert (issue["occurrences"], issue["sessions"], len(issue["days"])) == (26, 1, 14)
    shown = client.get(f"/api/issues/{issue['id']}").json()
    assert shown["issue"] == issue
    last = shown["lastOccurrences"]
    assert [one["message"] for one in last] == [f"m{n}" for n in range(24, 4, -1)]
    assert last[0]["sessionId"] == str(SESSION)
    assert last[0]["stack"] == [{"function": "total", "file": "/main.js", "line": 3, "column": 7}]
    assert client.get(f"/api/issues/{uuid.uuid4()}").status_code == 404


def test_an_administrator_changes_the_status(client, some, write):  # noqa: F811
    issue = client.get("/api/issues").json()["issues"][0]["id"]
    path = f"/api/issues/{issue}"
    changed = client.patch(path, json={"status": "resolved"}, headers=CSRF)
    assert changed.status_code == 200
    assert changed.json()["status"] == "resolved"
    assert changed.json()["resolvedAt"]
    assert titles(client.get("/api/issues?status=resolved")) == ["third"]
    assert client.patch(path, json={"status": "gone"}, headers=CSRF).status_code == 400
    assert client.patch(path, json={"status": "open"}).status_code == 403
    other = f"/api/issues/{uuid.uuid4()}"
    assert client.patch(other, json={"status": "open"}, headers=CSRF).status_code == 404


def test_viewers_look_and_strangers_do_not(client, db, some):  # noqa: F811
    issue = client.get("/api/issues").json()["issues"][0]["id"]
    db.execute("update users set role = 'viewer'")
    assert client.get(f"/api/issues/{issue}").status_code == 200
    path = f"/api/issues/{issue}"
    assert client.patch(path, json={"status": "open"}, headers=CSRF).status_code == 403
    db.execute("delete from logins")
    client.cookies.clear()
    assert client.get("/api/issues").status_code == 401
    assert client.get(path).status_code == 401


def test_the_script_that_captures_is_zipped_once(client):  # noqa: F811
    for path in ("/t.js", "/t-errors.js"):
        answer = client.get(path, headers={"accept-encoding": "gzip"})
        assert answer.headers["content-encoding"] == "gzip"
        assert "/api/i" in answer.text


def test_a_page_sends_to_the_same_route_without_a_login(client, site):  # noqa: F811
    client.cookies.clear()
    body = {
        "occurrenceId": str(uuid.uuid4()),
        "occurredAt": "2026-03-14T09:26:53Z",
        "level": "error",
        "type": "Error",
        "message": "x",
        "url": "https://shop.example/",
    }
    headers = {"x-trailpost-key": site.key, "origin": "https://shop.example"}
    answer = client.post("/api/issues", json=body, headers=headers)
    assert (answer.status_code, answer.json()["accepted"]) == (202, 1)
    asked = {"access-control-request-method": "POST", "origin": "https://shop.example"}
    assert client.options("/api/issues", headers=asked).status_code == 204
