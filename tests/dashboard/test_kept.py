"""Saved views, notes and shared links: whose they are, what they show, when they end."""

import hashlib
import html
import re

import pytest

from tests.dashboard.test_pages import text
from trailpost.dashboard.http import drawing
from trailpost.dashboard.http.drawing import Looked
from trailpost.dashboard.rules.asked import Asked

CSRF = {"csrf": "csrf-of-the-login"}


def post(client, path, **data):
    return client.post(path, data={**CSRF, **data}, follow_redirects=False)


def save(client, name="Phones", section="options", query="range=7d&device=mobile"):
    return post(client, "/admin/kept/views", name=name, section=section, query=query)


def annotate(client, at, words="Campaign started", query="range=7d"):
    return post(client, "/admin/kept/notes", text=words, at=at, section="overview", query=query)


def share(client, section="options", query="range=7d", days="7"):
    page = post(client, "/admin/kept/links", section=section, query=query, days=days)
    assert page.status_code == 200
    return re.search(r"/share/([\w-]+)", page.text).group(0)


@pytest.fixture
def stranger(client):
    """The same browser without its login."""
    client.cookies.clear()
    return client


def test_a_saved_view_stands_beside_the_sections(client):
    answer = save(client)
    assert answer.headers["location"].startswith("/admin/options?")
    page = client.get("/admin")
    link = re.search(r'<a href="([^"]+)"><svg[^>]*><use[^>]*></svg><span>Phones</span>', page.text)
    assert "device=mobile" in html.unescape(link.group(1))
    assert "Options, 7 days, device: Mobile" in text(client.get("/admin/kept"))


def test_the_same_name_again_changes_the_view(client):
    save(client)
    save(client, query="range=90d")
    listed = text(client.get("/admin/kept"))
    assert "Options, 90 days" in listed
    assert "Options, 7 days" not in listed


def test_a_view_belongs_to_one_user(site, client):
    save(client)
    site.db.execute(
        """with other as (
             insert into users (email, password_hash, role)
             values ('other@example.com', '-', 'viewer') returning id)
           insert into logins (token_hash, user_id, csrf, expires_at)
           select %s, id, 'their-csrf', now() + interval '1 day' from other""",
        [hashlib.sha256(b"their-token").digest()],
    )
    client.cookies.set("trailpost", "their-token")
    assert "Phones" not in client.get("/admin/kept").text
    (view,) = site.db.execute("select id from saved_views").fetchone()
    gone = client.post(f"/admin/kept/views/{view}/delete", data={"csrf": "their-csrf"})
    assert gone.status_code == 404
    assert site.db.execute("select count(*) from saved_views").fetchone() == (1,)


def test_viewers_save_views_of_their_own(site, client):
    site.db.execute("update users set role = 'viewer'")
    assert save(client).status_code == 303
    assert "Phones" in client.get("/admin/kept").text


def test_a_view_is_deleted(site, client):
    save(client)
    (view,) = site.db.execute("select id from saved_views").fetchone()
    assert post(client, f"/admin/kept/views/{view}/delete").status_code == 303
    assert "Phones" not in client.get("/admin/kept").text


@pytest.mark.parametrize("name", ["", "x" * 61])
def test_a_view_needs_a_name(client, name):
    assert save(client, name=name).status_code == 400


def test_nothing_is_kept_without_the_csrf_token(site, client):
    data = {"name": "Phones", "section": "options", "query": ""}
    assert client.post("/admin/kept/views", data=data).status_code == 403


def test_a_note_stands_in_the_step_it_belongs_to(site, client):
    site.some_sessions()
    day = site.now.date().isoformat()
    assert annotate(client, f"{day}T00:00").headers["location"].startswith("/admin?")
    page = client.get("/admin?range=7d")
    rows = re.findall(r'<tr data-at="\d+".*?</tr>', page.text, re.S)
    noted = [row for row in rows if "Campaign started" in row]
    assert noted == rows[-1:]
    assert "Campaign started" in client.get("/admin/prices?range=7d").text


def test_the_time_of_a_note_is_of_the_zone_of_the_page(site, client):
    annotate(client, "2026-03-01T09:30", query="tz=Europe/Vienna")
    (at,) = site.db.execute("select at from annotations").fetchone()
    assert at.isoformat() == "2026-03-01T08:30:00+00:00"


def test_a_note_is_changed_and_deleted(site, client):
    annotate(client, "2026-03-01T09:30")
    (note,) = site.db.execute("select id from annotations").fetchone()
    post(client, f"/admin/kept/notes/{note}", text="New price list", at="2026-03-02T10:00")
    listed = text(client.get("/admin/kept"))
    assert "New price list" in listed
    assert "2 Mar 2026, 10:00, by owner@example.com" in listed
    post(client, f"/admin/kept/notes/{note}/delete")
    assert "New price list" not in client.get("/admin/kept").text
    assert post(client, f"/admin/kept/notes/{note}/delete").status_code == 404


@pytest.mark.parametrize(
    ("at", "words"), [("yesterday", "x"), ("0001-01-01T00:00", "x"), ("2026-03-01T09:30", "  ")]
)
def test_a_note_that_makes_no_sense_is_refused(client, at, words):
    assert annotate(client, at, words).status_code == 400


def test_a_shared_link_shows_one_view_to_anybody(site, client):
    site.some_sessions()
    link = share(client, query="range=7d&source=newsletter")
    client.cookies.clear()
    page = client.get(link)
    assert page.status_code == 200
    assert "<h1>Options" in page.text
    assert "Source: newsletter" in text(page)
    assert "Nest120" in text(page)


def test_a_shared_page_leads_nowhere(site, client):
    site.some_sessions()
    for section in ("overview", "options", "funnel", "prices"):
        link = share(client, section=section)
        page = client.get(link)
        hrefs = re.findall(r'(?:href|action|hx-get|hx-sse:connect)="(/[^"]*)"', page.text)
        inside = [h for h in hrefs if not h.startswith(("/static/", "/admin/icon.svg"))]
        assert set(inside) <= {"/admin", f"{link}/live"}, section
        assert "<form" not in page.text


def test_a_shared_page_is_not_for_search_engines(client):
    page = client.get(share(client))
    assert page.headers["x-robots-tag"] == "noindex, nofollow"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert '<meta name="robots" content="noindex' in page.text


def test_the_token_of_a_link_is_kept_nowhere(site, client):
    token = share(client).removeprefix("/share/")
    (kept,) = site.db.execute("select token_hash from share_links").fetchone()
    assert kept == hashlib.sha256(token.encode()).digest()
    assert token not in client.get("/admin/kept").text


def test_a_link_ends(site, client):
    link = share(client, days="1")
    (days,) = site.db.execute(
        "select extract(epoch from expires_at - created_at) / 86400 from share_links"
    ).fetchone()
    assert days == 1
    site.db.execute("update share_links set expires_at = now() - interval '1 s'")
    assert client.get(link).status_code == 404


def test_a_link_is_taken_back(site, client):
    link = share(client)
    assert client.get(link).status_code == 200
    (found,) = site.db.execute("select id from share_links").fetchone()
    assert post(client, f"/admin/kept/links/{found}/revoke").status_code == 303
    assert client.get(link).status_code == 404
    listed = text(client.get("/admin/kept"))
    assert "taken back" in listed
    assert "opened 1 time" in listed


def test_a_link_that_ended_has_no_stream(site, client):
    link = share(client)
    site.db.execute("update share_links set expires_at = now() - interval '1 s'")
    assert client.get(f"{link}/live").status_code == 404


@pytest.mark.parametrize("section", ["overview", "funnel", "prices"])
def test_the_stream_of_a_link_sends_what_its_page_shows_and_no_more(site, client, section):
    site.some_sessions()
    link = share(client, section=section)
    page = client.get(link).text
    looked = Looked(section=section, asked=Asked(range="7d"), link=link.removeprefix("/share/"))

    async def sent():
        return drawing.fragments(await drawing.draw(client.app.state, looked))

    for name, inner in client.blocking_portal.call(sent).items():
        assert f'id="{name}"' in page
        assert not re.search(r"/admin/|csrf|tp_", inner)


def test_a_wrong_link_is_not_found(stranger):
    assert stranger.get("/share/nothing/live").status_code == 404
    page = stranger.get("/share/nothing")
    assert page.status_code == 404
    assert "There is no such page" in page.text


def test_a_link_can_only_be_looked_at(client):
    link = share(client)
    client.cookies.clear()
    assert client.post(link).status_code == 405
    assert client.get(f"{link}/sessions").status_code == 404


@pytest.mark.parametrize("section", ["system", "sessions", "export", "real-time"])
def test_what_names_sessions_or_the_server_is_not_shared(client, section):
    answer = post(client, "/admin/kept/links", section=section, query="", days="7")
    assert answer.status_code == 400


@pytest.mark.parametrize("days", ["0", "365", "x", ""])
def test_a_link_lasts_a_day_a_week_or_a_month(client, days):
    answer = post(client, "/admin/kept/links", section="options", query="", days=days)
    assert answer.status_code == 400


def test_viewers_share_and_note_nothing(site, client):
    site.db.execute("update users set role = 'viewer'")
    assert post(client, "/admin/kept/links", section="options", days="7").status_code == 403
    assert annotate(client, "2026-03-01T09:30").status_code == 403
    page = client.get("/admin/options").text
    assert 'id="share"' not in page
    assert 'id="note"' not in page
