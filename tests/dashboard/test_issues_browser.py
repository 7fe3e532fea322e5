"""The pages of issues in a real browser: readable on any screen, by everybody."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.dashboard.conftest import beside
from tests.issues.capturing import Feed, drain, envelope, kept
from tests.tracking.writing import NOON
from trailpost.issues.wire import KeptFrame

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_issues_are_readable_on_a_phone_and_in_the_dark(site, visit):
    now = int(site.now.timestamp() * 1e6)
    stack = [KeptFrame("total", "https://shop.example/assets/main-3f2a9b1c.js", 3, 7, None)] * 9
    feed = Feed(site.settings.redis_url)
    feed.send(
        envelope(
            *(kept(now - n * 86_400_000_000, stack=stack, tags=["list 7"]) for n in range(6)),
            kept(NOON, message="m" * 300, level="warning", context=b'{"a":1}'),
        )
    )
    beside(lambda: drain(site.settings, feed))
    for scheme, width in (("light", 1360), ("dark", 390)):
        page = visit("/admin/issues", width=width, scheme=scheme)
        assert Axe().run(page).violations_count == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.get_by_role("link", name="TypeError: x is undefined").click()
        assert page.locator("h1").inner_text() == "TypeError: x is undefined"
        assert Axe().run(page).violations_count == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.context.close()
