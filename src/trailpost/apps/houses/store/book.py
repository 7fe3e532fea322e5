"""Options and prices in memory: computing a price never waits for PostgreSQL."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import msgspec

from trailpost import db
from trailpost.apps.houses.rules import catalogue
from trailpost.apps.houses.store import prices
from trailpost.apps.houses.wire import Offer, Option, PriceTable, SavedOffer
from trailpost.base import clock, log
from trailpost.base.errors import Unavailable

_log = log.get(__name__)
# A new list, or an option switched off, is known to every process after this time.
_REFRESH_SECONDS = 5.0


class PriceBook:
    """Read again every 5 seconds; a scheduled list is in force from its very moment.

    A file holds it too, so that a web process can start while PostgreSQL is away.
    """

    def __init__(
        self, pool: db.Pool, saved: Path, *, refresh_seconds: float = _REFRESH_SECONDS
    ) -> None:
        self._pool, self._saved, self._every = pool, saved, refresh_seconds
        self._held: SavedOffer | None = None
        self._offer: Offer | None = None
        self._away = False

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
        async with db.transaction(self._pool) as conn:
            found = await prices.read_offer(conn, clock.now())
        found = msgspec.structs.replace(found, options=_ordered(found))
        if found != self._held:
            self._held, self._offer = found, None
            await asyncio.to_thread(_save, self._saved, found)

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Around the life of the process. A dead database must not hold the start up."""
        self._held = _load(self._saved)
        first = asyncio.create_task(self._refresh_or_log())
        if self._held is None:
            await first
        task = asyncio.create_task(self._keep_fresh(first))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _keep_fresh(self, first: asyncio.Task[None]) -> None:
        await first
        while True:
            await asyncio.sleep(self._every)
            await self._refresh_or_log()

    async def _refresh_or_log(self) -> None:
        try:
            await self.refresh()
        except (Unavailable, db.Error, OSError) as e:
            if not self._away:
                _log.warning("prices could not be read again", reason=str(e))
            self._away = True
        else:
            self._away = False

    def _table(self, now: datetime) -> PriceTable | None:
        """The last that has begun: they are in the order they begin."""
        lists = self._held.lists if self._held else ()
        begun = [found.table for found in lists if found.valid_from <= now]
        return begun[-1] if begun else None


def _ordered(found: SavedOffer) -> tuple[Option, ...]:
    """In the order of the page."""
    place = catalogue.CATEGORIES.index
    return tuple(sorted(found.options, key=lambda o: (place(o.category), o.sort_order)))


def _load(path: Path) -> SavedOffer | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=SavedOffer)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as e:
        _log.warning("saved prices are unreadable", path=str(path), reason=str(e))
        return None


def _save(path: Path, found: SavedOffer) -> None:
    """Whole or not at all: several web processes write it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        part.write_bytes(msgspec.json.encode(found))
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
