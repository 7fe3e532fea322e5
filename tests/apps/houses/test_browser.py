"""The configurator in a real browser: clicking a house together, keeping it, sharing it."""

import base64
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.apps.houses.browsing import FOURTH, SHOTS, THIRD, axe, shared, shoot, until

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

# One transparent pixel.
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
LOOKS = {
    "light": {"scheme": "light"},
    "dark": {"scheme": "dark"},
    "phone": {"width": 390, "height": 844, "scheme": "light"},
    "phone-dark": {"width": 390, "height": 844, "scheme": "dark"},
}


def priced(answer):
    """The server's own total, when it was asked for one."""
    return answer.url.endswith("/api/pricing/calculate") and answer.json()["total"]


@pytest.mark.parametrize(
    ("choices", "total", "monthly"),
    [(THIRD, "278.210 €", "1.614 €"), (FOURTH, "426.590 €", "2.474 €")],
    ids=["third", "fourth"],
)
def test_a_worked_example_clicked_together_costs_what_it_should(visitor, choices, total, monthly):
    one = visitor()
    expect(one.total).to_have_text("165.100 €")
    whole = int(re.sub(r"\D", "", total))
    with one.page.expect_response(lambda answer: priced(answer) == whole):
        one.configure(choices)
    expect(one.total).to_have_text(total)
    expect(one.monthly).to_have_text(f"oder {monthly} für 240 Monate")
    expect(one.page.locator(".overview .sum dd")).to_have_text(total)
    shoot(one.page, f"example-{monthly.split()[0]}")


def test_labels_tell_what_a_choice_would_change(visitor):
    one = visitor()
    price = one.option("gebaeudehuelle", "trapezblech").locator(".price")
    expect(price).to_have_text("− 9.600 €")
    one.choose("gebaeudehuelle", "trapezblech")
    expect(price).to_have_text("inkludiert")
    expect(one.option("gebaeudehuelle", "holzlattung").locator(".price")).to_have_text("+ 9.600 €")


def test_choices_switch_the_view_and_removals_switch_back(visitor):
    one = visitor()
    assert (one.view, one.views) == ("exterior", ["exterior"])
    steps = (
        ("fussboden", "parkett", "interior"),
        ("planungspaket", "plus", "interior"),
        ("pvanlage", "pv_panels", "pv"),
        ("grundstueckscheck", "grundstueckscheck", "pv"),
        ("fenster", "aluminium", "fenster"),
        ("nest", "nest100", "exterior"),
    )
    for category, value, view in steps:
        one.choose(category, value)
        one.painted()
        assert one.view == view, category
    assert one.views == ["exterior", "interior", "pv", "fenster"]
    one.press("fenster", "remove")
    one.painted()
    assert (one.view, one.views) == ("pv", ["exterior", "interior", "pv"])
    one.press("pvanlage", "less")
    one.painted()
    assert (one.view, one.views) == ("interior", ["exterior", "interior"])
    one.choose("fenster", "fichte")
    one.choose("pvanlage", "pv_panels")
    one.press("pvanlage", "remove")
    one.painted()
    assert one.view == "fenster"
    one.page.locator(".views button", has_text="Innen").click()
    assert one.view == "interior"


def test_the_picture_follows_the_choices(visitor):
    one = visitor()
    house = one.page.locator("#house")
    one.configure([("nest", "nest140"), ("gebaeudehuelle", "fassadenplatten_weiss")])
    one.configure([("innenverkleidung", "steirische_eiche"), ("pvanlage", "pv_panels", 3)])
    one.painted()
    expect(house).to_have_attribute("data-shell", "fassadenplatten_weiss")
    expect(house).to_have_attribute("data-interior", "steirische_eiche")
    assert house.locator(".above .module:not(.off)").count() == 7
    assert house.locator(".above [data-panel]:not(.off)").count() == 3
    expect(house).to_have_attribute("aria-label", "Photovoltaik-Panels, 3 Panels")
    expect(house.locator(".scene.above")).to_be_visible()
    expect(house.locator(".scene.room")).to_be_hidden()


def test_required_choices_are_changed_and_services_removed_by_a_second_click(visitor):
    one = visitor()
    one.configure([("innenverkleidung", "fichte"), ("innenverkleidung", "fichte")])
    one.configure([("planungspaket", "basis"), ("grundstueckscheck", "grundstueckscheck")])
    assert one.pressed == ["nest80", "holzlattung", "fichte", "basis", "grundstueckscheck"]
    one.configure([("planungspaket", "basis"), ("grundstueckscheck", "grundstueckscheck")])
    assert one.pressed == ["nest80", "holzlattung", "fichte"]
    expect(one.total).to_have_text("166.400 €")


def test_limits_lower_and_block_and_say_so_and_are_tracked(visitor):
    one = visitor()
    one.configure([("nest", "nest160"), ("pvanlage", "pv_panels", 16)])
    # The button says that it is disabled, and can be pressed to learn why.
    one.page.locator("#pvanlage [data-tp-element=more]").click(force=True)
    note = one.page.locator("#pvanlage .note")
    expect(note).to_have_text("Auf Nest. 160 passen höchstens 16 Panels.")
    one.choose("nest", "nest80")
    expect(note).to_contain_text("Auf Nest. 80 passen höchstens 8 Panels.")
    expect(one.page.locator("#pvanlage output")).to_have_text("8 Panels")

    def ruled(events):
        found = [e["data"] for e in events if e["source"] == "constraint"]
        return len(found) == 2 and found

    blocked, lowered = ruled(one.wait_for("choice", ruled))
    assert (blocked["rule"], blocked["effect"]) == ("pv-limit", "blocked")
    expected = {"rule": "pv-limit", "quantity": 8, "previousQuantity": 16}
    assert lowered == expected


def test_the_slider_shows_the_price_and_tracks_only_where_it_rests(visitor):
    one = visitor()
    one.choose("fenster", "aluminium")
    slider = one.page.locator("#fenster input[type=range]")
    slider.evaluate(
        """slider => {
            for (const value of [5, 12, 30]) {
                slider.value = value;
                slider.dispatchEvent(new Event("input", { bubbles: true }));
            }
        }"""
    )
    expect(one.total).to_have_text("186.100 €")
    # What the server is asked meanwhile is about the house as it was.
    one.page.wait_for_timeout(1500)
    slider.evaluate("slider => slider.dispatchEvent(new Event('change', { bubbles: true }))")
    expect(one.total).to_have_text("186.100 €")
    choices = one.wait_for("choice", lambda events: len(events) == 4)
    assert choices[-1]["data"] == {"quantity": 30, "previousQuantity": 1}


def test_a_reload_keeps_the_house_and_tells_no_choice_twice(visitor):
    one = visitor()
    one.configure(THIRD)
    one.painted()
    one.wait_for("choice", lambda events: len(events) == 2 + 8 + 19 + 7)
    one.open()
    expect(one.total).to_have_text("278.210 €")
    assert one.view == "pv"
    assert one.pressed == [value for _, value, *_ in THIRD]
    one.page.wait_for_timeout(2500)
    assert len(one.events("choice")) == 2 + 8 + 19 + 7


def test_an_older_version_in_storage_is_left_alone(visitor):
    one = visitor()
    one.page.evaluate("""localStorage.setItem("trailpost.houses", '{"version": 0, "x": 1}')""")
    expect(one.open().total).to_have_text("165.100 €")
    one.page.evaluate("""localStorage.setItem("trailpost.houses", 'no json at all')""")
    expect(one.open().total).to_have_text("165.100 €")


def test_starting_again_asks_first_and_tracks_a_reset(visitor):
    one = visitor()
    one.configure([("nest", "nest120"), ("fenster", "fichte", 3)])
    again = one.page.get_by_role("button", name="Neu konfigurieren")
    again.click()
    one.page.get_by_role("button", name="Behalten").click()
    expect(one.total).to_have_text("237.500 €")
    expect(again).to_be_focused()
    again.click()
    one.page.locator("dialog").get_by_role("button", name="Neu konfigurieren").click()
    expect(one.total).to_have_text("165.100 €")
    expect(one.page.locator("dialog")).to_have_count(0)
    one.painted()
    assert (one.view, one.pressed) == ("exterior", ["nest80", "holzlattung"])

    def resets(events):
        return {e["category"] for e in events if e["source"] == "reset"} == {"nest", "fenster"}

    one.wait_for("choice", resets)
    expect(one.open().total).to_have_text("165.100 €")


def test_a_shared_link_opens_a_copy_whose_choices_are_nobodys_here(visitor):
    owner = visitor()
    owner.configure([("nest", "nest120"), ("pvanlage", "pv_panels", 8)])
    link = shared(owner)
    assert re.fullmatch(r"/konfigurator/c/\w{10}", link)
    guest = visitor(link)
    expect(guest.total).to_have_text("239.420 €")
    assert guest.view == "pv"
    told = guest.wait_for("choice", lambda events: len(events) == 3)
    assert {e["source"] for e in told} == {"shared_link"}
    guest.choose("nest", "nest160")
    changed = guest.wait_for("choice", lambda events: len(events) == 4)
    assert changed[-1]["source"] == "user"
    expect(guest.open(link).total).to_have_text("310.620 €")
    expect(visitor(link).total).to_have_text("239.420 €")
    owner.choose("nest", "nest140")
    assert shared(owner) == link
    expect(visitor(link).total).to_have_text("275.020 €")


def test_a_link_that_another_tab_changed_becomes_a_new_one(visitor):
    one = visitor()
    one.forgiven = ("409",)
    link = shared(one)
    secret = one.page.evaluate("JSON.parse(localStorage['trailpost.houses']).shared.editSecret")
    body = {"configuration": {"nest": "nest160"}, "revision": 1}
    path = f"{one.server.url}/api/configurations/{link[-10:]}"
    assert one.page.request.put(path, data=body).status == 403
    assert one.page.request.put(path, data=body, headers={"x-edit-secret": secret}).ok
    one.choose("nest", "nest100")
    again = shared(one)
    assert again != link
    expect(visitor(again).total).to_have_text("200.700 €")


def test_without_the_server_it_keeps_working_and_nothing_is_lost(visitor):
    one = visitor()
    one.forgiven = ("ERR_INTERNET_DISCONNECTED",)
    one.wait_for("choice", lambda events: len(events) == 2)
    one.context.set_offline(True)
    saved = one.page.locator(".saved")
    expect(saved).to_have_text("Lokal gespeichert")
    one.configure(THIRD)
    expect(one.total).to_have_text("278.210 €")
    one.page.get_by_role("button", name="Teilen").click()
    expect(one.page.get_by_role("alert")).to_contain_text("nicht erreichbar")
    shoot(one.page, "offline")
    one.page.get_by_role("button", name="Schließen").click()
    one.page.wait_for_timeout(2500)
    one.context.set_offline(False)
    expect(saved).to_have_text("")
    told = one.wait_for("choice", lambda events: len(events) >= 2 + 8 + 19 + 7, seconds=60)
    assert len({e["id"] for e in told}) == len(told) == 2 + 8 + 19 + 7
    one.wait_for("snapshot", lambda events: any(e["totalPrice"] == 278_210 for e in events))


def test_an_inquiry_is_checked_sent_and_told(visitor, site):
    one = visitor()
    one.configure([("innenverkleidung", "fichte")])
    one.page.get_by_role("button", name="Jetzt bauen").click()
    sheet = one.page.locator("dialog")
    expect(sheet).to_contain_text("166.400 €")
    expect(sheet).to_contain_text("Noch offen: Der Fußboden.")
    shoot(one.page, "inquiry")
    axe(one.page)
    sheet.get_by_role("button", name="Anfrage senden").click()
    expect(sheet.get_by_label("Name")).to_be_focused()
    expect(sheet).to_contain_text("Bitte sag uns deinen Namen.")
    sheet.get_by_label("Name").fill("Ada")
    sheet.get_by_label("E-Mail").fill("ada@beispiel")
    sheet.get_by_role("button", name="Anfrage senden").click()
    expect(sheet.get_by_label("E-Mail")).to_be_focused()
    expect(sheet.locator("[name=website]")).to_be_hidden()
    sheet.get_by_label("E-Mail").fill("ada@beispiel.at")
    sheet.get_by_role("button", name="Anfrage senden").click()
    expect(sheet).to_contain_text("Danke!")
    axe(one.page)
    row = site.db.execute("select name, total_price, session_id from customer_inquiries").fetchall()
    session = one.page.evaluate(
        "JSON.parse(localStorage[Object.keys(localStorage).find(k => k.endsWith(':session'))]).id"
    )
    assert [(name, total, str(kept)) for name, total, kept in row] == [("Ada", 166_400, session)]

    def converted(events):
        return [e["conversionStatus"] for e in events if "conversionStatus" in e] == [
            "in_cart",
            "converted",
        ]

    one.wait_for("snapshot", converted)
    sheet.get_by_role("button", name="Schließen").click()
    expect(one.page.get_by_role("button", name="Jetzt bauen")).to_be_focused()


def test_a_price_that_differs_from_the_servers_is_told(visitor):
    one = visitor(None)
    one.forgiven = ("price mismatch",)

    def wrong(route):
        told = route.fetch()
        route.fulfill(response=told, json=told.json() | {"total": told.json()["total"] + 10})

    one.page.route("**/api/pricing/calculate", wrong)
    messages = []
    one.page.on("console", lambda m: messages.append(m.text) if m.type == "error" else None)
    one.open()
    timings = one.wait_for(
        "timing", lambda events: any(e["metric"] == "price_mismatch" for e in events)
    )
    (found,) = [e for e in timings if e["metric"] == "price_mismatch"]
    assert (found["value"], found["unit"]) == (-10, "eur")
    assert found["data"]["server"] == 165_110
    assert "165100 here, 165110 at the server" in messages[0]


def test_a_new_price_list_is_taken_over_at_the_next_check(visitor, site):
    one = visitor()
    one.choose("pvanlage", "pv_panels")
    expect(one.total).to_have_text("165.490 €")
    site.db.execute(
        """insert into price_lists (version, valid_from, note, prices)
           select 2, now(), 'dearer panels', jsonb_set(prices, '{panel}', '500') from price_lists"""
    )
    url = f"{one.server.url}/api/pricing/table"
    until(lambda: one.page.request.get(url).json()["version"] == "2")
    one.choose("grundstueckscheck", "grundstueckscheck")
    expect(one.total).to_have_text("166.090 €")
    expect(one.page.locator(".overview")).to_contain_text("Preisliste 2")
    one.choose("nest", "nest100")
    told = one.wait_for("choice", lambda events: any(e.get("to") == "nest100" for e in events))
    assert told[-1]["priceListVersion"] == "2"


@pytest.fixture
def images(site):
    """Two images in the media folder, from before the server started."""
    folder = Path(site.settings.data) / "media"
    folder.mkdir()
    for number, (name, view) in enumerate([("Stube.png", "interior"), ("Dach-Panels.png", "pv")]):
        path = f"{str(number) * 32}.png"
        (folder / path).write_bytes(PNG)
        site.db.execute(
            """insert into house_media
               values (%s, %s, %s, 'image/png', %s, %s, now(), %s)""",
            [f"file-{number}", path, name, str(number) * 32, len(PNG), view],
        )


def test_images_are_shown_in_a_lightbox_those_of_the_view_first(images, visitor):
    one = visitor()
    one.choose("pvanlage", "pv_panels")
    one.painted()
    one.page.get_by_role("button", name="Bilder").click()
    image = one.page.locator(".lightbox img")
    expect(image).to_have_attribute("alt", "Dach Panels")
    assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1
    one.page.keyboard.press("ArrowRight")
    expect(image).to_have_attribute("alt", "Stube")
    one.page.get_by_role("button", name="Nächstes Bild").click()
    expect(image).to_have_attribute("alt", "Dach Panels")
    axe(one.page)
    one.page.keyboard.press("Escape")
    expect(one.page.get_by_role("button", name="Bilder")).to_be_focused()


def test_what_is_tracked_counts_no_default_as_a_choice(visitor):
    one = visitor()
    first = one.wait_for("choice", lambda events: len(events) == 2)
    assert [(e["category"], e["to"], e["source"]) for e in first] == [
        ("nest", "nest80", "default"),
        ("gebaeudehuelle", "holzlattung", "default"),
    ]
    one.choose("nest", "nest120")
    choice = one.wait_for("choice", lambda events: len(events) == 3)[-1]
    kept = ("category", "from", "to", "source", "priceBefore", "priceAfter", "priceListVersion")
    assert [choice[name] for name in kept] == [
        "nest",
        "nest80",
        "nest120",
        "user",
        165_100,
        236_300,
        "1",
    ]
    (snapshot,) = one.wait_for("snapshot", lambda events: len(events) == 1)
    assert snapshot["configuration"] == {"nest": "nest120"}
    assert (snapshot["completion"], snapshot["trigger"]) == (25, "auto_save")
    metrics = {e["metric"] for e in one.events("timing")}
    assert {"price_calculation", "option_click_to_paint"} <= metrics
    interactions = {(e["event"], e["category"]) for e in one.events("interaction")}
    assert {("scroll", "nest"), ("selection", "nest")} <= interactions
    assert ("scroll", "grundstueckscheck") not in interactions
    one.page.locator("#grundstueckscheck").scroll_into_view_if_needed()
    one.wait_for(
        "interaction",
        lambda events: (
            ("scroll", "grundstueckscheck") in {(e["event"], e["category"]) for e in events}
        ),
    )


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?lang=en",
        "?nest=nest120&fenster=aluminium&fenster_m2=20&pvanlage=12&planungspaket=plus",
    ],
)
def test_the_script_takes_the_page_over_as_it_is(visitor, query):
    served, taken = visitor(None, java_script_enabled=False), visitor(f"/konfigurator{query}")
    served.page.goto(f"{served.server.url}/konfigurator{query}")
    for part in ("#sections", "#bar", "#overview", "#stage-line", "#tools"):
        before, now = (one.page.locator(part).inner_html() for one in (served, taken))
        assert attributes(now) == attributes(before), part


def attributes(text):
    """Tags with their attributes in one order, and the text between them."""
    return [
        (name, sorted(re.findall(r'[\w-]+="[^"]*"', given)), words.strip())
        for name, given, words in re.findall(r"<(/?\w+)([^>]*)>([^<]*)", text)
    ]


def test_keys_alone_are_enough(visitor):
    one = visitor()
    one.page.keyboard.press("Tab")
    skip = one.page.get_by_role("link", name="Zu den Optionen")
    expect(skip).to_be_focused()
    one.page.keyboard.press("Enter")
    one.page.keyboard.press("Tab")
    expect(one.option("nest", "nest80")).to_be_focused()
    one.page.keyboard.press("Tab")
    one.page.keyboard.press("Space")
    expect(one.option("nest", "nest100")).to_have_attribute("aria-pressed", "true")
    expect(one.option("nest", "nest100")).to_be_focused()
    one.option("pvanlage", "pv_panels").focus()
    one.page.keyboard.press("Enter")
    one.page.locator("#pvanlage input[type=range]").focus()
    one.page.keyboard.press("ArrowRight")
    expect(one.page.locator("#pvanlage output")).to_have_text("2 Panels")
    one.page.get_by_role("button", name="Jetzt bauen").focus()
    one.page.keyboard.press("Enter")
    expect(one.page.locator("dialog")).to_be_visible()
    one.page.keyboard.press("Escape")
    expect(one.page.locator("dialog")).to_have_count(0)
    expect(one.page.get_by_role("button", name="Jetzt bauen")).to_be_focused()


def test_who_wants_no_motion_gets_none(visitor):
    for wish, lasts in (("reduce", "0s"), ("no-preference", "0.9s")):
        camera = visitor(reduced_motion=wish).page.locator("#house .walk > .camera")
        assert camera.evaluate("e => getComputedStyle(e).transitionDuration") == lasts


@pytest.mark.parametrize("look", LOOKS)
def test_the_page_is_for_everybody(visitor, look):
    one = visitor(**LOOKS[look], reduced_motion="no-preference")
    shoot(one.page, look)
    axe(one.page)
    one.configure(THIRD)
    for view in one.views:
        one.page.locator(f".views button[value={view}]").click()
        shoot(one.page, f"{view}-{look}")
    axe(one.page)
    assert not one.page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_on_a_phone_the_preview_stays_on_top_and_the_example_can_be_clicked(visitor):
    one = visitor(width=390, height=844, has_touch=True, is_mobile=True)
    one.configure(FOURTH)
    expect(one.total).to_have_text("426.590 €")
    one.page.locator("#pvanlage").scroll_into_view_if_needed()
    box = one.page.locator(".stage").bounding_box()
    assert (box["x"], box["y"]) == (0, 0)
    assert box["width"] / box["height"] == pytest.approx(16 / 9, rel=0.02)
    narrow = visitor(width=320, height=640)
    assert not narrow.page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_on_a_wide_screen_the_preview_has_seven_tenths_and_stays(visitor):
    one = visitor(width=1024, height=768)
    one.page.locator("#overview").scroll_into_view_if_needed()
    box = one.page.locator(".stage").bounding_box()
    assert box["width"] == pytest.approx(1024 * 0.7, abs=12)
    assert box["y"] == 0
    assert box["height"] + one.page.locator("#bar").bounding_box()["height"] == 768


def test_the_print_view_is_for_everybody_and_the_link_leads_there(visitor):
    one = visitor()
    one.configure(THIRD)
    with one.context.expect_page() as opened:
        one.page.get_by_role("link", name="Drucken").click()
    paper = opened.value
    expect(paper.get_by_role("button", name="Drucken oder als PDF speichern")).to_be_visible()
    expect(paper.locator(".sum dd")).to_have_text("278.210 €")
    assert paper.locator("svg.house").count() == 4
    SHOTS.mkdir(parents=True, exist_ok=True)
    paper.screenshot(path=SHOTS / "houses-print.png", full_page=True)
    axe(paper)
    assert len(paper.pdf()) > 20_000


def test_developers_are_helped_on_their_own_machine(visitor):
    one = visitor()
    one.choose("nest", "nest120")
    one.painted()
    stats = one.page.evaluate("showPriceStats()")
    assert (stats["total"], stats["option_click_to_price"]["count"]) == (236_300, 1)
    told = one.page.evaluate("JSON.parse(exportDebugSession())")
    assert told["house"]["configuration"]["nest"] == "nest120"
