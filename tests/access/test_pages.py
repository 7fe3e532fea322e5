"""The login pages in a real browser: by keyboard, light and dark, on a phone, for everybody."""

import threading
from contextlib import contextmanager

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe

from trailpost.http import static

from .conftest import EMAIL, PASSWORD

pytestmark = pytest.mark.browser


@contextmanager
def served(app):
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="on"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.mark.parametrize(
    ("scheme", "width"), [("light", 1200), ("dark", 390), ("light", 320), ("dark", 1200)]
)
def test_logging_in_and_out_by_keyboard_alone(application, chromium, scheme, width):
    with served(application([*static.routes(application.settings)])) as url:
        page = chromium.new_context(
            color_scheme=scheme, viewport={"width": width, "height": 760}
        ).new_page()
        errors = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{url}/admin/account")
        _is_for_everybody(page)
        page.keyboard.type(EMAIL)
        page.keyboard.press("Tab")
        page.keyboard.type("not the password")
        page.keyboard.press("Enter")
        page.get_by_role("alert").wait_for()
        _is_for_everybody(page)
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/admin/account")
        _is_for_everybody(page)
        page.get_by_role("button", name="Log out").press("Enter")
        page.wait_for_url("**/admin/login")
        assert errors == []


def _is_for_everybody(page):
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
