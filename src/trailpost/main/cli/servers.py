"""How commands reach the database: one connection pool for one short task."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from trailpost import db
from trailpost.base.errors import Unavailable
from trailpost.base.settings import Settings
from trailpost.main import checks, running

T = TypeVar("T")


def with_pool(settings: Settings, task: Callable[[db.Pool], Awaitable[T]]) -> T:
    """Run the task against the given or the running database. Any failure is one line."""
    return asyncio.run(_with_pool(running.with_database(settings), task))


def with_connection(settings: Settings, task: Callable[[db.Connection], Awaitable[T]]) -> T:
    """The same for a task that needs one connection."""

    async def run(pool: db.Pool) -> T:
        async with pool.connection() as conn:
            return await task(conn)

    return with_pool(settings, run)


async def _with_pool(settings: Settings, task: Callable[[db.Pool], Awaitable[T]]) -> T:
    await checks.check_postgres(settings.database_url)
    pool = db.open_pool(settings.database_url, size=4, application="trailpost cli")
    try:
        async with pool:
            return await task(pool)
    except db.Error as e:
        if not db.is_away(e):
            raise
        raise Unavailable(f"the database went away: {checks.one_line(e)}") from e
