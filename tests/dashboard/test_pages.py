import html
import re

import pytest

from trailpost import analytics
from trailpost.dashboard.panels.overview import CARDS


def text(page):
    """What a reader sees, with plain spaces."""
    body = re.sub(r"<(script|style)\b.*?</\1>", "", page.text, flags=re.S)
    words = html.unescape(re.sub(r"<[^>]+>", " ", body)).replace("\u00a0", " ")
    return re.sub(r"\s+", " ", words)


def figure(page, name):
    found = re.search(rf'data-figure="{name}">(.*?)</dd>', page.text, re.S)
    return html.unescape(re.sub(r"<[^>]+>", "", found.group(1))).replace("\u00a0", " ")


def test_without_a_login_every_page_leads_to_it(client):
    client.cookies.clear()
    for path in ("/", "/admin", "/admin/sessions/00000000-0000-0000-0000-000000000001"):
        answer = client.get(path, follow_redirects=False)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/admin/login?next=")


def test_the_live_stream_without_a_login_is_refused(client):
    client.cookies.clear()
    answer = client.get("/admin/live/overview", headers={"accept": "text/event-stream"})
    assert answer.status_code == 401


def test_the_root_leads_to_the_overview(client):
    answer = client.get("/", follow_redirects=False)
    assert answer.headers["location"] == "/admin"


def test_a_new_project_is_told_what_to_do_next(site, client):
    page = client.get("/admin")
    assert "Waiting for the first event" in page.text
    snippet = f'<script async src="{client.base_url}/t.js" data-key="{site.key}"></script>'
    assert html.escape(snippet) in page.text.replace("&#34;", "&quot;")
    assert "trailpost demo" in page.text


def test_the_overview_shows_the_figures_of_the_reports(site, client):
    site.some_sessions()
    page = client.get("/admin")
    assert "Waiting for the first event" not in page.text
    assert figure(page, "sessions") == "13"
    assert figure(page, "conversion_rate") == "7.7 %"
    assert figure(page, "average_configured_value").startswith("€ ")


def test_every_figure_says_its_definition(site, client):
    site.some_sessions()
    page = client.get("/admin")
    known = analytics.definitions(analytics.REPORTS["overview"].row)
    for name in CARDS:
        button = re.search(rf'id="about-{name}" aria-describedby="tip-{name}"', page.text)
        tip = re.search(rf'role="tooltip" id="tip-{name}">(.*?)</span>', page.text, re.S)
        assert button, name
        camel = re.sub(r"_(\w)", lambda m: m.group(1).upper(), name)
        assert html.unescape(tip.group(1)) == known[camel].definition
    for shown in re.findall(r'data-figure="(\w+)"', page.text):
        assert f'id="tip-{shown}"' in page.text


def test_a_change_has_words_beside_its_arrow(site, client):
    site.session(minutes_ago=60)
    site.session(minutes_ago=60)
    site.session(minutes_ago=60 + 31 * 1440)
    site.written()
    page = client.get("/admin")
    assert "up 100 percent" in text(page)
    assert "1 before" in text(page)


def test_what_has_no_data_says_so(site, client):
    site.session(choices=(), price=None)
    site.written()
    page = client.get("/admin")
    assert figure(page, "average_configured_value") == "no data"
    assert figure(page, "average_response_ms") == "no data"


def test_bots_are_left_out_until_they_are_asked_for(site, client):
    site.session(is_bot=True, bot_reason="empty user agent")
    site.session()
    site.written()
    assert figure(client.get("/admin"), "sessions") == "1"
    with_bots = client.get("/admin?bots=true")
    assert figure(with_bots, "sessions") == "2"
    assert re.search(r'id="bots"[^>]*checked', with_bots.text)


def test_the_url_holds_the_state_of_the_choosers(site, client):
    site.some_sessions()
    page = client.get("/admin?range=7d&tz=Europe/Vienna")
    assert re.search(r'value="7d" checked', page.text)
    assert '<option value="Europe/Vienna" selected>' in page.text
    assert "against the 7 days before" in text(page)
    assert "/admin/live/overview?project=default&amp;range=7d&amp;tz=Europe%2FVienna" in page.text


def test_a_custom_range_shows_its_days(site, client):
    site.some_sessions()
    day = site.now.date().isoformat()
    page = client.get(f"/admin?range=custom&from={day}&to={day}")
    assert "the day before" in text(page)
    assert re.search(rf'id="from"[^>]*value="{day}"', page.text)


@pytest.mark.parametrize(
    "query",
    ["range=custom&from=x&to=y", "tz=Mars/Olympus", "range=custom&from=2026-02-02&to=2026-02-01"],
)
def test_a_range_that_makes_no_sense_is_named_and_the_default_shown(site, client, query):
    page = client.get(f"/admin?{query}")
    assert page.status_code == 200
    assert 'role="alert"' in page.text
    assert "Shown are the last 30 days" in page.text


def test_an_unknown_range_is_the_default(client):
    assert re.search(r'value="30d" checked', client.get("/admin?range=9y").text)


def test_htmx_gets_only_what_changes(site, client):
    page = client.get("/admin", headers={"hx-request": "true"})
    assert "<html" not in page.text
    assert 'id="cards"' in page.text
    assert "hx-request" in page.headers["vary"].lower()


def test_the_ledger_adds_up_or_says_by_how_much_not(site, client):
    site.some_sessions()
    assert "Adds up" in client.get("/admin").text
    site.db.execute("update ingest_ledger set stored = stored - 2")
    assert "Does not add up: 2 events" in text(client.get("/admin"))


def test_options_show_share_and_what_was_kept(site, client):
    site.some_sessions()
    page = text(client.get("/admin"))
    assert "Gebaeudehuelle" in page
    assert "Holzlattung 100 %" in page
    assert "100 % kept" in page


def test_recent_sessions_lead_to_their_journeys(site, client):
    session_id = site.some_sessions()
    page = client.get("/admin?range=7d")
    assert f"/admin/sessions/{session_id}?project=default&amp;range=7d" in page.text
    assert "newsletter / autumn" in page.text


def test_the_journey_tells_the_session(site, client):
    session_id = site.some_sessions()
    page = client.get(f"/admin/sessions/{session_id}")
    told = text(page)
    assert "Converted" in told
    assert "€ 278,210" in told
    assert "Gebaeudehuelle: Holzlattung +€ 1,000" in told
    assert "14 min pause" in told or "15 min pause" in told
    assert "Left from https://nest.example/" in told
    assert "The price went from" in page.text
    assert "Firefox on Linux" in told


def test_the_journey_of_a_bot_says_why_it_is_one(site, client):
    session_id = site.session(is_bot=True, bot_reason="empty user agent")
    assert "bot: empty user agent" in client.get(f"/admin/sessions/{session_id}").text


def test_a_long_journey_has_pages(site, client):
    session_id = site.session()
    start = site.now
    site.db.execute(
        """insert into events
             (event_id, session_id, occurred_at, received_at, project_id, day, kind)
           select gen_random_uuid(), %s, %s + n * interval '61 s', %s, 1, %s, 'page_view'
           from generate_series(1, 447) n""",
        [session_id, start, start, start.date()],
    )
    site.db.execute("update user_sessions set total_events = 450")
    page = client.get(f"/admin/sessions/{session_id}?page=2")
    assert "Page 2 of 3" in page.text
    assert "page=1" in page.text
    assert "page=3" in page.text
    assert client.get(f"/admin/sessions/{session_id}?page=4").status_code == 404


def test_an_unknown_session_is_a_page_that_says_so(client):
    page = client.get("/admin/sessions/00000000-0000-0000-0000-000000000001")
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert "There is no such page" in page.text


def test_an_unknown_project_is_not_found(client):
    assert client.get("/admin?project=nothing").status_code == 404


def test_errors_of_the_api_stay_problem_documents(client):
    answer = client.get("/api/reports/nothing")
    assert answer.headers["content-type"].startswith("application/problem+json")


def test_what_a_visitor_sends_cannot_run_on_the_page(site, client):
    evil = '"><script>alert(1)</script>'
    session_id = site.session(choices=[(evil, evil)], utm_source=evil, landing_page=evil)
    site.written()
    for path in ("/admin", f"/admin/sessions/{session_id}"):
        assert "<script>alert" not in client.get(path).text


def test_pages_forbid_inline_scripts_and_have_none(site, client):
    session_id = site.some_sessions()
    for path in ("/admin", f"/admin/sessions/{session_id}"):
        page = client.get(path)
        policy = page.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert page.headers["cache-control"] == "no-store"
        assert not re.search(r"<script(?![^>]*\bsrc=)", page.text)
        assert not re.search(r"<[^>]+\sstyle=", page.text)
        assert not re.search(r"<[^>]+\son\w+=", page.text)
