"""A visitor's browser on the configurator: what it clicks, reads, and what its tracker sends."""

import json
import time
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

SHOTS = Path(__file__).parents[3] / "artifacts" / "screenshots"

THIRD = (
    ("nest", "nest120"),
    ("gebaeudehuelle", "holzlattung"),
    ("innenverkleidung", "fichte"),
    ("fussboden", "kalkstein_kanafar"),
    ("fenster", "aluminium", 20),
    ("planungspaket", "plus"),
    ("pvanlage", "pv_panels", 8),
    ("grundstueckscheck", "grundstueckscheck"),
)
FOURTH = (
    ("nest", "nest160"),
    ("gebaeudehuelle", "fassadenplatten_schwarz"),
    ("innenverkleidung", "steirische_eiche"),
    ("fussboden", "schiefer_massiv"),
    ("fenster", "steirische_eiche", 35),
    ("planungspaket", "pro"),
    ("pvanlage", "pv_panels", 16),
)


def until(check, seconds=20):
    end = time.monotonic() + seconds
    while not (found := check()):
        assert time.monotonic() < end, "it never became true"
        time.sleep(0.02)
    return found


class Visitor:
    """A browser context with a page. Nothing it logs may be an error, unless it is `forgiven`."""

    def __init__(self, chromium, server, *, width=1360, height=900, scheme="light", **options):
        self.server, self.errors, self.sent, self.forgiven = server, [], [], ()
        size = {"width": width, "height": height}
        # What a service worker asks for cannot be routed; who tests it says so. And a picture that
        # glides is drawn 60 times a second, by the processor: who looks at it says so.
        options = {"service_workers": "block", "reduced_motion": "reduce"} | options
        self.context = chromium.new_context(viewport=size, color_scheme=scheme, **options)
        self.page = self.context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda e: self.errors.append(str(e)))
        self.page.on("requestfinished", self._finished)

    def _console(self, message):
        if message.type == "error" and not any(w in message.text for w in self.forgiven):
            self.errors.append(message.text)

    def _finished(self, request):
        """What the tracker got across, event by event."""
        if request.url.endswith("/api/ingest") and request.response().status == 202:
            self.sent += json.loads(request.post_data)["events"]

    def open(self, path="/konfigurator"):
        self.page.goto(self.server.url + path)
        self.page.wait_for_selector("html[data-ready=yes]")
        return self

    def option(self, category, value):
        return self.page.locator(f'#{category} .option[data-tp-value="{value}"]')

    def choose(self, category, value, amount=1):
        self.option(category, value).click()
        for _ in range(amount - 1):
            self.page.locator(f"#{category} [data-tp-element=more]").click()

    def configure(self, choices):
        for choice in choices:
            self.choose(*choice)

    def press(self, category, element):
        self.page.locator(f"#{category} [data-tp-element={element}]").click()

    @property
    def total(self):
        return self.page.locator("#bar output")

    @property
    def monthly(self):
        return self.page.locator("#bar .total span")

    @property
    def view(self):
        return self.page.locator("#house").get_attribute("data-view")

    @property
    def views(self):
        return [b.get_attribute("value") for b in self.page.locator(".views button").all()]

    @property
    def pressed(self):
        found = self.page.locator(".option[aria-pressed=true]").all()
        return [button.get_attribute("data-tp-value") for button in found]

    def painted(self):
        """What follows a click has been done: the picture, the saving, the tracking."""
        self.page.evaluate(
            "new Promise(done => requestAnimationFrame(() => setTimeout(() => setTimeout(done))))"
        )

    def events(self, kind):
        return [event for event in self.sent if event["type"] == kind]

    def wait_for(self, kind, check, seconds=20):
        """The events of a kind, once `check(events)` is true."""
        end = time.monotonic() + seconds
        while not check(found := self.events(kind)):
            assert time.monotonic() < end, found
            self.page.wait_for_timeout(50)
        return found

    def close(self):
        self.context.close()
        assert self.errors == []


def shoot(page, name):
    SHOTS.mkdir(parents=True, exist_ok=True)
    # Until the picture has come to rest.
    page.evaluate("Promise.allSettled(document.getAnimations().map(one => one.finished))")
    page.screenshot(path=SHOTS / f"houses-{name}.png")


def axe(page):
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def shared(one):
    one.page.get_by_role("button", name="Teilen").click()
    link = one.page.get_by_label("Link zu deiner Konfiguration")
    expect(link).to_be_visible()
    url = link.input_value()
    one.page.get_by_role("button", name="Schließen").click()
    return url.removeprefix(one.server.url)
