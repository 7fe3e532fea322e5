"""Look at each part of the configurator; nothing is changed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from trailpost import alerts, db
from trailpost.apps.houses.rules import answers, catalogue, prices
from trailpost.apps.houses.rules.seed import FIRST_LIST
from trailpost.apps.houses.store import configurations, inquiries
from trailpost.apps.houses.store.media import MediaFolder
from trailpost.apps.houses.trial.timed import Failed, timed
from trailpost.apps.houses.wire import Check, Configuration, Offer, Quantity
from trailpost.base.errors import NotFound
from trailpost.base.settings import Settings

Look = Callable[[], Awaitable[str]]

# The fourth of the house maker's worked examples.
_HOUSE = Configuration(
    nest="nest160",
    gebaeudehuelle="fassadenplatten_schwarz",
    innenverkleidung="steirische_eiche",
    fussboden="schiefer_massiv",
    pvanlage=Quantity("pv_panels", 16),
    fenster=Quantity("steirische_eiche", 35),
    planungspaket="pro",
)
_TOTAL = 426_590


async def look(settings: Settings, pool: db.Pool, offer: Callable[[], Offer]) -> list[Check]:
    parts: dict[str, Look] = {
        "price rule": _price_rule,
        "options": lambda: _options(offer()),
        "price list": lambda: _price_list(offer()),
        "calculation": lambda: _calculation(offer()),
        "configurations": lambda: _configurations(pool),
        "inquiries": lambda: _inquiries(pool),
        "alerts": lambda: _alerts(settings),
        "images": lambda: _images(settings, offer()),
    }
    return [await timed(name, part) for name, part in parts.items()]


async def _price_rule() -> str:
    total = prices.price(_HOUSE, FIRST_LIST)
    if total != _TOTAL:
        raise Failed(f"the worked example costs {total}, not {_TOTAL}")
    return f"the worked example costs {total}"


async def _options(offer: Offer) -> str:
    offered = {o.category for o in offer.options}
    missing = [c for c in catalogue.REQUIRED if c not in offered]
    if missing:
        raise Failed(f"nothing is offered in {', '.join(missing)}")
    return f"{len(offer.options)} options in {len(offered)} categories"


async def _price_list(offer: Offer) -> str:
    """Every combination of the core has a price."""
    values = catalogue.VALUES
    found = [
        prices.price(
            Configuration(gebaeudehuelle=shell, innenverkleidung=interior, fussboden=floor),
            offer.table,
        )
        for shell in values["gebaeudehuelle"]
        for interior in values["innenverkleidung"]
        for floor in values["fussboden"]
    ]
    return f"version {offer.table.version}: {len(found)} houses from {min(found)} to {max(found)}"


async def _calculation(offer: Offer) -> str:
    told = answers.priced(Configuration(), offer)
    if sum(line.amount for line in told.breakdown) != told.total:
        raise Failed("the breakdown does not sum to the total")
    return f"{told.total} euro, {told.monthly} a month"


async def _configurations(pool: db.Pool) -> str:
    async with db.transaction(pool) as conn:
        try:
            await configurations.find_configuration(conn, "")
        except NotFound:
            return "can be read"
    raise Failed("there is a configuration without an id")


async def _inquiries(pool: db.Pool) -> str:
    async with db.transaction(pool) as conn:
        counts = await inquiries.count_inquiries(conn)
    return f"{sum(counts.values())}, {counts.get('NEW', 0)} of them new"


async def _alerts(settings: Settings) -> str:
    mail = "customers are written to" if settings.mail_url else "customers get no e-mail"
    return f"{alerts.channels(settings)} channels; {mail}"


async def _images(settings: Settings, offer: Offer) -> str:
    there = MediaFolder(Path(settings.data)).names()
    missing = [i.name for i in offer.images if i.url.rpartition("/")[2] not in there]
    if missing:
        raise Failed(f"{len(missing)} are not in the media folder, such as {missing[0]}")
    return f"{len(offer.images)}"
