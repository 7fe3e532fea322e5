"""A real Chromium for tests: the `chromium` fixture is a Playwright browser."""

import os
import shutil

import pytest
from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    # Nothing of the browser's own goes to the network.
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
HINT = "no Chromium on PATH; on Debian `apt-get install chromium`, or `make test` as root"


def executable():
    """Path of an installed Chromium, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


# One browser a test: while Playwright runs, its thread holds an event loop, and no other test of
# this process could run its own.
@pytest.fixture
def chromium():
    path = executable()
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail(HINT)
        pytest.skip(HINT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()
