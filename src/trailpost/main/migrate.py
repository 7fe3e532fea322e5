"""`trailpost migrate`: the database to the newest revision or back, with readable failures."""

from __future__ import annotations

import asyncio

from alembic.util import CommandError

from trailpost.base.errors import StartupError
from trailpost.base.settings import Settings
from trailpost.db import migrate as revisions
from trailpost.main import checks, store


def migrate(settings: Settings, down_to: str | None) -> tuple[str, str]:
    """The revision before and after; `base` is an empty database."""
    url = settings.database_url
    before = asyncio.run(_revision(url))
    try:
        if down_to is None:
            revisions.up(url)
        else:
            revisions.down(url, down_to)
    except CommandError as e:
        raise StartupError(f"cannot migrate from {before}: {checks.one_line(e)}") from e
    return before, asyncio.run(_revision(url))


async def _revision(url: str) -> str:
    conn = await checks.connect_postgres(url)
    async with conn:
        return await store.revision(conn) or "base"
