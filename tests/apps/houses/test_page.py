"""The configurator as the server sends it: all there, also for a browser without script."""

import gzip
import html
import json
import re
from html.parser import HTMLParser

import msgspec
import pytest
from litestar.testing import TestClient

from trailpost.apps.houses import preview
from trailpost.apps.houses.wire import Configuration, Quantity
from trailpost.main.app import build_app

THIRD = {
    "nest": "nest120",
    "gebaeudehuelle": "holzlattung",
    "innenverkleidung": "fichte",
    "fussboden": "kalkstein_kanafar",
    "pvanlage": "8",
    "fenster": "aluminium",
    "fenster_m2": "20",
    "planungspaket": "plus",
    "grundstueckscheck": "grundstueckscheck",
}
FOURTH = {
    "nest": "nest160",
    "gebaeudehuelle": "fassadenplatten_schwarz",
    "innenverkleidung": "steirische_eiche",
    "fussboden": "schiefer_massiv",
    "pvanlage": "16",
    "fenster": "steirische_eiche",
    "fenster_m2": "35",
    "planungspaket": "pro",
}


class Page(HTMLParser):
    """What a test asks of the markup."""

    def __init__(self, text):
        super().__init__()
        self.text, self.tags = text, []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def of(self, tag, **wanted):
        return [a for t, a in self.tags if t == tag and wanted.items() <= a.items()]

    @property
    def total(self):
        return re.search(r'<output aria-live="polite"[^>]*>([^<]+)', self.text)[1]

    @property
    def monthly(self):
        return re.search(r'<p class="total">.*?<span>([^<]+)', self.text)[1]

    @property
    def pressed(self):
        found = self.of("button", **{"aria-pressed": "true", "class": "option"})
        return {a["name"]: a["data-tp-value"] for a in found}

    @property
    def boot(self):
        return json.loads(re.search(r'id="boot">([^<]+)', self.text)[1])

    @property
    def house(self):
        (svg,) = self.of("svg", id="house")
        return svg


def get(client, path="/konfigurator", status=200, **query):
    answer = client.get(path, params=query)
    assert answer.status_code == status, answer.text[:500]
    return Page(answer.text)


def test_the_page_shows_the_house_its_price_and_every_section_without_script(client):
    page = get(client)
    assert (page.total, page.monthly) == ("165.100 €", "oder 958 € für 240 Monate")
    assert page.pressed == {"nest": "nest80", "gebaeudehuelle": "holzlattung"}
    sections = [a["data-tp-category"] for a in page.of("section", **{"class": "section"})]
    assert sections == [
        "nest",
        "gebaeudehuelle",
        "innenverkleidung",
        "fussboden",
        "fenster",
        "planungspaket",
        "pvanlage",
        "grundstueckscheck",
    ]
    assert page.house["data-shell"] == "holzlattung"
    assert len(page.of("g", **{"class": "module"})) == 4
    for text in ("+ 35.600 €", "− 9.600 €", "inkludiert", "Kleide dich ein", "Jetzt bauen"):
        assert text in page.text


@pytest.mark.parametrize(
    ("asked", "total", "monthly"),
    [
        ({"gebaeudehuelle": ""}, "155.500 €", "902 €"),
        ({}, "165.100 €", "958 €"),
        (THIRD, "278.210 €", "1.614 €"),
        (FOURTH, "426.590 €", "2.474 €"),
    ],
)
def test_a_configuration_in_the_address_is_priced(client, asked, total, monthly):
    page = get(client, **asked)
    assert page.total == total
    assert page.monthly == f"oder {monthly} für 240 Monate"
    kept = {a["name"]: a["value"] for a in page.of("input", type="hidden")}
    assert {k: v for k, v in kept.items() if k in asked} == asked


def submitted(page, button):
    """The address that a browser without script goes to: fields first, then the button."""
    fields = [(a["name"], a["value"]) for a in page.of("input", type="hidden")]
    return dict([*fields, (button["name"], button["value"])])


def test_a_browser_without_script_can_choose_count_and_remove(client):
    page = get(client)

    def press(element="option", **wanted):
        (button,) = page.of("button", **{"data-tp-element": element}, **wanted)
        return get(client, **submitted(page, button))

    page = press(name="fenster", value="aluminium")
    assert page.total == "165.800 €"
    page = press("more", name="fenster_m2")
    assert page.total == "166.500 €"
    page = press(name="planungspaket", value="plus")
    assert page.pressed["planungspaket"] == "plus"
    page = press(name="planungspaket", value="", **{"aria-pressed": "true"})
    assert "planungspaket" not in page.pressed
    page = press(name="pvanlage", value="pv_panels")
    assert page.house["data-view"] == "fenster"
    page = press("view", name="view", value="pv")
    assert page.house["data-view"] == "pv"
    page = press("remove", name="fenster")
    page = press("less", name="pvanlage")
    assert page.total == "165.100 €"


@pytest.mark.parametrize(
    "asked",
    [
        {"nest": "nest81"},
        {"fenster": "papier"},
        {"pvanlage": "-3"},
        {"pvanlage": "x" * 9000},
        {"view": "garage"},
        {"lang": "<script>"},
        {"fenster_m2": "999999999999999999999"},
    ],
)
def test_nonsense_in_the_address_is_as_if_it_were_not_there(client, asked):
    page = get(client, **asked)
    assert page.total in ("165.100 €", "165.490 €")
    assert "<script>" not in html.unescape(page.house["aria-label"])


def test_more_than_the_house_takes_is_lowered(client):
    page = get(client, pvanlage="900", fenster="aluminium", fenster_m2="900")
    assert page.total == "189.220 €"
    assert "höchstens 30 m²" in page.text


def test_english_by_choice(client):
    page = get(client, **THIRD, lang="en")
    assert (page.total, page.monthly) == ("€278,210", "or €1,614 for 240 months")
    assert page.of("html") == [{"lang": "en"}]
    assert "Build it now" in page.text
    assert page.boot["language"] == "en"


def test_nothing_is_inline_and_nothing_comes_from_elsewhere(client):
    answer = client.get("/konfigurator")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    page = Page(answer.text)
    for tag, attributes in page.tags:
        assert "style" not in attributes, tag
        assert not [name for name in attributes if name.startswith("on")], tag
        if tag == "script":
            assert attributes.get("type") == "application/json" or attributes["src"].startswith("/")
    assert not re.search(r'(src|href)="(https?:)?//', answer.text)


def test_the_page_carries_the_tracker_with_the_projects_key(client, site):
    page = get(client)
    assert page.of("script", src="/t.js") == [
        {"async": None, "src": "/t.js", "data-key": site.key},
    ]
    assert page.boot["key"] == site.key
    assert page.boot["limits"][0]["id"] == "pv-limit"


def keep(client, configuration):
    made = client.post("/api/configurations", json={"configuration": configuration})
    return made.json()["id"]


def test_a_link_opens_a_copy(client):
    id = keep(client, {"nest": "nest120", "pvanlage": {"value": "pv_panels", "quantity": 8}})
    for page in (get(client, f"/konfigurator/c/{id}"), get(client, c=id)):
        assert page.pressed == {"nest": "nest120", "pvanlage": "pv_panels"}
        assert (page.boot["origin"], page.boot["sharedId"]) == ("shared", id)
        assert page.house["data-view"] == "pv"


@pytest.mark.parametrize("id", ["nothing", "2222222222", "22222-2222"])
def test_a_link_to_nothing_says_so_and_begins_afresh(client, id):
    page = get(client, f"/konfigurator/c/{id}", status=404)
    assert "keine Konfiguration" in page.text
    assert page.total == "165.100 €"
    assert page.boot["origin"] == "default"


def test_the_print_view_shows_every_open_view_and_the_whole_sum(client):
    page = get(client, "/konfigurator/print", **THIRD)
    views = [a["data-view"] for a in page.of("svg") if a.get("class") == "house"]
    assert views == ["exterior", "interior", "pv", "fenster"]
    for text in ("278.210 €", "Aluminium, 20 m²", "13.900 €", "oder 1.614 € für 240 Monate"):
        assert text in page.text
    id = keep(client, {"nest": "nest160"})
    assert "Nest. 160" in get(client, "/konfigurator/print", c=id).text
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert len(ids) == len(set(ids))
    assert client.get("/konfigurator/print?c=2222222222").status_code == 404


def shown(configuration, view="exterior"):
    return Page(preview.draw(preview.look(configuration), view, "a house"))


def test_the_picture_has_a_part_for_each_module_and_panel():
    for modules in range(4, 9):
        nest, panels = f"nest{20 * modules}", 2 * modules - 3
        page = shown(Configuration(nest=nest, pvanlage=Quantity("pv_panels", panels)), "pv")
        assert len(page.of("g", **{"class": "module"})) == modules
        on = [a for t, a in page.tags if "data-panel" in a and a.get("class") != "off"]
        assert len(on) == panels


def test_more_window_area_never_makes_an_opening_smaller():
    def sizes(area):
        house = Configuration(nest="nest120", fenster=Quantity("fichte", area))
        page, slot, found = shown(house), None, {}
        for _, attributes in page.tags:
            slot = attributes.get("data-slot", slot)
            if "data-level" in attributes and attributes.get("class") != "off":
                found[slot] = max(found.get(slot, 0), int(attributes["data-level"]))
        return [found.get(str(n), 0) for n in range(9)]

    before = sizes(1)
    assert sum(before) == 1, "in the one scene that is drawn"
    for area in range(2, 39):
        now = sizes(area)
        assert all(a <= b for a, b in zip(before, now, strict=True)), area
        before = now
    assert before == [3] * 7 + [0, 0]


def test_ids_of_the_pictures_parts_are_unique():
    page = shown(Configuration())
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert sorted(ids) == sorted(set(ids))


def test_the_page_comes_with_one_scene_and_says_where_the_others_are(client):
    page = get(client, pvanlage="3")
    drawn = {a["data-scene"]: a["class"] for a in page.of("g") if "data-scene" in a}
    assert drawn == {"walk": "scene walk off", "above": "scene above", "room": "scene room off"}
    assert page.of("g", **{"class": "room"}) == []
    for name, path in page.boot["scenes"].items():
        answer = client.get(path)
        assert answer.headers["content-type"].startswith("image/svg+xml")
        assert "immutable" in answer.headers["cache-control"]
        scene = Page(answer.text)
        assert [a["data-scene"] for a in scene.of("g") if "data-scene" in a] == [name]
        assert len(scene.tags) > 150
        older = client.get(path.replace(".svg", "0.svg"))
        assert (older.text, older.headers["cache-control"]) == (answer.text, "no-store")
    assert client.get("/konfigurator/scenes/roof-1.svg").status_code == 404


def test_the_page_is_small(client):
    """Half of what it was with every scene in it."""
    assert len(gzip.compress(client.get("/konfigurator").content, 5)) < 34_000


def test_the_service_worker_names_what_the_page_is_made_of(client, site):
    answer = client.get("/konfigurator/worker.js")
    assert answer.headers["cache-control"] == "no-cache"
    assert len(gzip.compress(answer.content)) < 2000
    kept = json.loads(json.loads(re.search(r'parse\(("(?:[^"\\]|\\.)*")\)', answer.text)[1]))
    page = get(client)
    asked = {a["src"] for a in page.of("script") if "src" in a}
    asked |= {a["href"] for a in page.of("link", rel="stylesheet")}
    asked |= set(page.boot["scenes"].values())
    assert asked <= set(kept["files"])
    for path in kept["files"]:
        assert client.get(path).status_code == 200, path
    assert page.boot["worker"] == "/konfigurator/worker.js"


def test_the_owner_may_do_without_a_service_worker(site):
    settings = msgspec.structs.replace(site.settings, offline_page=False)
    with TestClient(build_app(settings)) as client:
        assert client.get("/konfigurator/worker.js").status_code == 404
        assert get(client).boot["worker"] is None
