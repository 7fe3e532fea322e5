"""Every chart in a real browser: for all looks, by keyboard, in any width, and on paper."""

import pytest
from playwright.sync_api import expect

from tests.dashboard import gallery
from tests.dashboard.test_browser import LOOKS, axe, shoot, sideways
from trailpost.dashboard import charts

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.mark.parametrize("look", LOOKS)
def test_charts_are_for_everybody(chromium, look):
    page = gallery.show(chromium, **LOOKS[look])
    shoot(page, f"charts-{look}")
    axe(page)
    assert not sideways(page)
    assert page.errors == []


@pytest.mark.parametrize("width", [320, 480, 640, 760, 1000])
def test_charts_fit_every_width_with_everything_open(chromium, width):
    page = gallery.show(chromium, width=width)
    for summary in page.locator("summary").all():
        summary.click()
    assert not sideways(page)
    assert page.errors == []


def test_bars_are_drawn_as_wide_as_their_shares(chromium):
    page = gallery.show(chromium)
    rows = page.locator("#sources .rows > li")
    whole = rows.nth(0).bounding_box()["width"]
    drawn = [rows.nth(n).locator("rect.bar").bounding_box()["width"] for n in range(2)]
    assert drawn[0] == pytest.approx(whole, abs=1)
    assert drawn[1] == pytest.approx(whole * 640 / 1204, abs=1)


def test_a_row_is_a_link_from_end_to_end(chromium):
    page = gallery.show(chromium)
    row = page.locator("#sources .rows > li").nth(1)
    box = row.bounding_box()
    page.mouse.click(box["x"] + box["width"] - 4, box["y"] + box["height"] / 2)
    expect(page).to_have_url(gallery.URL + "?source=google.com")


def test_rows_and_definitions_are_reached_by_keyboard(chromium):
    page = gallery.show(chromium)
    page.locator("#about-funnel-sessions").focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(page.locator("#tip-funnel-sessions")).to_be_visible()
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator("#funnel-session")).to_be_focused()
    expect(page.locator("#funnel-session")).to_have_accessible_name("Session")


def test_numbers_of_the_heat_map_show_when_they_are_asked_for(chromium):
    page = gallery.show(chromium, width=390)
    cell = page.locator("#hours tbody td").nth(20)
    number = cell.locator("span")
    assert number.bounding_box()["width"] <= 1
    page.get_by_text("Show numbers").click()
    assert number.bounding_box()["width"] > 4
    assert page.locator("#hours .scroll").evaluate("e => e.scrollWidth > e.clientWidth")
    axe(page)


def test_a_flow_becomes_a_list_where_bands_have_no_room(chromium):
    page = gallery.show(chromium, width=1200)
    expect(page.locator("#flow .picture")).to_be_visible()
    expect(page.locator("#flow .list")).to_be_hidden()
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator("#flow .picture")).to_be_hidden()
    expect(page.locator("#flow .list")).to_be_visible()


def test_no_label_of_a_flow_covers_another(chromium):
    page = gallery.show(chromium, width=1200)
    boxes = [b.bounding_box() for b in page.locator("#flow .label").all()]
    for n, one in enumerate(boxes):
        for other in boxes[:n]:
            apart_x = (
                one["x"] >= other["x"] + other["width"] - 1
                or other["x"] >= one["x"] + one["width"] - 1
            )
            apart_y = (
                one["y"] >= other["y"] + other["height"] - 1
                or other["y"] >= one["y"] + one["height"] - 1
            )
            assert apart_x or apart_y


def test_texts_keep_their_size_on_a_phone(chromium):
    page = gallery.show(chromium, width=320)
    small = page.evaluate(
        """() => [...document.querySelectorAll(".c *")].filter((e) =>
            [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) &&
            e.tagName !== "title" && parseFloat(getComputedStyle(e).fontSize) < 12)
            .map((e) => e.outerHTML)"""
    )
    assert small == []


def test_focus_stays_on_its_row_when_a_swap_changes_the_order(chromium):
    rows = tuple(
        charts.Bar(key=key, label=key, value=n, url="?") for n, key in ((9, "new"), (4, "google"))
    )
    again = charts.bars(charts.Bars(id="sources", title="Sources", rows=rows))
    page = gallery.show(chromium, again=again)
    page.locator("#sources-google").focus()
    page.locator("#again").evaluate("button => button.click()")
    expect(page.locator("#sources .rows > li")).to_have_count(2)
    expect(page.locator("#sources .rows > li").nth(1)).to_contain_text("google")
    expect(page.locator("#sources-google")).to_be_focused()


def test_charts_print_in_their_colours(chromium):
    page = gallery.show(chromium)
    page.emulate_media(media="print")
    shoot(page, "charts-print")
    assert (
        page.locator("#sources .rows").evaluate("e => getComputedStyle(e).printColorAdjust")
        == "exact"
    )
    expect(page.locator("#prices-table")).to_be_hidden()
