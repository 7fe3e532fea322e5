"""`trailpost migrate`: the database to the newest revision or back, with readable failures."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError

from trailpost import db
from trailpost.base.errors import StartupError
from trailpost.base.settings import Settings
from trailpost.db import migrate as revisions
from trailpost.main import checks, store


def up(url: str) -> None:
    """Raises StartupError, such as when the user may not create tables."""
    with _readable():
        revisions.up(url)


def migrate(settings: Settings, down_to: str | None) -> tuple[str, str]:
    """The revision before and after; `base` is an empty database."""
    url = settings.database_url
    before = asyncio.run(_revision(url))
    if down_to is None:
        up(url)
    else:
        with _readable():
            revisions.down(url, down_to)
    return before, asyncio.run(_revision(url))


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except (CommandError, DBAPIError, db.Error) as e:
        cause = e.orig if isinstance(e, DBAPIError) and e.orig else e
        raise StartupError(f"cannot migrate the database: {checks.one_line(cause)}") from e


async def _revision(url: str) -> str:
    conn = await checks.connect_postgres(url)
    async with conn:
        return await store.revision(conn) or "base"
