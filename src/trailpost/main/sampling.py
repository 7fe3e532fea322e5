"""What this process uses, noted once a minute, so that the owner sees what the platform costs."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import psutil

from trailpost import analytics, db
from trailpost.base import clock, log
from trailpost.base.errors import Unavailable

_log = log.get(__name__)

_EVERY = 60.0


@asynccontextmanager
async def sampling(role: str, pool: db.Pool) -> AsyncIterator[None]:
    """Notes a sample a minute for as long as the block lasts. A database that is away loses one."""
    task = asyncio.create_task(_sample_for_ever(role, pool))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _sample_for_ever(role: str, pool: db.Pool) -> None:
    process = psutil.Process()
    name = f"{role} {socket.gethostname()} {os.getpid()}"
    # The first call only begins to measure.
    process.cpu_percent()
    while True:
        await asyncio.sleep(_EVERY)
        cpu, rss = process.cpu_percent(), process.memory_info().rss
        try:
            async with db.transaction(pool) as conn:
                await analytics.add_process_sample(conn, clock.now(), name, cpu, rss)
        except (db.Error, Unavailable) as e:
            _log.info("a process sample is dropped", reason=str(e))
