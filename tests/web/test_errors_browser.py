"""Capturing errors in a real browser: what it says of them, and what happens without a server."""

import pytest

from tests.web.stand_in import Site, Stats, until
from trailpost.issues import wire

pytestmark = pytest.mark.browser

SHOP = """<!doctype html><html lang="en"><title>Shop</title>{script}
<script>
function total() { return undefined.price; }
function caught() {
  try { total(); }
  catch (error) { trailpost.captureError(error, {tags: ["list 7"], level: "warning"}); }
}
</script>
<button onclick="total()">Total</button></html>"""


@pytest.fixture
def stats():
    server = Stats()
    yield server
    server.close()
    for body in server.issue_bodies:  # the real server would take every one of them
        for raw in wire.LOOSE_BATCH.decode(body).occurrences:
            wire.OCCURRENCE.decode(raw)


@pytest.fixture
def site(stats):
    place = Site(stats)
    place.html = SHOP
    yield place
    place.server.shutdown()
    place.server.server_close()


@pytest.fixture
def page(chromium):
    context = chromium.new_context()
    yield context.new_page()
    context.close()


def test_a_captured_error_says_what_where_and_in_which_session(page, site, stats):
    page.goto(site.url)
    until(lambda: stats.events("page_view"))
    assert stats.scripts == ["/t.js"], "a page without errors loads nothing that tells of them"
    page.evaluate("caught()")
    (one,) = until(stats.occurrences)
    assert stats.scripts == ["/t.js", "/t-errors.js"]
    assert (one["type"], one["level"], one["tags"]) == ("TypeError", "warning", ["list 7"])
    assert "price" in one["message"]
    assert [(f["function"], f["file"]) for f in one["stack"][:2]] == [
        ("total", f"{site.url}/"),
        ("caught", f"{site.url}/"),
    ]
    assert one["sessionId"] == stats.batches[0]["session"]["id"]
    page.evaluate("caught()")
    page.evaluate("trailpost.captureError(new RangeError('another'))")
    until(lambda: len(stats.occurrences()) == 2)
    assert {o["type"] for o in stats.occurrences()} == {"TypeError", "RangeError"}


def test_what_nobody_caught_is_captured_and_waits_for_the_server(page, site, stats):
    site.attributes = {"data-errors": "on", "data-release": "1.4.0"}
    thrown = []
    page.on("pageerror", lambda e: thrown.append(str(e)))
    page.goto(site.url)
    until(lambda: "/t-errors.js" in stats.scripts and stats.events("page_view"))
    page.wait_for_function("performance.getEntriesByName(document.scripts[0].src).length")
    page.wait_for_timeout(200)
    stats.go_away()
    page.click("button")
    page.evaluate("void Promise.reject(new Error('nobody caught me'))")
    waiting = "Object.keys(localStorage).filter(k => k.includes(':issue:')).length"
    until(lambda: page.evaluate(waiting) == 1)
    # The page's own errors are still the page's.
    until(lambda: len(thrown) == 2)
    stats.come_back()
    page.goto(f"{site.url}/next")
    found = until(lambda: len(stats.occurrences()) == 2 and stats.occurrences())
    assert {o["message"] for o in found} >= {"nobody caught me"}
    assert {o["release"] for o in found} == {"1.4.0"}
    until(lambda: page.evaluate(waiting) == 0)
    assert len({o["occurrenceId"] for o in found}) == 2


def test_an_error_just_before_the_page_is_left_goes_in_a_beacon(page, site, stats):
    site.attributes = {"data-errors": "on", "data-flush": "60000"}
    page.goto(site.url)
    until(lambda: "/t-errors.js" in stats.scripts)
    page.wait_for_timeout(200)
    page.evaluate("caught()")
    page.wait_for_timeout(100)
    page.goto("about:blank")
    (one,) = until(stats.occurrences)
    assert one["type"] == "TypeError"
