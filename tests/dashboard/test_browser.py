"""The pages in a real browser: how they look to everybody, and how they live."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from trailpost.dashboard.http import hub

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SHOTS = Path(__file__).parents[2] / "artifacts" / "screenshots"
LOOKS = {
    "light": {"scheme": "light", "width": 1360},
    "dark": {"scheme": "dark", "width": 1360},
    "phone": {"scheme": "light", "width": 390, "height": 844},
    "phone-dark": {"scheme": "dark", "width": 390, "height": 844},
}
# Bytes over the wire for a first visit, everything included.
BUDGET = 120_000


def shoot(page, name):
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


def axe(page):
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def settled(page):
    """Connected, drawn, and nothing on its way any more."""
    expect(page.locator("#live")).to_have_attribute("data-state", "on")
    expect(page.locator("#chart-series canvas")).to_be_visible()


def sideways(page):
    return page.evaluate("document.documentElement.scrollWidth > innerWidth")


@pytest.mark.parametrize("look", LOOKS)
def test_the_overview_is_for_everybody(site, visit, look):
    site.some_sessions()
    page = visit(**LOOKS[look])
    settled(page)
    shoot(page, f"overview-{look}")
    axe(page)
    assert not sideways(page)


@pytest.mark.parametrize("look", LOOKS)
def test_the_journey_is_for_everybody(site, visit, look):
    session_id = site.some_sessions()
    page = visit(f"/admin/sessions/{session_id}", **LOOKS[look])
    for summary in page.locator(".timeline summary").all():
        summary.click()
    shoot(page, f"journey-{look}")
    axe(page)
    assert not sideways(page)


@pytest.mark.parametrize("look", ["light", "dark"])
def test_the_first_visit_is_for_everybody(visit, look):
    page = visit(**LOOKS[look])
    expect(page.get_by_role("heading", name="Waiting for the first event")).to_be_visible()
    expect(page.locator("#cards")).to_be_hidden()
    shoot(page, f"empty-{look}")
    axe(page)


@pytest.mark.parametrize("path", ["/admin/login", "/nothing/here"])
def test_login_and_errors_are_for_everybody(visit, chromium, server, path):
    page = chromium.new_page(color_scheme="dark")  # a 404 is an error in the console, too
    page.goto(server.url + path)
    shoot(page, path.strip("/").replace("/", "-"))
    axe(page)
    assert not sideways(page)


def test_nothing_scrolls_sideways_on_the_narrowest_phone(site, visit):
    session_id = site.some_sessions()
    for path in ("/admin", f"/admin/sessions/{session_id}", "/admin?range=custom"):
        page = visit(path, width=320, height=640)
        assert not sideways(page), path


def test_a_definition_is_reached_by_keyboard_and_left_by_escape(site, visit):
    site.some_sessions()
    page = visit()
    settled(page)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "about-sessions":
            break
    expect(page.locator("#tip-sessions")).to_be_visible()
    expect(page.locator("#about-sessions")).to_have_accessible_description(
        "Sessions whose first event lies in the period."
    )
    shoot(page, "definition")
    axe(page)
    page.keyboard.press("Escape")
    expect(page.locator("#tip-sessions")).to_be_hidden()


def test_a_definition_shows_under_the_pointer_and_inside_the_page(site, visit):
    site.some_sessions()
    page = visit(width=390, height=844)
    settled(page)
    for name in ("queue", "visitors", "conversion_rate"):
        page.locator(f"#about-{name}").hover()
        tip = page.locator(f"#tip-{name}")
        expect(tip).to_be_visible()
        box = tip.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390


def test_figures_change_without_a_reload_when_something_is_written(site, visit):
    site.some_sessions()
    page = visit()
    settled(page)
    page.evaluate("window.notReloaded = true")
    sessions = page.locator('[data-figure="sessions"]')
    expect(sessions).to_have_text("13")
    page.locator("#as-table-series summary").click()
    before = page.locator("#table-series tbody tr").last.locator("td").first.inner_text()
    site.session(minutes_ago=0, seconds=1)
    site.written()
    expect(sessions).to_have_text("14")
    expect(page.locator("#table-series tbody tr").last.locator("td").first).to_have_text(
        str(int(before) + 1)
    )
    expect(page.locator("#sessions tbody tr").first).to_contain_text("Active")
    expect(page.locator('[data-figure="active_now"]')).to_have_text("1")
    assert page.evaluate("window.notReloaded")
    assert page.locator("#as-table-series").get_attribute("open") is not None


def test_the_first_event_ends_the_waiting_without_a_reload(site, visit):
    page = visit()
    expect(page.locator("#live")).to_have_attribute("data-state", "on")
    site.session(minutes_ago=0, seconds=1)
    site.written()
    expect(page.get_by_role("heading", name="Waiting for the first event")).to_be_hidden()
    expect(page.locator("#cards")).to_be_visible()
    expect(page.locator("#chart-series canvas")).to_be_visible()


def test_a_shared_page_lives_until_its_link_ends(site, server, chromium, monkeypatch):
    monkeypatch.setattr(hub, "KEEP_ALIVE", 0.2)
    site.some_sessions()
    token = "of-a-link-that-somebody-was-sent"
    site.db.execute(
        """insert into share_links (token_hash, section, query, by, created_at, expires_at)
        values (sha256(%s::bytea), 'overview', 'range=30d', 1, now(), now() + interval '1 day')""",
        [token.encode()],
    )
    page = chromium.new_page()
    page.goto(f"{server.url}/share/{token}")
    expect(page.locator("#live")).to_have_attribute("data-state", "on")
    expect(page.locator('[data-figure="sessions"]')).to_have_text("13")
    site.session(minutes_ago=0, seconds=1)
    site.written()
    expect(page.locator('[data-figure="sessions"]')).to_have_text("14")
    axe(page)
    site.db.execute("update share_links set revoked_at = now()")
    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible(timeout=20_000)


def test_an_open_definition_survives_a_change(site, visit):
    site.some_sessions()
    page = visit()
    settled(page)
    page.locator("#about-visitors").focus()
    site.session(minutes_ago=0, seconds=1)
    site.written()
    expect(page.locator('[data-figure="sessions"]')).to_have_text("14")
    expect(page.locator("#about-visitors")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(page.locator("#tip-visitors")).to_be_visible()


def test_choosing_a_range_swaps_the_figures_and_keeps_the_url(site, visit):
    site.some_sessions()
    page = visit()
    settled(page)
    page.evaluate("window.notReloaded = true")
    page.get_by_role("radio", name="7 days").click()
    expect(page.locator('[data-figure="sessions"]')).to_have_text("8")
    expect(page).to_have_url(re.compile("range=7d"))
    expect(page.locator("#range-7d")).to_be_focused()
    assert page.evaluate("window.notReloaded")
    settled(page)
    site.session(minutes_ago=0, seconds=1)
    site.written()
    expect(page.locator('[data-figure="sessions"]')).to_have_text("9")
    page.go_back()
    expect(page.locator('[data-figure="sessions"]')).to_have_text("14")


def test_the_options_stay_open_while_one_changes_them(site, visit):
    site.some_sessions()
    page = visit()
    settled(page)
    page.locator("#more summary").click()
    page.get_by_label("Include bots").check()
    expect(page.locator('[data-figure="sessions"]')).to_have_text("14")
    expect(page.get_by_label("Include bots")).to_be_visible()
    shoot(page, "options-open")
    axe(page)
    page.keyboard.press("Escape")
    expect(page.get_by_label("Include bots")).to_be_hidden()


def test_a_custom_range_asks_for_its_days(site, visit):
    site.some_sessions()
    page = visit()
    settled(page)
    page.get_by_role("radio", name="Custom").click()
    expect(page.locator("#from")).to_be_visible()
    day = site.now.date().isoformat()
    page.locator("#from").fill(day)
    expect(page.locator("#period")).to_contain_text("the day before")
    shoot(page, "custom")


def test_a_hidden_tab_closes_its_stream_and_opens_it_again(site, server, visit):
    site.some_sessions()
    page = visit()
    settled(page)
    hub = server.app.state.dashboard_hub
    hide = """hidden => {
        Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page.evaluate(hide, True)
    wait_for(page, lambda: not hub._channels)
    site.session(minutes_ago=0, seconds=1)
    site.written()
    page.evaluate(hide, False)
    expect(page.locator('[data-figure="sessions"]')).to_have_text("14")


def test_a_tab_opened_in_the_background_holds_no_stream(site, server, visit):
    site.some_sessions()
    page = visit("/admin/login")
    page.add_init_script("Object.defineProperty(document, 'hidden', { value: true })")
    page.goto(server.url + "/admin")
    expect(page.locator("#live")).to_have_attribute("data-state", "on")
    wait_for(page, lambda: not server.app.state.dashboard_hub._channels)


def wait_for(page, check):
    """Playwright's loop has to run while another thread gets there."""
    for _ in range(200):
        if check():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it never happened")


def test_the_theme_is_kept_and_set_before_the_page_is_drawn(site, visit):
    page = visit(scheme="light")
    page.get_by_role("button", name="Dark colours").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload(wait_until="commit")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.get_by_role("button", name="Dark colours")).to_have_attribute(
        "aria-pressed", "true"
    )


def test_everything_works_without_javascript(site, visit):
    site.some_sessions()
    page = visit(java_script_enabled=False)
    page.get_by_role("radio", name="7 days").click()
    page.get_by_role("button", name="Show", exact=True).click()
    assert "range=7d" in page.url
    assert page.locator('[data-figure="sessions"]').inner_text() == "8"
    page.locator("#as-table-series summary").click()
    assert page.locator("#table-series").is_visible()
    page.locator(".sessions a").first.click()
    assert "/admin/sessions/" in page.url


def test_a_first_visit_is_light(site, visit, server):
    session_id = site.some_sessions()
    page = visit("/admin/login")
    for path in ("/admin", f"/admin/sessions/{session_id}"):
        assert weight(page, server.url + path) < BUDGET


def weight(page, url):
    """Bytes that came over the wire, with an empty cache, but for the live stream."""
    bytes_of, streams = [], set()

    def answered(event):
        if event["response"]["mimeType"] == "text/event-stream":
            streams.add(event["requestId"])

    def finished(event):
        if event["requestId"] not in streams:
            bytes_of.append(event["encodedDataLength"])

    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.clearBrowserCache")
    session.on("Network.responseReceived", answered)
    session.on("Network.loadingFinished", finished)
    page.goto("about:blank")  # ends the stream of the page before
    page.wait_for_timeout(200)
    bytes_of.clear()
    page.goto(url, wait_until="load")
    page.wait_for_timeout(300)
    session.detach()
    assert bytes_of
    return sum(bytes_of)
