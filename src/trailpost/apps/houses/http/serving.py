"""What lives as long as a web process: the prices in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from litestar import Litestar

from trailpost.apps.houses.http.shared import BOOK, LIMITS, new_limits
from trailpost.apps.houses.store.book import PriceBook
from trailpost.base.settings import Settings


@asynccontextmanager
async def serving(app: Litestar) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    book = PriceBook(app.state.pool, Path(settings.data) / "houses.json")
    app.state.update({BOOK: book, LIMITS: new_limits()})
    async with book.kept():
        yield
