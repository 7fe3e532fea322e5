"""A marked visit through the platform's public API, and whether its reports tell it right."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import msgspec

from trailpost.apps.houses.platform import Platform
from trailpost.apps.houses.rules import choosing, prices
from trailpost.apps.houses.rules.ids import uuid7
from trailpost.apps.houses.trial.timed import Failed, timed
from trailpost.apps.houses.wire import Configuration, Offer, TrialVisit
from trailpost.base import clock

if TYPE_CHECKING:
    import httpx

ERASED = "The visit was erased again: nothing of it is left, and no figure counts it."
LEFT = (
    "The visit could not be erased: {reason}. It is marked as a robot's, so reports leave it out "
    "unless they are asked for robots; `trailpost erase session {session}` removes it."
)
_DECIDED = ("nest", "gebaeudehuelle")
_SENT = 5


class Admin(msgspec.Struct, frozen=True):
    """The login to read a report and to erase a session with."""

    cookie: str
    csrf: str


async def visit(platform: Platform, admin: Admin, offer: Offer, patience: float) -> TrialVisit:
    """Sends a visit, reads it back and erases it. Waits `patience` seconds at most for each."""
    session = str(uuid7(clock.now()))
    house = Configuration(nest="nest120", gebaeudehuelle="holzlattung")
    told: dict[str, Any] = {}

    async def arrive() -> str:
        told.update(await _journey(platform, admin, session, patience))
        return f"{len(told['rows'])} events"

    async def compare() -> str:
        return _compare(told, house, offer)

    checks = [
        await timed("sent", lambda: _send(platform, session, house, offer)),
        await timed("stored", arrive),
    ]
    if checks[-1].ok:
        checks.append(await timed("reported", compare))
    erased = await timed("erased", lambda: _erase(platform, admin, session))
    return TrialVisit(
        ok=all(check.ok for check in [*checks, erased]),
        session_id=session,
        checks=[*checks, erased],
        cleaned_up=erased.ok,
        remark=ERASED if erased.ok else LEFT.format(reason=erased.found, session=session),
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


async def _erase(platform: Platform, admin: Admin, session: str) -> str:
    """Also what is only partly right: whatever of it comes later is not stored then."""
    headers = {"cookie": admin.cookie, "x-csrf-token": admin.csrf}
    async with platform.client() as client:
        answer = await client.delete(f"/api/sessions/{session}", headers=headers)
    if answer.status_code != 204:
        raise Failed(f"the platform answered {answer.status_code}: {answer.text[:200]}")
    left = await _asked(platform, admin, session)
    if left.status_code != 404:
        raise Failed(f"the report still knows it ({left.status_code})")
    return "nothing of it is left"


async def _asked(platform: Platform, admin: Admin, session: str) -> httpx.Response:
    async with platform.client() as client:
        return await client.get(
            "/api/reports/user_journey",
            params={"session": session},
            headers={"cookie": admin.cookie},
        )


async def _journey(
    platform: Platform, admin: Admin, session: str, patience: float
) -> dict[str, Any]:
    end = time.monotonic() + patience
    while True:
        answer = await _asked(platform, admin, session)
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
