"""The pages of issues: what they show, and what their buttons do."""

import re

import pytest

from tests.dashboard.test_pages import figure, text
from tests.issues.capturing import SESSION, Feed, envelope, kept, write_all
from tests.tracking.writing import NOON
from trailpost.issues.wire import KeptFrame

CSRF = {"csrf": "csrf-of-the-login"}
DAY = 86_400_000_000


@pytest.fixture
def write(site):
    feed = Feed(site.settings.redis_url)

    def now(*occurrences):
        feed.send(envelope(*occurrences))
        write_all(site.settings.database_url, site.settings.redis_url, feed)

    return now


def listed(page):
    return re.findall(r'href="(/admin/issues/[0-9a-f-]{36})"', page.text)


def test_before_anything_went_wrong_the_page_says_how_to_capture(client):
    page = client.get("/admin/issues")
    assert page.headers["cache-control"] == "no-store"
    assert "trailpost.captureError" in text(page)
    assert 'href="/admin/issues"' in client.get("/admin").text


def test_issues_are_listed_with_their_counts_and_filtered(client, write):
    write(kept(NOON), kept(NOON + DAY, session_id=None), kept(message="<b>bold</b>", level="info"))
    page = client.get("/admin/issues")
    assert len(listed(page)) == 2
    assert "<b>bold" not in page.text
    assert "TypeError: x is undefined" in text(page)
    assert re.search(r"<td>2</td><td>1</td>", page.text)
    (info,) = listed(client.get("/admin/issues?level=info"))
    assert listed(client.get("/admin/issues?q=BOLD")) == [info]
    assert listed(client.get("/admin/issues?status=resolved")) == []
    assert len(listed(client.get("/admin/issues?level=nonsense&cursor=nonsense"))) == 2


def test_older_issues_are_one_link_away(client, write):
    write(*(kept(NOON + n, message=chr(97 + n // 26) + chr(97 + n % 26)) for n in range(53)))
    first = client.get("/admin/issues?level=error")
    assert len(listed(first)) == 50
    older = re.search(r'href="(/admin/issues[^"]*cursor=[^"]*)"', first.text)[1]
    second = client.get(older.replace("&amp;", "&"))
    assert len(listed(second)) == 3
    assert 'href="/admin/issues?level=error">Newest' in second.text


def test_an_issue_shows_stack_tags_context_and_the_way_to_the_session(client, write):
    stack = [KeptFrame("total", "/main.js", 3, 7, None), KeptFrame(None, "/x.js", 1, None, False)]
    write(kept(stack=stack, tags=["list <7>"], context=b'{"browser":1}', release="1.4.0"))
    (url,) = listed(client.get("/admin/issues"))
    page = client.get(url)
    words = text(page)
    assert "total /main.js:3:7" in words
    assert "(no name) /x.js:1" in words
    assert "list <7>" not in page.text
    assert '"browser": 1' in words
    assert "1.4.0" in words
    assert f'href="/admin/sessions/{SESSION}"' in page.text
    assert (figure(page, "occurrences"), figure(page, "sessions")) == ("1", "1")


def test_an_administrator_resolves_ignores_and_opens(client, db, write):
    write(kept())
    (url,) = listed(client.get("/admin/issues"))
    assert "Resolved" in text(client.post(f"{url}/resolved", data=CSRF))
    db.execute("update issues set resolved_at = '2026-01-01'")
    write(kept(NOON + DAY))
    assert "occurred again after it was resolved" in text(client.get(url))
    assert "Ignored" in text(client.post(f"{url}/ignored", data=CSRF))
    assert "Resolve" in text(client.post(f"{url}/open", data=CSRF))
    assert client.post(f"{url}/gone", data=CSRF).status_code == 400
    assert client.post(f"{url}/resolved", data={}).status_code == 403
    db.execute("update users set role = 'viewer'")
    assert client.get(url).status_code == 200
    assert "formaction" not in client.get(url).text
    assert client.post(f"{url}/resolved", data=CSRF).status_code == 403
    assert db.execute("select status::text from issues").fetchone() == ("open",)
