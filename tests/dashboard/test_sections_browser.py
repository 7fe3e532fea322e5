"""The sections in a real browser: for everybody, by keyboard, on paper, and alive."""

import re

import pytest
from playwright.sync_api import expect

from tests.dashboard.test_browser import BUDGET, LOOKS, SHOTS, axe, shoot, sideways, weight
from trailpost.dashboard.rules import sections

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

NAMES = [s.name for s in sections.SECTIONS if s.name != "overview"]


def path_of(name):
    return sections.find(name).path


def connected(page):
    expect(page.locator("#live")).to_have_attribute("data-state", "on")
    for chart in page.locator(".chart").all():
        expect(chart.locator("canvas")).to_be_visible()


def charted(page):
    """Whether each chart has drawn something in its colour."""
    return page.evaluate(
        """[...document.querySelectorAll(".chart canvas")].every(c => {
            const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
            return d.some(v => v);
        })"""
    )


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
@pytest.mark.parametrize("name", NAMES)
def test_every_section_is_for_everybody(site, visit, name, look):
    site.some_sessions()
    page = visit(path_of(name), **LOOKS[look])
    connected(page)
    shoot(page, f"{name}-{look}")
    axe(page)
    assert not sideways(page)
    assert charted(page)


def test_no_section_scrolls_sideways_on_the_narrowest_phone(site, visit):
    site.some_sessions()
    for name in NAMES:
        page = visit(path_of(name), width=320, height=640)
        assert not sideways(page), name
        page.context.close()


def test_every_section_is_light(site, visit, server):
    site.some_sessions()
    page = visit("/admin/login")
    for name in NAMES:
        assert weight(page, server.url + path_of(name)) < BUDGET, name


def test_keys_lead_through_the_sections(site, visit):
    site.some_sessions()
    page = visit()
    connected(page)
    page.keyboard.press("g")
    page.keyboard.press("i")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Options")
    connected(page)
    page.keyboard.press("w")
    expect(page).to_have_url(re.compile("range=7d"))
    page.keyboard.press("c")
    expect(page).to_have_url(re.compile("compare=true"))
    page.keyboard.press("/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sessions")
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("g o")
    expect(page.locator("#search")).to_have_value("g o")


def test_a_question_mark_lists_the_keys_and_they_can_be_switched_off(site, visit):
    page = visit()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    shoot(page, "help")
    axe(page)
    page.get_by_label("Single keys do something").uncheck()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def test_the_menu_of_a_phone_opens_and_leads_on(site, visit):
    page = visit(**LOOKS["phone"])
    menu = page.get_by_role("button", name="Menu")
    expect(page.get_by_role("link", name="Funnel")).to_be_hidden()
    menu.click()
    expect(menu).to_have_attribute("aria-expanded", "true")
    shoot(page, "menu-phone")
    axe(page)
    page.get_by_role("link", name="Funnel").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Funnel")


def test_a_filter_is_added_from_the_values_there_are_and_taken_away(site, visit):
    site.some_sessions()
    page = visit("/admin/options")
    connected(page)
    page.keyboard.press("f")
    page.get_by_role("link", name="Option", exact=True).click()
    page.get_by_role("link", name="Nest: Nest120").click()
    chip = page.locator(".filter")
    expect(chip).to_contain_text("Option: Nest: Nest120")
    connected(page)
    shoot(page, "filtered")
    axe(page)
    page.get_by_role("link", name="Remove the filter Option").click()
    expect(chip).to_have_count(0)


def test_a_column_orders_the_table_and_stays_so_while_figures_change(site, visit):
    site.some_sessions()
    site.session(choices=[("nest", "nest160")], price=200000)
    site.written()
    page = visit("/admin/options")
    connected(page)
    cells = page.locator("#table-options tbody tr td:nth-child(2)")
    page.locator("#about-options-value").click()
    names = cells.all_inner_texts()
    assert names == sorted(names)
    page.locator("#about-options-value").click()
    header = page.locator("#table-options th", has_text="Option").first
    expect(page.locator("#table-options th[aria-sort=descending]")).to_have_count(1)
    expect(header).to_be_visible()
    site.session(minutes_ago=1, choices=[("nest", "aaa")], price=100000)
    site.written()
    expect(cells.last).to_have_text("Aaa")
    names = cells.all_inner_texts()
    assert names == sorted(names, reverse=True)


def test_a_section_changes_without_a_reload_when_something_is_written(site, visit):
    site.some_sessions()
    page = visit("/admin/options")
    connected(page)
    page.evaluate("window.notReloaded = true")
    site.session(minutes_ago=1, choices=[("kitchen", "oak")], price=100000)
    site.written()
    expect(page.locator("#table-options")).to_contain_text("Kitchen")
    assert page.evaluate("window.notReloaded")


def test_a_chart_follows_its_table(site, visit):
    site.some_sessions()
    page = visit("/admin/prices?range=7d")
    connected(page)
    page.locator("#as-table-price-evolution summary").click()
    last = page.locator("#table-price-evolution tbody tr").last.locator("td").first
    before = last.inner_text()
    site.session(minutes_ago=1, choices=[("nest", "nest80")], price=400000)
    site.written()
    expect(last).not_to_have_text(before)
    assert charted(page)


def test_a_note_is_made_beside_the_chart(site, visit):
    site.some_sessions()
    page = visit("/admin?range=7d")
    connected(page)
    page.locator("#note summary").click()
    page.get_by_label("What happened").fill("Campaign started")
    shoot(page, "note-open")
    axe(page)
    page.get_by_role("button", name="Note it").click()
    connected(page)
    page.locator("#as-table-series summary").click()
    expect(page.locator("#table-series [data-note]")).to_have_text("Campaign started")
    chart = page.locator("#chart-series").bounding_box()
    page.mouse.move(chart["x"] + chart["width"] - 26, chart["y"] + 100)
    expect(page.locator("#chart-series .point")).to_contain_text("Campaign started")
    shoot(page, "note")


def test_a_view_is_saved_and_a_link_is_shared(site, visit, server, chromium):
    site.some_sessions()
    page = visit("/admin/options?range=7d")
    page.locator("#save summary").click()
    page.get_by_label("Save this view as").fill("Last week")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Last week")).to_be_visible()
    page.locator("#share summary").click()
    page.get_by_role("button", name="Make a link").click()
    link = page.locator("#made").inner_text()
    shoot(page, "kept")
    axe(page)
    stranger = chromium.new_context(viewport={"width": 1360, "height": 900}).new_page()
    stranger.goto(link)
    expect(stranger.get_by_role("heading", level=1)).to_contain_text("Options")
    shoot(stranger, "shared")
    axe(stranger)
    page.get_by_role("button", name="Take back").click()
    assert stranger.reload().status == 404


def test_a_section_prints_with_its_definitions_and_without_its_controls(site, visit):
    site.some_sessions()
    page = visit("/admin/options", scheme="dark")
    connected(page)
    page.emulate_media(media="print")
    expect(page.locator(".side")).to_be_hidden()
    expect(page.locator("#choosers")).to_be_hidden()
    told = page.locator(".says").first
    expect(told).to_be_visible()
    expect(told).to_contain_text("Sessions in which the visitor chose it at least once")
    shoot(page, "print")
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.pdf(path=SHOTS / "options.pdf", format="A4")


def test_the_slider_shows_a_session_at_any_moment_by_keyboard(site, visit):
    session_id = site.some_sessions()
    page = visit(f"/admin/sessions/{session_id}")
    slider = page.get_by_label("Moment", exact=True)
    expect(slider).to_have_value("6")
    slider.focus()
    page.keyboard.press("Home")
    expect(page.locator("#scrubber")).to_contain_text("Nothing was chosen at either moment")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.locator("#scrubber")).to_contain_text("Gebaeudehuelle")
    expect(page.locator("#scrubber")).to_contain_text("2 categories differ")
    expect(slider).to_be_focused()
    expect(slider).to_have_attribute("aria-valuetext", re.compile("Event 4 of 6"))


def test_the_slider_works_without_javascript(site, visit):
    session_id = site.some_sessions()
    page = visit(f"/admin/sessions/{session_id}", java_script_enabled=False)
    page.get_by_label("Moment", exact=True).focus()
    page.keyboard.press("ArrowLeft")
    page.locator("#scrub button").click()
    assert "at=5" in page.url
    expect(page.locator("#scrubber")).to_contain_text("event 5 of 6")


def test_sections_work_without_javascript(site, visit):
    site.some_sessions()
    page = visit("/admin/options", java_script_enabled=False)
    page.locator("#filter summary").click()
    page.get_by_role("link", name="Option", exact=True).click()
    page.get_by_role("link", name="Nest: Nest120").click()
    expect(page.locator(".filter")).to_contain_text("Nest120")
    page.get_by_role("link", name="Prices").click()
    expect(page.locator("#table-price-evolution")).to_be_attached()
    page.locator("#as-table-price-evolution summary").click()
    expect(page.locator("#table-price-evolution")).to_be_visible()


def test_more_sessions_are_loaded_below_the_first(site, visit):
    for n in range(60):
        site.session(minutes_ago=60 + n, seconds=5)
    site.written()
    page = visit("/admin/sessions")
    connected(page)
    rows = page.locator("table.sessions tbody tr")
    expect(rows).to_have_count(50)
    page.get_by_role("link", name="Load more").click()
    expect(rows).to_have_count(60)
    expect(page.get_by_text("That is all of them.")).to_be_visible()
    links = page.locator("table.sessions a").evaluate_all("all => all.map(a => a.href)")
    assert len(set(links)) == 60
    site.session(minutes_ago=0, seconds=1)
    site.written()
    page.wait_for_timeout(1500)
    expect(rows).to_have_count(60)


def test_a_session_is_found_by_its_option(site, visit):
    found = site.some_sessions()
    page = visit("/admin/sessions")
    connected(page)
    page.locator("#search").fill("newsletter")
    rows = page.locator("table.sessions tbody tr")
    expect(rows).to_have_count(1)
    expect(page.locator("#search")).to_be_focused()
    expect(page).to_have_url(re.compile("search=newsletter"))
    assert str(found) in rows.locator("a").get_attribute("href")
