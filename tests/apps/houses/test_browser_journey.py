"""A visitor configures a house, and the owner finds that very journey in report and page."""

import asyncio
import contextlib
import re
import threading
import time

import pytest
from playwright.sync_api import expect

from tests.apps.houses.browsing import SHOTS, THIRD, Visitor
from tests.dashboard.conftest import TOKEN
from trailpost import issues, tracking
from trailpost.main.features import write_hooks
from trailpost.tracking.rules.hashing import configuration_hash

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

CHOSEN = {
    "nest": "nest120",
    "gebaeudehuelle": "holzlattung",
    "innenverkleidung": "fichte",
    "fussboden": "kalkstein_kanafar",
    "fenster": {"value": "aluminium", "quantity": 20},
    "planungspaket": "plus",
    "pvanlage": {"value": "pv_panels", "quantity": 8},
    "grundstueckscheck": "grundstueckscheck",
}


@contextlib.contextmanager
def writing(settings):
    """The writers in a thread of their own."""
    stop, loops = asyncio.Event(), []

    async def run():
        loops.append(asyncio.get_running_loop())
        await asyncio.gather(
            tracking.Writer(settings, on_write=write_hooks()).run(stop),
            issues.Writer(settings).run(stop),
        )

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    while not loops:
        time.sleep(0.01)
    try:
        yield
    finally:
        loops[0].call_soon_threadsafe(stop.set)
        thread.join(30)
    assert not thread.is_alive()


def stored(site, sql, seconds=20):
    """Rows, once there are any."""
    end = time.monotonic() + seconds
    while not (rows := site.db.execute(sql).fetchall()):
        assert time.monotonic() < end, sql
        time.sleep(0.05)
    return rows


def test_the_owner_finds_the_journey_of_a_visitor(site, server, chromium):
    with writing(site.settings):
        visitor = Visitor(chromium, server).open("/konfigurator?utm_source=newsletter")
        visitor.configure(THIRD)
        expect(visitor.total).to_have_text("278.210 €")
        visitor.page.get_by_role("button", name="Jetzt bauen").click()
        sheet = visitor.page.locator("dialog")
        sheet.get_by_label("Name").fill("Ada")
        sheet.get_by_label("E-Mail").fill("ada@beispiel.at")
        sheet.get_by_role("button", name="Anfrage senden").click()
        expect(sheet).to_contain_text("Danke!")
        ((session,),) = stored(
            site,
            "select session_id from user_sessions where conversion_status = 'converted'",
        )
        visitor.close()
        check_report(site, server, chromium, session)
        check_page(server, chromium, session)


def check_report(site, server, chromium, session):
    owner = chromium.new_context()
    owner.add_cookies([{"name": "trailpost", "value": TOKEN, "url": server.url}])
    answer = owner.request.get(f"{server.url}/api/reports/user_journey?session={session}")
    assert answer.ok, answer.text()
    told = answer.json()
    moments, (facts,) = told["rows"], told["session"]
    by_user = [m for m in moments if m["kind"] == "choice" and m["source"] == "user"]
    defaults = [m for m in moments if m["kind"] == "choice" and m["source"] == "default"]
    assert len(defaults) == 2
    assert facts["totalChoices"] == len(by_user) == 8 + 19 + 7
    assert {m["category"]: m["value"] for m in by_user} == {c: v for c, v, *_ in THIRD}
    prices = [float(m["price"]) for m in moments if m["kind"] == "choice"]
    assert prices[:4] == [165_100, 165_100, 236_300, 236_300]
    assert prices[-1] == 278_210
    assert prices == sorted(prices), "every choice of this example costs more"
    assert (facts["configuration"], facts["completion"]) == (CHOSEN, 100)
    assert (facts["utmSource"], facts["reached"]) == ("newsletter", "converted")
    ((kept,),) = site.db.execute(
        "select configuration_hash from user_sessions where session_id = %s", [session]
    ).fetchall()
    shuffled = (
        b'{"grundstueckscheck":"grundstueckscheck","fenster":{"quantity":20,"value":"aluminium"},'
    )
    shuffled += b'"pvanlage":{"value":"pv_panels","quantity":8},"planungspaket":"plus",'
    shuffled += b'"fussboden":"kalkstein_kanafar","innenverkleidung":"fichte",'
    shuffled += b'"gebaeudehuelle":"holzlattung","nest":"nest120"}'
    assert bytes(kept) == configuration_hash(shuffled)
    owner.close()


def check_page(server, chromium, session):
    """The same on the dashboard."""
    owner = Visitor(chromium, server, height=1000)
    owner.context.add_cookies([{"name": "trailpost", "value": TOKEN, "url": server.url}])
    owner.page.goto(f"{server.url}/admin/sessions/{session}")
    body = owner.page.locator("main")
    expect(body).to_contain_text("nest120")
    expect(body).to_contain_text("kalkstein_kanafar")
    assert re.search(r"278[.,\s]?210", body.inner_text())
    owner.page.screenshot(path=SHOTS / "houses-journey.png", full_page=True)
    owner.close()


def test_a_price_that_differs_is_a_timing_and_an_issue(site, server, chromium):
    """The server prices by another rule than the browser's table says."""

    def wrong(route):
        told = route.fetch()
        route.fulfill(response=told, json=told.json() | {"total": told.json()["total"] + 10})

    with writing(site.settings):
        visitor = Visitor(chromium, server)
        visitor.forgiven = ("price mismatch",)
        visitor.page.route("**/api/pricing/calculate", wrong)
        visitor.open()
        visitor.wait_for(
            "timing", lambda events: any(e["metric"] == "price_mismatch" for e in events)
        )
        ((session, value),) = stored(
            site,
            """select session_id, metric_value from events
               where kind = 'timing' and metric_name = 'price_mismatch'""",
        )
        ((issue, title, level, fingerprinted),) = stored(
            site,
            """select i.id, i.title, i.level::text, o.tags || (o.context ->> 'server')
               from issues i join issue_occurrences o on o.issue_id = i.id""",
        )
        ((of,),) = stored(site, "select session_id from issue_occurrences")
        visitor.close()
    assert (value, of) == (-10, session)
    assert title == "PriceMismatch: 165100 here, 165110 at the server"
    assert (level, fingerprinted) == ("warning", ["list 1", "165110"])
    owner = Visitor(chromium, server, height=1000)
    owner.context.add_cookies([{"name": "trailpost", "value": TOKEN, "url": server.url}])
    owner.page.goto(f"{server.url}/admin/issues")
    owner.page.get_by_role("link", name=title).click()
    expect(owner.page).to_have_url(f"{server.url}/admin/issues/{issue}")
    expect(owner.page.locator("main")).to_contain_text("list 1")
    owner.page.get_by_role("link", name="Session of").click()
    expect(owner.page).to_have_url(f"{server.url}/admin/sessions/{session}")
    owner.close()


def test_a_page_that_is_left_tells_what_it_has_not_told_yet(site, server, chromium):
    with writing(site.settings):
        visitor = Visitor(chromium, server).open()
        visitor.choose("nest", "nest140")
        visitor.painted()
        visitor.page.goto("about:blank")
        rows = stored(site, "select additional_data, value from events where kind = 'snapshot'")
        assert len(rows) == 1
        visitor.close()
