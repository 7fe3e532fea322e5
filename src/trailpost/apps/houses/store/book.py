"""Options and prices in memory: computing a price never waits for PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import msgspec

from trailpost import db
from trailpost.apps.houses.rules import catalogue
from trailpost.apps.houses.store import prices
from trailpost.apps.houses.wire import Offer, Option, PriceTable, SavedOffer
from trailpost.base import clock
from trailpost.base.errors import Unavailable


class PriceBook:
    """Read again every 5 seconds; a scheduled list is in force from its very moment.

    A file holds it too, so that a web process can start while PostgreSQL is away.
    """

    def __init__(
        self, pool: db.Pool, saved: Path, *, refresh_seconds: float = db.REFRESH_SECONDS
    ) -> None:
        self._pool = pool
        self._held: SavedOffer | None = None
        self._offer: Offer | None = None
        self._copy = db.KeptCopy(
            self._read, self._use, of=SavedOffer, saved=saved, refresh_seconds=refresh_seconds
        )

    def offer(self) -> Offer:
        """Raises Unavailable before the database was ever reached."""
        table = self._table(clock.now())
        if self._held is None or table is None:
            raise Unavailable("the prices could not be read yet", retry_after=5)
        if self._offer is None or self._offer.table is not table:
            self._offer = Offer(self._held.options, table, self._held.images)
        return self._offer

    async def refresh(self) -> None:
        """Read again now. Raises Unavailable or db.Error when PostgreSQL is away."""
        await self._copy.refresh()

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Around the life of the process."""
        await self._copy.start()
        try:
            yield
        finally:
            await self._copy.close()

    async def _read(self) -> SavedOffer:
        async with db.transaction(self._pool) as conn:
            found = await prices.read_offer(conn, clock.now())
        return msgspec.structs.replace(found, options=_ordered(found))

    def _use(self, found: SavedOffer) -> None:
        self._held, self._offer = found, None

    def _table(self, now: datetime) -> PriceTable | None:
        """The last that has begun: they are in the order they begin."""
        lists = self._held.lists if self._held else ()
        begun = [found.table for found in lists if found.valid_from <= now]
        return begun[-1] if begun else None


def _ordered(found: SavedOffer) -> tuple[Option, ...]:
    """In the order of the page."""
    place = catalogue.CATEGORIES.index
    return tuple(sorted(found.options, key=lambda o: (place(o.category), o.sort_order)))
