"""`python -m bench.clicks`: how long a click takes to the new price, in a real browser.

Clicks go through every category of the configurator, as a visitor's do: the mouse moves there and
the browser gives the click its time. From then it measures to the change of the price's text in the
document, and to the frame after it; and from the first handler to the price, which is what the
page's own code takes of it. Clicks that leave the price as it is have no time to the price.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bench.server import serving
from tests.browser import FLAGS, HINT, executable

AIM_MS = 16.0
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
# In the order of the page, so that each click changes something.
ROUND = (
    *(("nest", f"nest{size}") for size in (100, 120, 140, 160, 80)),
    *(("gebaeudehuelle", f"fassadenplatten_{colour}") for colour in ("schwarz", "weiss")),
    *(("gebaeudehuelle", value) for value in ("trapezblech", "holzlattung")),
    *(("innenverkleidung", value) for value in ("fichte", "steirische_eiche", "kiefer")),
    *(("fussboden", value) for value in ("schiefer_massiv", "kalkstein_kanafar", "parkett")),
    *(("fenster", value) for value in ("aluminium", "steirische_eiche", "fichte", "pvc_fenster")),
    *(("planungspaket", value) for value in ("plus", "pro", "basis")),
    *(("pvanlage", "pv_panels"), ("grundstueckscheck", "grundstueckscheck")),
)
STEPS = (
    *(("fenster", element, 5) for element in ("more", "less")),
    *(("pvanlage", element, 3) for element in ("more", "less")),
)
_WATCH = """
() => {
    window.clicks = [];
    let now = null;
    const began = event => {
        now = { stamp: event.timeStamp, handled: performance.now() };
        clicks.push(now);
        const own = now;
        requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => own.painted = performance.now();
            port2.postMessage(0);
        });
    };
    addEventListener("click", began, { capture: true });
    const changed = () => { if (now && !now.priced) now.priced = performance.now(); };
    const found = { subtree: true, childList: true, characterData: true };
    new MutationObserver(changed).observe(document.querySelector("#bar output"), found);
}
"""


def main() -> None:
    args = _arguments()
    if args.url:
        ok = measure(args.url, args)
    else:
        with serving() as server:
            ok = measure(server.info["url"], args)
    sys.exit(0 if ok else 1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.clicks", description=__doc__)
    parser.add_argument("--url", help="of a running server; default: one is started")
    parser.add_argument("--clicks", type=int, default=240, help="at least so many each")
    parser.add_argument("--slow", type=float, default=1, help="times that the CPU is slowed down")
    parser.add_argument("--profile", type=Path, help="folder for a CPU profile of the page")
    return parser.parse_args()


def measure(url: str, args: argparse.Namespace) -> bool:
    path = executable()
    if path is None:
        raise SystemExit(HINT)
    met = True
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        for name, (width, height) in SIZES.items():
            page = browser.new_page(viewport={"width": width, "height": height})
            took = _visit(page, url, name, args)
            for what in ("price", "paint", "code"):
                print(json.dumps(_line(name, what, took[what])))
            met = met and _at(took["price"], 0.5) < AIM_MS
            page.close()
        browser.close()
    print(f"aim: {AIM_MS:g} ms from the click to the new price")
    return met


def _visit(page: Page, url: str, name: str, args: argparse.Namespace) -> dict[str, list[float]]:
    page.goto(f"{url}/konfigurator")
    page.wait_for_selector("html[data-ready=yes]")
    page.wait_for_load_state("networkidle")
    devtools = page.context.new_cdp_session(page)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": args.slow})
    # Code that never ran is slow in every browser; the first round warms up and is not counted.
    for _ in _round(page):
        pass
    page.evaluate(_WATCH)
    if args.profile:
        devtools.send("Profiler.enable")
        devtools.send("Profiler.start")
    made = 0
    while made < args.clicks:
        made += sum(1 for _ in _round(page))
    if args.profile:
        args.profile.mkdir(parents=True, exist_ok=True)
        found = devtools.send("Profiler.stop")["profile"]
        (args.profile / f"{name}.cpuprofile").write_text(json.dumps(found))
    return _durations(page.evaluate("clicks"))


def _round(page: Page) -> Iterator[None]:
    """Every option once, and quantities up and down."""
    for category, value in ROUND:
        page.locator(f'#{category} .option[data-tp-value="{value}"]').click()
        yield _rest(page)
    for category, element, times in STEPS:
        for _ in range(times):
            page.locator(f"#{category} .step[data-tp-element={element}]").click()
            yield _rest(page)


def _rest(page: Page) -> None:
    """Until what follows a click is over: the next one is a click of its own."""
    page.evaluate(
        "new Promise(done => requestAnimationFrame(() => setTimeout(() => setTimeout(done, 20))))"
    )


def _durations(clicks: list[dict[str, float]]) -> dict[str, list[float]]:
    priced = [c for c in clicks if "priced" in c]
    return {
        "price": [c["priced"] - c["stamp"] for c in priced],
        "paint": [c["painted"] - c["stamp"] for c in clicks],
        "code": [c["priced"] - c["handled"] for c in priced],
    }


def _line(page: str, what: str, took: list[float]) -> dict[str, object]:
    p50, p95, worst = (round(_at(took, share), 2) for share in (0.5, 0.95, 1))
    names = {
        "price": "click to new price",
        "paint": "click to next frame",
        "code": "handlers to new price",
    }
    return {
        "page": page,
        "what": names[what],
        "p50_ms": p50,
        "p95_ms": p95,
        "worst_ms": worst,
        "clicks": len(took),
    }


def _at(took: list[float], share: float) -> float:
    return sorted(took)[int((len(took) - 1) * share)]


if __name__ == "__main__":
    main()
