"""`python -m bench.visitors`: real browsers configure houses on a running server for a while.

Each visitor opens the configurator, clicks a house together and leaves; some ask for it, some lose
their network on the way. At the end every event that their trackers sent must be in the database,
once, and the ledger must add up. It prints how long clicks took, from the click to the new price.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from playwright.async_api import Browser, Error, Page, Request, async_playwright

from tests.browser import FLAGS, HINT, executable

_CATEGORIES = (
    "nest",
    "gebaeudehuelle",
    "innenverkleidung",
    "fussboden",
    "fenster",
    "planungspaket",
    "pvanlage",
    "grundstueckscheck",
)
_SIZES = ((1440, 900), (1024, 768), (390, 844))
_SETTLE_SECONDS = 90


@dataclass
class Seen:
    """What all visitors did, and how long their clicks took in ms."""

    sent: set[str] = field(default_factory=set)
    visits: int = 0
    clicks: int = 0
    offline: int = 0
    inquiries: int = 0
    errors: list[str] = field(default_factory=list)
    to_price: list[float] = field(default_factory=list)
    to_paint: list[float] = field(default_factory=list)


def main() -> None:
    args = _arguments()
    info = json.loads((Path(args.data) / "trailpost.json").read_text())
    seen = Seen()
    before = _ledger(info["database_url"])
    asyncio.run(_run(args.url or info["url"], args, seen))
    ok = _report(seen, before, info["database_url"])
    sys.exit(0 if ok else 1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.visitors", description=__doc__)
    parser.add_argument("--data", default="./data", help="folder of the running server")
    parser.add_argument("--url", help="its address; default: as the folder says")
    parser.add_argument("--visitors", type=int, default=4, help="browsers at the same time")
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--pace", type=float, default=0.5, help="mean seconds between clicks")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


async def _run(url: str, args: argparse.Namespace, seen: Seen) -> None:
    path = executable()
    if path is None:
        raise SystemExit(HINT)
    end = time.monotonic() + args.minutes * 60
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        async with asyncio.TaskGroup() as tasks:
            for n in range(args.visitors):
                rng = random.Random(args.seed * 1000 + n)
                tasks.create_task(_visit_again(browser, url, rng, args.pace, seen, end))
        await browser.close()


async def _visit_again(
    browser: Browser, url: str, rng: random.Random, pace: float, seen: Seen, end: float
) -> None:
    while time.monotonic() < end:
        try:
            await _visit(browser, url, rng, pace, seen)
        except (Error, AssertionError) as e:
            seen.errors.append(str(e).partition("\n")[0])


async def _visit(browser: Browser, url: str, rng: random.Random, pace: float, seen: Seen) -> None:
    width, height = rng.choice(_SIZES)
    context = await browser.new_context(viewport={"width": width, "height": height})
    page = await context.new_page()
    page.on("pageerror", lambda e: seen.errors.append(str(e)))
    page.on("requestfinished", lambda request: _note(request, seen))
    await page.goto(f"{url}/konfigurator?utm_source=visitors")
    await page.wait_for_selector("html[data-ready=yes]")
    away = rng.random() < 0.2
    await context.set_offline(away)
    seen.offline += away
    for _ in range(rng.randint(3, 25)):
        await _click(page, rng, seen)
        await asyncio.sleep(rng.expovariate(1 / pace))
    await context.set_offline(False)
    if rng.random() < 0.2:
        await _ask(page, seen)
    await _measure(page, seen)
    await _sent(page)
    seen.visits += 1
    await context.close()


async def _click(page: Page, rng: random.Random, seen: Seen) -> None:
    """Something in a section: an option, or one more or less of it."""
    section = page.locator(f"#{rng.choice(_CATEGORIES)}")
    buttons = section.locator("button")
    await buttons.nth(rng.randrange(await buttons.count())).click(force=True)
    seen.clicks += 1


async def _ask(page: Page, seen: Seen) -> None:
    await page.locator(".build").first.click()
    sheet = page.locator("dialog")
    await sheet.locator("[name=name]").fill("A visitor")
    await sheet.locator("[name=email]").fill("visitor@example.com")
    await sheet.locator("[type=submit]").click()
    # Many from one address are told to wait; that is an answer too.
    await sheet.locator(".sent, .problem").first.wait_for()
    seen.inquiries += await sheet.locator(".sent").count()


async def _measure(page: Page, seen: Seen) -> None:
    for name, kept in (("price", seen.to_price), ("paint", seen.to_paint)):
        found = await page.evaluate(
            "name => performance.getEntriesByName(name, 'measure').map(m => m.duration)",
            f"option_click_to_{name}",
        )
        kept += found


async def _sent(page: Page) -> None:
    """Until the tracker's outbox is empty, and what was on its way has arrived."""
    for _ in range(_SETTLE_SECONDS * 10):
        await page.wait_for_timeout(100)
        waiting = await page.evaluate(
            "Object.keys(localStorage).filter(name => name.includes(':batch:')).length"
        )
        if not waiting:
            break
    await page.wait_for_timeout(2500)


def _note(request: Request, seen: Seen) -> None:
    if request.url.endswith("/api/ingest") and request.post_data:
        seen.sent |= {event["id"] for event in json.loads(request.post_data)["events"]}


def _ledger(database_url: str) -> dict[str, int]:
    names = ("received", "stored", "duplicate", "rejected", "dead_lettered", "erased")
    sums = ", ".join(f"coalesce(sum({name}), 0)::int" for name in names)
    with psycopg.connect(database_url) as conn:
        row = conn.execute(f"select {sums} from ingest_ledger").fetchone()
    return dict(zip(names, row or (0,) * len(names), strict=True))


def _stored(database_url: str, sent: set[str]) -> int:
    with psycopg.connect(database_url) as conn:
        row = conn.execute(
            "select count(*) from events where event_id = any(%s::uuid[])", [list(sent)]
        ).fetchone()
    return row[0] if row else 0


def _report(seen: Seen, before: dict[str, int], database_url: str) -> bool:
    end = time.monotonic() + _SETTLE_SECONDS
    while (stored := _stored(database_url, seen.sent)) < len(seen.sent):
        if time.monotonic() > end:
            break
        time.sleep(0.5)
    now = _ledger(database_url)
    change = {name: now[name] - before[name] for name in now}
    balanced = now["received"] == sum(now[name] for name in now if name != "received")
    print(f"visits      {seen.visits}, {seen.offline} without network for a while")
    print(f"clicks      {seen.clicks}, {seen.inquiries} inquiries")
    print(f"sent        {len(seen.sent)} events seen on the wire, {stored} of them stored once")
    print(f"ledger      {change}, {'adds up' if balanced else 'DOES NOT ADD UP'}")
    print(f"to price    {_spread(seen.to_price)}")
    print(f"to picture  {_spread(seen.to_paint)}")
    for error in seen.errors[:10]:
        print(f"error       {error}")
    return balanced and stored == len(seen.sent) and not seen.errors


def _spread(durations: list[float]) -> str:
    if not durations:
        return "no data"
    ordered = sorted(durations)
    at = [ordered[int((len(ordered) - 1) * share)] for share in (0.5, 0.95, 1)]
    return "p50 {:.1f} ms, p95 {:.1f} ms, worst {:.1f} ms, of {} clicks".format(*at, len(ordered))


if __name__ == "__main__":
    main()
