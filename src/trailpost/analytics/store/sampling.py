"""What our own processes use."""

from __future__ import annotations

from datetime import datetime

from trailpost import db

_ROLLUPS = "trailpost.analytics.rollups"
_ADD_PROCESS_SAMPLE = db.query(_ROLLUPS, "add_process_sample")
_PURGE_PROCESS_SAMPLES = db.query(_ROLLUPS, "purge_process_samples")


async def add_process_sample(
    conn: db.Connection, at: datetime, process: str, cpu_percent: float, rss_bytes: int
) -> None:
    await db.execute(
        conn,
        _ADD_PROCESS_SAMPLE,
        at=at,
        process=process,
        cpu_percent=cpu_percent,
        rss_bytes=rss_bytes,
    )


async def purge_process_samples(conn: db.Connection, before: datetime) -> int:
    """Returns how many went."""
    return await db.execute(conn, _PURGE_PROCESS_SAMPLES, before=before)
