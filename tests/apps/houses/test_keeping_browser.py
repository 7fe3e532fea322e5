"""What a browser keeps: an inquiry until it is sent, a house, the page itself."""

import json
import socket
import threading
from contextlib import closing, suppress
from types import SimpleNamespace

import msgspec
import pytest
from playwright.sync_api import expect

from tests.apps.houses.browsing import axe, shared, shoot, until
from tests.dashboard.conftest import serving

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

INQUIRY = "trailpost.houses.inquiry"


class Line:
    """Carries what a browser and the server say to each other, until it is cut."""

    def __init__(self, url):
        self.ends = []
        self.lead(url)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def lead(self, url):
        """From now on to another server."""
        self.cut()
        self.open = True
        host, _, port = url.removeprefix("http://").partition(":")
        self.server = (host, int(port))

    def cut(self):
        self.open = False
        for end in self.ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def mend(self):
        self.open = True

    def close(self):
        self.cut()
        self.listener.close()

    def _accept(self):
        with suppress(OSError):
            while True:
                near = self.listener.accept()[0]
                if not self.open:
                    near.close()
                    continue
                far = socket.create_connection(self.server)
                self.ends += [near, far]
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=pair, daemon=True).start()

    def _carry(self, source, target):
        with suppress(OSError):
            while part := source.recv(65536):
                target.sendall(part)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def line(server):
    with closing(Line(server.url)) as made:
        yield made


def write(one, name="Ada", message=""):
    """Fill in the contact form and send it."""
    one.page.get_by_role("button", name="Jetzt bauen").click()
    sheet = one.page.locator("dialog")
    sheet.get_by_label("Name").fill(name)
    sheet.get_by_label("E-Mail").fill("ada@beispiel.at")
    sheet.get_by_label("Nachricht").fill(message)
    sheet.get_by_role("button", name="Anfrage senden").click()
    return sheet


def stored(site):
    return site.db.execute(
        "select name, message, total_price, session_id, sent_as::text from customer_inquiries"
    ).fetchall()


def kept(one):
    return one.page.evaluate(f"localStorage['{INQUIRY}'] || null")


def session(one):
    return one.page.evaluate(
        "JSON.parse(localStorage[Object.keys(localStorage).find(k => k.endsWith(':session'))]).id"
    )


def test_an_inquiry_that_cannot_be_sent_waits_for_the_next_visit_and_is_sent_once(visitor, site):
    one = visitor()
    one.forgiven = ("503", "ERR_FAILED")
    one.configure([("innenverkleidung", "fichte")])

    def lose_the_answer(route):
        route.fetch()
        route.abort()

    one.page.route("**/api/inquiries", lose_the_answer, times=1)
    sheet = write(one, message="Wann geht es los?")
    expect(sheet.get_by_role("status")).to_contain_text("in diesem Browser gespeichert")
    shoot(one.page, "inquiry-kept")
    axe(one.page)
    (taken,) = stored(site)
    assert json.loads(kept(one))["inquiry"]["id"] == taken[4], "it is there, and we do not know"
    assert all(sent.get("conversionStatus") != "converted" for sent in one.events("snapshot"))
    one.page.route("**/api/inquiries", lambda route: route.fulfill(status=503))
    sheet.get_by_role("button", name="Jetzt senden").click()
    sheet.get_by_role("button", name="Schließen").click()
    waits = one.page.get_by_role("button", name="Anfrage wird noch gesendet")
    expect(waits).to_be_visible()
    axe(one.page)
    one.page.unroute("**/api/inquiries")
    one.open()
    expect(one.page.locator(".tools")).to_contain_text("Deine Anfrage ist bei uns")
    expect(waits).to_have_count(0)
    assert stored(site) == [taken]
    assert taken[:3] == ("Ada", "Wann geht es los?", 166_400)
    assert kept(one) is None
    told = one.wait_for(
        "snapshot", lambda found: any(sent.get("conversionStatus") == "converted" for sent in found)
    )
    assert [e.get("conversionStatus") for e in told].count("converted") == 1


def test_an_inquiry_is_sent_when_the_server_is_back(visitor, site):
    one = visitor()
    one.forgiven = ("ERR_INTERNET_DISCONNECTED",)
    one.wait_for("choice", lambda events: len(events) == 2)
    one.context.set_offline(True)
    sheet = write(one)
    expect(sheet.get_by_role("status")).to_contain_text("noch nicht bei uns")
    one.context.set_offline(False)
    expect(sheet).to_contain_text("Danke!")
    ((name, _, total, kept_session, _),) = stored(site)
    assert (name, total, str(kept_session)) == ("Ada", 165_100, session(one))
    assert "Ada" not in one.page.evaluate("JSON.stringify(localStorage)")


def test_where_nothing_can_be_kept_the_form_stays_and_is_sent_again(visitor, site):
    one = visitor(None)
    one.forgiven = ("503",)
    full = "Storage.prototype.setItem = () => { throw new DOMException('full') }"
    one.page.add_init_script(full)
    one.open()
    one.page.route("**/api/inquiries", lambda route: route.fulfill(status=503), times=1)
    sheet = write(one, message="Wann geht es los?")
    expect(sheet.get_by_role("alert")).to_contain_text("nicht erreichbar")
    expect(sheet.get_by_label("Nachricht")).to_have_value("Wann geht es los?")
    sheet.get_by_role("button", name="Noch einmal versuchen").click()
    expect(sheet).to_contain_text("Danke!")
    assert len(stored(site)) == 1


def test_an_inquiry_that_waits_can_be_discarded_and_written_again(visitor, site):
    one = visitor()
    one.forgiven = ("503", "422")
    one.page.route("**/api/inquiries", lambda route: route.fulfill(status=503))
    sheet = write(one, message="Hallo")
    assert "ada@beispiel.at" not in one.page.evaluate("exportDebugSession()")
    sheet.get_by_role("button", name="Verwerfen").click()
    assert kept(one) is None
    expect(sheet.get_by_label("Nachricht")).to_have_value("Hallo")
    sheet.get_by_label("Name").fill("Bea")
    sheet.get_by_role("button", name="Anfrage senden").click()
    expect(sheet.get_by_role("status")).to_contain_text("gespeichert")
    # By the next visit it cannot be taken any more, and the visitor is told.
    one.page.unroute("**/api/inquiries")
    site.db.execute("update house_options set active = false where value = 'holzlattung'")
    asked = f"{one.server.url}/api/house-options?category=gebaeudehuelle"
    until(lambda: len(one.page.request.get(asked).json()["options"]) == 3)
    one.open()
    one.page.get_by_role("button", name="Anfrage nicht angenommen").click()
    sheet.get_by_role("button", name="Noch einmal ansehen").click()
    expect(sheet.get_by_label("Name")).to_have_value("Bea")
    assert kept(one) is None
    sheet.get_by_role("button", name="Anfrage senden").click()
    expect(sheet).to_contain_text("Danke!")
    assert [row[0] for row in stored(site)] == ["Bea"]


def test_a_link_from_before_there_were_secrets_becomes_a_copy_and_nothing_is_lost(visitor, site):
    one = visitor()
    one.configure([("nest", "nest120")])
    link = shared(one)
    one.page.evaluate(
        """() => {
            const saved = JSON.parse(localStorage["trailpost.houses"]);
            delete saved.shared.editSecret;
            localStorage["trailpost.houses"] = JSON.stringify(saved);
        }"""
    )
    one.open()
    expect(one.total).to_have_text("236.300 €")
    one.choose("nest", "nest140")
    again = shared(one)
    assert again != link
    rows = site.db.execute("select configuration->>'nest' from house_configurations order by 1")
    assert rows.fetchall() == [("nest120",), ("nest140",)]
    one.choose("nest", "nest160")
    assert shared(one) == again, "from now on it has a secret"


def test_a_house_from_an_earlier_session_is_told_to_the_new_one_as_nobodys_choice(visitor):
    one = visitor()
    one.configure([("nest", "nest120"), ("fenster", "aluminium", 3)])
    one.painted()
    first = one.wait_for("choice", lambda events: len(events) == 2 + 1 + 3)
    one.wait_for("snapshot", len)
    earlier = session(one)
    one.page.goto("about:blank")
    # Half an hour and more goes by.
    one.context.add_init_script(
        """if (!sessionStorage.once) {
            sessionStorage.once = 1;
            const name = Object.keys(localStorage).find(name => name.endsWith(":session"));
            const session = JSON.parse(localStorage[name]);
            session.seen -= 31 * 60_000;
            localStorage[name] = JSON.stringify(session);
        }"""
    )
    one.sent.clear()
    one.open()
    told = one.wait_for("choice", lambda events: len(events) >= 3)
    (snapshot,) = one.wait_for("snapshot", len)
    assert session(one) != earlier
    assert [(e["category"], e["to"], e["source"]) for e in told] == [
        ("nest", "nest120", "restored"),
        ("gebaeudehuelle", "holzlattung", "default"),
        ("fenster", "aluminium", "restored"),
    ]
    assert {e["priceAfter"] for e in told} == {238_400}
    assert snapshot["totalPrice"] == 238_400
    windows = {"value": "aluminium", "quantity": 3}
    assert snapshot["configuration"] == {"nest": "nest120", "fenster": windows}
    assert snapshot["completion"] == 0, "nothing of it was decided in this session"
    assert not {e["id"] for e in told} & {e["id"] for e in first}
    one.choose("nest", "nest140")
    changed = one.wait_for("choice", lambda events: len(events) == 4)[-1]
    assert (changed["source"], changed["priceBefore"]) == ("user", 238_400)
    after = one.wait_for("snapshot", lambda events: len(events) == 2)[-1]
    assert after["completion"] == 25
    one.open()
    one.page.wait_for_timeout(2500)
    assert len(one.events("choice")) == 4, "a reload is the same session"


@pytest.fixture
def offline(line, visitor):
    """A visitor whose browser has the page by heart."""
    one = visitor(None, service_workers="allow")
    one.server = SimpleNamespace(url=line.url)
    one.forgiven = ("ERR_", "Failed to load")
    one.open()
    one.page.evaluate("navigator.serviceWorker.ready.then(r => 0)")
    until(lambda: one.page.evaluate("!!navigator.serviceWorker.controller"))
    return one


def test_without_the_network_a_reload_shows_the_page_and_tells_all_when_it_is_back(offline, line):
    one = offline
    one.choose("nest", "nest120")
    one.painted()
    one.wait_for("choice", lambda events: len(events) == 3)
    line.cut()
    one.open()
    expect(one.total).to_have_text("236.300 €")
    expect(one.page.locator(".saved")).to_have_text("Lokal gespeichert")
    one.choose("pvanlage", "pv_panels", 3)
    expect(one.total).to_have_text("237.470 €")
    assert one.view == "pv"
    expect(one.page.locator("#house .scene.above .module:not(.off)").first).to_be_visible()
    shoot(one.page, "offline-reload")
    # A page that is left before its tracker knows of the cut trusts its last events to a beacon.
    until(lambda: one.page.evaluate("Object.keys(localStorage).some(k => k.includes(':batch:'))"))
    one.open("/konfigurator?lang=en&utm_source=newsletter")
    expect(one.total).to_have_text("€237,470")
    one.page.wait_for_timeout(500)
    # Left while the line is cut: nobody here would see the answer to what a page sends as it goes.
    one.page.goto("about:blank")
    line.mend()
    one.open()
    told = one.wait_for("choice", lambda events: len(events) >= 2 + 1 + 3, seconds=90)
    assert len({e["id"] for e in told}) == len(told) == 2 + 1 + 3
    expect(one.page.locator(".saved")).to_have_text("")


def test_with_the_network_the_page_is_the_servers_and_only_its_own_files_are_kept(offline, site):
    one = offline
    one.choose("pvanlage", "pv_panels")
    shared(one)
    site.db.execute(
        """insert into price_lists (version, valid_from, note, prices)
           select 2, now(), 'dearer panels', jsonb_set(prices, '{panel}', '500') from price_lists"""
    )
    table = f"{one.server.url}/api/pricing/table"
    until(lambda: one.page.request.get(table).json()["version"] == "2")
    expect(one.open().total).to_have_text("165.600 €")
    found = one.page.evaluate(
        """async () => {
            const names = await caches.keys();
            const requests = await (await caches.open(names[0])).keys();
            const page = await (await caches.match("/konfigurator")).text();
            return { names, paths: requests.map(r => new URL(r.url).pathname), page };
        }"""
    )
    assert len(found["names"]) == 1
    assert not [path for path in found["paths"] if path.startswith(("/api", "/admin"))]
    assert {"/konfigurator", "/t.js"} <= set(found["paths"])
    assert '"panel":500' in found["page"], "what is kept is the last that was seen"


def test_another_deployment_replaces_what_an_earlier_one_kept_and_can_end_it(offline, line, site):
    one = offline
    (before,) = one.page.evaluate("caches.keys()")
    one.page.evaluate("caches.open('trailpost-houses-older').then(() => caches.open('other'))")

    def names():
        return sorted(one.page.evaluate("caches.keys()"))

    with serving(msgspec.structs.replace(site.settings, tracker_path="/newer.js")) as newer:
        line.lead(newer.url)
        one.open()
        until(lambda: len(names()) == 2 and before not in names())
        assert names()[0] == "other"
        assert one.page.evaluate("caches.match('/newer.js').then(found => found.ok)")
    with serving(msgspec.structs.replace(site.settings, offline_page=False)) as without:
        line.lead(without.url)
        one.open()
        until(lambda: names() == ["other"])
        one.open()
        assert not one.page.evaluate("!!navigator.serviceWorker.controller")
        expect(one.total).to_have_text("165.100 €")
