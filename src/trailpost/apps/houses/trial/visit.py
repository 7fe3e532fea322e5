"""A marked visit through the platform's public API, and whether its reports tell it right."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import msgspec

from trailpost.apps.houses.platform import Platform
from trailpost.apps.houses.rules import choosing, prices
from trailpost.apps.houses.rules.ids import uuid7
from trailpost.apps.houses.trial.timed import Failed, timed
from trailpost.apps.houses.wire import Configuration, Offer, TrialVisit
from trailpost.base import clock

REMARK = (
    "The platform has no route that deletes a session. The visit is marked as a robot's, "
    "so reports leave it out unless they are asked for robots; it goes with its day of events."
)
_DECIDED = ("nest", "gebaeudehuelle")
_SENT = 5


async def visit(platform: Platform, cookie: str, offer: Offer, patience: float) -> TrialVisit:
    """`cookie`: an administrator's, to read a report with. Waits `patience` seconds at most."""
    session = str(uuid7(clock.now()))
    house = Configuration(nest="nest120", gebaeudehuelle="holzlattung")
    told: dict[str, Any] = {}

    async def arrive() -> str:
        told.update(await _journey(platform, cookie, session, patience))
        return f"{len(told['rows'])} events"

    async def compare() -> str:
        return _compare(told, house, offer)

    checks = [
        await timed("sent", lambda: _send(platform, session, house, offer)),
        await timed("stored", arrive),
    ]
    if checks[-1].ok:
        checks.append(await timed("reported", compare))
    return TrialVisit(
        ok=all(check.ok for check in checks),
        session_id=session,
        checks=checks,
        cleaned_up=False,
        remark=REMARK,
    )


async def _send(platform: Platform, session: str, house: Configuration, offer: Offer) -> str:
    now = int(clock.now().timestamp() * 1000)
    # A millisecond each: of two at the same moment nobody could tell which came first.
    events = [event | {"at": now - _SENT + n} for n, event in enumerate(_events(house, offer))]
    marked = {"id": session, "webdriver": True, "landingPage": "/konfigurator"}
    await platform.send(marked, events, "trailpost-houses-test")
    return f"{len(events)} events"


def _events(house: Configuration, offer: Offer) -> list[dict[str, Any]]:
    """A default, two choices and a snapshot, with prices by the list in force."""
    version = offer.table.version
    smallest, middle = Configuration(), Configuration(nest=house.nest)
    before, between, after = (prices.price(h, offer.table) for h in (smallest, middle, house))
    choice = {"type": "choice", "priceListVersion": version, "data": {"test": True}}
    chosen = choice | {"source": "user"}
    return [
        {"type": "session_start"},
        choice | {"category": "nest", "to": "nest80", "source": "default", "priceAfter": before},
        chosen
        | {
            "category": "nest",
            "from": "nest80",
            "to": house.nest,
            "priceBefore": before,
            "priceAfter": between,
        },
        chosen
        | {
            "category": "gebaeudehuelle",
            "to": house.gebaeudehuelle,
            "priceBefore": between,
            "priceAfter": after,
        },
        {
            "type": "snapshot",
            "configuration": msgspec.to_builtins(choosing.explicit(house, _DECIDED)),
            "totalPrice": after,
            "completion": choosing.completion(_DECIDED),
            "priceListVersion": version,
            "trigger": "manual",
        },
    ]


async def _journey(
    platform: Platform, cookie: str, session: str, patience: float
) -> dict[str, Any]:
    end = time.monotonic() + patience
    while True:
        async with platform.client() as client:
            answer = await client.get(
                "/api/reports/user_journey",
                params={"session": session},
                headers={"cookie": cookie},
            )
        if answer.status_code == 200 and len(answer.json()["rows"]) == _SENT:
            return dict(answer.json())
        if time.monotonic() >= end:
            raise Failed(
                f"not in the report after {patience:g} s ({answer.status_code}); "
                "does `trailpost write` run?"
            )
        await asyncio.sleep(0.1)


def _compare(told: dict[str, Any], house: Configuration, offer: Offer) -> str:
    """Raises Failed where the report tells it differently."""
    (facts,) = told["session"]
    total = prices.price(house, offer.table)
    wanted = {"isBot": True, "totalChoices": 2, "totalPrice": total}
    wrong = {k: facts.get(k) for k, v in wanted.items() if facts.get(k) != v}
    if wrong:
        raise Failed(f"the report says {wrong}, but it was {wanted}")
    return f"2 choices, {total} euro, marked as a robot"
