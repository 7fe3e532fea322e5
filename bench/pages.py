"""`python -m bench.pages`: how soon each of the dashboard's pages shows its first figure.

A real Chromium logs in to a running server and opens every section for 30 days, three times. It
prints the milliseconds from the start of the navigation until a figure stands on the screen, until
the page is complete, and the bytes of a first visit.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from statistics import median

import msgspec
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import FLAGS, HINT, executable
from trailpost.dashboard.rules.sections import SECTIONS, Section

OPENED = 3
FIRST_AIM_MS, WEIGHT_AIM = 300, 120_000
# Values of reports: cards and tiles, cells of tables, labels in charts.
_FIGURES = "main [data-figure], main dd, main td, main svg text"
# Before each frame: is one in sight? The frame after that is when somebody sees it.
_WATCH = """
(() => {
  const look = () => {
    for (const found of document.querySelectorAll(%s)) {
      if (/\\d/.test(found.textContent) && found.checkVisibility()) {
        requestAnimationFrame(() => { window.firstFigure = performance.now(); });
        return;
      }
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();
"""

_FIRST_FIGURE = """
new Promise(done => {
  const end = performance.now() + 5000;
  const look = () => window.firstFigure || performance.now() > end
    ? done(window.firstFigure || null) : setTimeout(look, 10);
  look();
})
"""

Result = dict[str, object]


class Opened(msgspec.Struct, frozen=True):
    """Milliseconds since the navigation began."""

    first_figure: float | None
    """None: nothing on it is a figure."""
    loaded: float


def main() -> None:
    from bench.__main__ import show

    parser = argparse.ArgumentParser(prog="bench.pages", description=__doc__)
    parser.add_argument("--data", default="./data", help="folder of the running server")
    args = parser.parse_args()
    show(measure(json.loads((Path(args.data) / "trailpost.json").read_text())))


def measure(info: dict[str, str]) -> list[Result]:
    """`info`: what trailpost.json says of the server."""
    path = executable()
    if path is None:
        return [{"what": "pages of the dashboard", "value": "not measured", "detail": HINT}]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        page = _logged_in(browser, info)
        found = [_section(page, info["url"], section) for section in SECTIONS]
        browser.close()
    return found


def _logged_in(browser: Browser, info: dict[str, str]) -> Page:
    page = browser.new_context(viewport={"width": 1360, "height": 900}).new_page()
    page.goto(f"{info['url']}/admin/login")
    page.locator("input[name=email]").fill(info["admin_email"])
    page.locator("input[name=password]").fill(info["admin_password"])
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url("**/admin")
    page.add_init_script(_WATCH % json.dumps(_FIGURES))
    return page


def _section(page: Page, base: str, section: Section) -> Result:
    url = f"{base}{section.path}" + ("?range=30d" if section.has_range else "")
    weight = _weight(page, url)
    opened = [_open(page, url) for _ in range(OPENED)]
    found = [o.first_figure for o in opened if o.first_figure is not None]
    # Where there is no figure the page itself is what one waits for.
    first = median(found or [o.loaded for o in opened])
    worst = max(found or [o.loaded for o in opened])
    loaded = median(o.loaded for o in opened)
    return {
        "what": f"first figure of the page {section.title}",
        "value": f"{first:.0f} ms",
        "detail": f"worst {worst:.0f} ms; complete after {loaded:.0f} ms; "
        f"a first visit takes {weight / 1000:.0f} kB",
        "aim": f"{FIRST_AIM_MS} ms, {WEIGHT_AIM // 1000} kB",
        "met": first <= FIRST_AIM_MS and weight <= WEIGHT_AIM,
    }


def _open(page: Page, url: str) -> Opened:
    page.goto("about:blank")
    page.goto(url, wait_until="load")
    return Opened(
        first_figure=page.evaluate(_FIRST_FIGURE),
        loaded=page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd"),
    )


def _weight(page: Page, url: str) -> int:
    """Bytes over the wire with an empty cache, but for the live stream."""
    sizes: list[int] = []
    streams: set[str] = set()

    def answered(event: dict[str, dict[str, str]]) -> None:
        if event["response"]["mimeType"] == "text/event-stream":
            streams.add(str(event["requestId"]))

    def finished(event: dict[str, int]) -> None:
        if str(event["requestId"]) not in streams:
            sizes.append(event["encodedDataLength"])

    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.responseReceived", answered)
    session.on("Network.loadingFinished", finished)
    page.goto("about:blank")
    session.send("Network.clearBrowserCache")
    page.wait_for_timeout(200)
    sizes.clear()
    page.goto(url, wait_until="load")
    page.wait_for_timeout(500)
    session.detach()
    return int(sum(sizes))


if __name__ == "__main__":
    main()
