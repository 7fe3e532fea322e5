"""Who may erase by HTTP and on the session's page, and what it answers."""

import redis as redis_client

from tests.dashboard.conftest import client, site  # noqa: F401 - fixtures
from trailpost.tracking.rules import identity

CSRF = {"x-csrf-token": "csrf-of-the-login"}
FORM = {"csrf": "csrf-of-the-login"}
API = {"accept": "application/json"}


def delete(client, path, **params):  # noqa: F811
    return client.delete(path, params=params, headers=CSRF | API)


def sessions(site):  # noqa: F811
    return site.db.execute("select count(*) from user_sessions").fetchone()[0]


def test_an_administrator_erases_a_session(site, client):  # noqa: F811
    session = site.some_sessions()
    path = f"/api/sessions/{session}"
    answer = delete(client, path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert sessions(site) == 13
    assert client.get(f"/api/reports/user_journey?session={session}").status_code == 404
    assert delete(client, path).status_code == 204
    assert delete(client, "/api/sessions/nobody").status_code == 404
    wrong = delete(client, path, project="other")
    assert (wrong.status_code, wrong.json()["field"]) == (404, "project")


def test_nobody_else_does(site, client):  # noqa: F811
    session = site.some_sessions()
    for path in (f"/api/sessions/{session}", "/api/visitors?id=v"):
        assert client.delete(path, headers=API).status_code == 403
    site.db.execute("update users set role = 'viewer'")
    page = f"/admin/sessions/{session}"
    for path in (f"/api/sessions/{session}", "/api/visitors?id=v"):
        assert client.delete(path, headers=CSRF | API).status_code == 403
    assert client.post(f"{page}/erase", data=FORM | {"sure": "yes"}).status_code == 403
    assert "Erase" not in client.get(page).text
    client.cookies.clear()
    assert client.delete("/api/visitors?id=v", headers=CSRF | API).status_code == 401
    assert sessions(site) == 14


def test_a_visitor_is_erased_by_the_id_that_the_page_gave(site, client):  # noqa: F811
    secret = site.db.execute("select secret from projects").fetchone()[0]
    visitor = identity.known_visitor(secret, "v 1")
    for known in (True, True, False):
        site.session(visitor=visitor, is_recognised=known)
    assert delete(client, "/api/visitors", id="v 1").json() == {"sessions": 2}
    assert delete(client, "/api/visitors", id="v 1").json() == {"sessions": 0}
    assert delete(client, "/api/visitors").status_code == 400
    assert sessions(site) == 1


def test_live_views_forget_it_at_once(site, client):  # noqa: F811
    session = site.session()
    body = {"session": {"id": str(session)}, "events": [{"type": "session_start"}]}
    sent = client.post("/api/ingest", json=body, headers={"x-trailpost-key": site.key})
    assert sent.status_code == 202
    with redis_client.Redis.from_url(site.settings.redis_url) as redis:
        name = f"trailpost:{{0}}:live:1:{session.hex}"
        assert redis.exists(name)
        assert delete(client, f"/api/sessions/{session}").status_code == 204
        assert not redis.exists(name)


def test_the_page_of_a_session_erases_it_when_that_is_meant(site, client):  # noqa: F811
    session = site.some_sessions()
    path = f"/admin/sessions/{session}"
    assert f'action="{path}/erase' in client.get(path).text
    given = {"follow_redirects": False}
    assert client.post(f"{path}/erase", data=FORM, **given).status_code == 400
    assert sessions(site) == 14
    answer = client.post(f"{path}/erase?range=7d", data=FORM | {"sure": "yes"}, **given)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/admin/sessions?")
    assert client.get(path).status_code == 404
    assert sessions(site) == 13
