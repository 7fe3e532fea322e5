"""Sections over HTTP: panels, filters, values, settings. Without JavaScript, as a browser asks."""

import html
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.dashboard.test_pages import text
from trailpost import analytics
from trailpost.dashboard.rules import sections

CSRF = {"csrf": "csrf-of-the-login"}
PATHS = [s.path for s in sections.SECTIONS]


def links(page):
    return [html.unescape(href) for href in re.findall(r'href="([^"]+)"', page.text)]


def make_viewer(site):
    site.db.execute("update users set role = 'viewer'")


@pytest.mark.parametrize("section", sections.SECTIONS, ids=lambda s: s.name)
def test_every_section_shows_itself_as_the_current_one(site, client, section):
    site.some_sessions()
    page = client.get(section.path)
    assert page.status_code == 200
    assert f"<h1>{section.title}" in page.text
    current = re.findall(r'<a href="([^"]+)" aria-current="page"', page.text)
    assert [html.unescape(c).partition("?")[0] for c in current] == [section.path]


@pytest.mark.parametrize("section", sections.SECTIONS, ids=lambda s: s.name)
def test_every_report_of_a_section_is_on_its_page_with_its_definition(site, client, section):
    if section.name in ("overview", "sessions"):
        pytest.skip("a page of its own")
    site.some_sessions()
    shown = text(client.get(section.path))
    for placed in sections.placed(section, analytics.REPORTS):
        assert placed.part.title in shown
        assert re.sub(r"\s+", " ", placed.part.definition) in shown


@pytest.mark.parametrize("path", PATHS)
def test_sections_forbid_inline_scripts_and_have_none(site, client, path):
    site.some_sessions()
    page = client.get(path + "?compare=true&device=desktop")
    assert "unsafe" not in page.headers["content-security-policy"]
    assert not re.search(r"<script(?![^>]*\bsrc=)", page.text)
    assert not re.search(r"<[^>]+\sstyle=", page.text)
    assert not re.search(r"<[^>]+\son\w+=", page.text)


@pytest.mark.parametrize("path", PATHS)
def test_ids_on_a_page_are_unique(site, client, path):
    site.some_sessions()
    ids = re.findall(r'\sid="([^"]+)"', client.get(path).text)
    assert sorted(set(ids)) == sorted(ids)


@pytest.mark.parametrize("path", PATHS)
def test_what_a_visitor_sends_cannot_run_in_any_section(site, client, path):
    evil = '"><script>alert(1)</script>'
    site.session(choices=[(evil, evil)], utm_source=evil, landing_page=evil)
    site.written()
    assert "<script>alert" not in client.get(path).text
    assert "<script>alert" not in client.get(path, params={"source": evil, "search": evil}).text


def test_an_unknown_section_is_a_page_that_says_so(client):
    page = client.get("/admin/nothing")
    assert page.status_code == 404
    assert "There is no such page" in page.text


def test_export_is_for_administrators(site, client):
    make_viewer(site)
    assert client.get("/admin/export").status_code == 403
    assert "/admin/export" not in client.get("/admin").text


def test_a_filter_is_a_chip_whose_link_takes_it_away(site, client):
    site.some_sessions()
    page = client.get("/admin/options?range=7d&device=desktop&source=newsletter")
    assert "Device: Desktop" in text(page)
    without = re.search(r'<a href="([^"]+)" aria-label="Remove the filter Device', page.text)
    left = parse_qs(urlsplit(html.unescape(without.group(1))).query)
    assert "device" not in left
    assert left["source"] == ["newsletter"]
    assert left["range"] == ["7d"]


def test_a_filter_narrows_the_figures_and_the_live_stream(site, client):
    site.some_sessions()
    page = client.get("/admin/options?source=newsletter")
    assert "no data" not in text(page).split("Nest120")[0][-40:]
    stream = re.search(r'hx-sse:connect="([^"]+)"', page.text).group(1)
    assert "source=newsletter" in html.unescape(stream)
    assert "Nest120" not in text(client.get("/admin/options?source=nobody"))


def test_a_filter_stays_when_another_section_is_opened(site, client):
    site.some_sessions()
    page = client.get("/admin/options?source=newsletter&range=7d")
    funnel = next(h for h in links(page) if h.startswith("/admin/funnel"))
    assert "source=newsletter" in funnel
    assert "range=7d" in funnel


def test_a_click_on_a_value_filters_by_it(site, client):
    site.some_sessions()
    page = client.get("/admin/options")
    link = next(h for h in links(page) if "option=nest%3Anest120" in h)
    assert link.startswith("/admin/options?")
    narrowed = client.get(link)
    assert "Option: Nest: Nest120" in text(narrowed)


def test_a_filter_that_makes_no_sense_is_named_and_left_out(site, client):
    site.some_sessions()
    page = client.get("/admin/options?option=without-a-colon")
    assert page.status_code == 200
    assert 'role="alert"' in page.text
    assert "Shown are the last 30 days" in page.text


def test_a_panel_that_does_not_know_a_filter_says_so(site, client):
    site.some_sessions()
    page = text(client.get("/admin/system?device=desktop"))
    assert "this report has no filter by device" in page


def test_every_csv_link_answers_with_csv(site, client):
    site.some_sessions()
    found = {
        h
        for path in PATHS
        for h in links(client.get(path, params={"range": "7d", "device": "desktop"}))
        if h.startswith("/api/reports/")
    }
    assert len(found) > 10
    for link in found:
        answer = client.get(link)
        assert answer.status_code == 200, link
        assert answer.headers["content-type"].startswith("text/csv")


def test_comparison_adds_the_period_before(site, client):
    site.session(minutes_ago=60, choices=[("nest", "nest80")], price=155500)
    site.session(minutes_ago=60 + 8 * 1440, choices=[("nest", "nest80")], price=165100)
    site.written()
    plain = text(client.get("/admin/prices?range=7d"))
    compared = text(client.get("/admin/prices?range=7d&compare=true"))
    assert "Average price before" not in plain
    assert "Average price before" in compared
    assert "€ 165,100" in compared


def test_no_data_says_what_to_do(site, client):
    site.session()
    site.written()
    page = text(client.get("/admin/options?device=tablet"))
    assert "Choose a longer range, or take a filter away" in page


def test_the_values_of_a_filter_are_those_of_the_period(site, client):
    site.some_sessions()
    page = client.get("/admin/values/option?section=options&range=7d")
    told = text(page)
    assert "Nest: Nest120" in told
    link = next(h for h in links(page) if "option=nest%3Anest120" in h)
    assert link.startswith("/admin/options?")
    assert "range=7d" in link
    assert (
        "<html"
        not in client.get(
            "/admin/values/option?section=options", headers={"hx-request": "true"}
        ).text
    )


def test_converted_can_be_yes_or_no(client):
    told = links(client.get("/admin/values/converted?section=funnel"))
    assert any(h.endswith("converted=true") for h in told)
    assert any(h.endswith("converted=false") for h in told)


def test_an_unknown_filter_is_not_found(client):
    assert client.get("/admin/values/nothing").status_code == 404


def test_required_categories_are_kept_and_become_steps_of_the_funnel(site, client):
    site.some_sessions()
    page = client.get("/admin/funnel")
    assert 'name="category" value="nest"' in page.text
    answer = client.post(
        "/admin/funnel/categories",
        data={**CSRF, "section": "funnel", "query": "range=7d", "category": ["nest", "fussboden"]},
        follow_redirects=False,
    )
    assert answer.headers["location"].startswith("/admin/funnel?")
    page = client.get("/admin/funnel")
    assert re.search(r'name="category" value="fussboden" checked', page.text)
    assert "Decided · Fussboden" in text(page)


def test_viewers_change_no_required_category(site, client):
    make_viewer(site)
    data = {**CSRF, "section": "funnel", "query": "", "category": "nest"}
    assert client.post("/admin/funnel/categories", data=data).status_code == 403
    assert "Required categories" not in client.get("/admin/funnel").text


def test_an_export_is_ordered_and_listed(site, client):
    site.some_sessions()
    data = {
        **CSRF,
        "project": "default",
        "table": "sessions",
        "format": "csv",
        "from": "",
        "to": "",
    }
    answer = client.post("/admin/export/orders", data=data, follow_redirects=False)
    assert answer.status_code == 303
    page = client.get("/admin/export")
    assert "Sessions, CSV, from the beginning to now" in text(page)
    assert "Waiting" in text(page)
    assert site.db.execute("select count(*) from job where kind = 'export'").fetchone() == (1,)


def test_an_export_that_makes_no_sense_is_refused(client):
    data = {**CSRF, "project": "default", "table": "nothing", "format": "csv"}
    assert client.post("/admin/export/orders", data=data).status_code == 400


def test_the_system_shows_every_table_with_its_partitions(site, client):
    site.some_sessions()
    page = text(client.get("/admin/system"))
    assert "user_sessions" in page
    assert re.search(r"events \d+ partitions", page)
    assert "Adds up" in page


def test_the_journey_shows_any_two_moments(site, client):
    session_id = site.some_sessions()
    page = text(client.get(f"/admin/sessions/{session_id}?at=5&against=3"))
    assert "At 0:12 event 5 of 6" in page
    assert "Against 0:10 event 3 of 6" in page
    assert "2 categories differ" in page
    assert "Fussboden – Parkett chosen" in page


def test_a_moment_by_itself_is_a_fragment(site, client):
    session_id = site.some_sessions()
    page = client.get(f"/admin/sessions/{session_id}?at=2", headers={"hx-request": "true"})
    assert "<html" not in page.text
    assert "Nothing was chosen at either moment" in page.text


def test_an_owner_makes_a_funnel_of_steps_and_deletes_it(site, client):
    site.some_sessions()
    assert "What step 12 matches" in client.get("/admin/funnel/new").text
    data = {
        **CSRF,
        "project": "default",
        "name": "To the floor",
        "kind-1": "page_view",
        "word-1": "*/konfigurator",
        "kind-3": "choice",
        "word-3": "fussboden:parkett",
        "kind-4": "converted",
    }
    made = client.post("/admin/funnel/new", data=data, follow_redirects=False)
    assert made.headers["location"] == "/admin/funnel?project=default&funnel=to-the-floor"
    page = client.get(made.headers["location"])
    told = text(page)
    assert "Chosen: fussboden:parkett" in told
    assert re.search(r'value="to-the-floor" selected', page.text)
    assert client.post("/admin/funnel/new", data=data).status_code == 409
    gone = client.post("/admin/funnel/to-the-floor/delete", data=CSRF)
    assert "To the floor" not in gone.text


@pytest.mark.parametrize("more", [{"name": "A"}, {"name": "§", "kind-1": "converted"}])
def test_a_funnel_without_steps_or_name_is_refused(client, more):
    data = {**CSRF, "project": "default", **more}
    assert client.post("/admin/funnel/new", data=data).status_code == 400
