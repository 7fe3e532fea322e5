"""`trailpost jobs watch`: one job as a live bar."""

from __future__ import annotations

import asyncio
import contextlib
from uuid import UUID

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from trailpost import db, jobs
from trailpost.base.settings import Settings
from trailpost.main import running
from trailpost.main.cli.servers import with_pool


def follow(settings: Settings, job: UUID) -> bool:
    """Whether it completed."""

    found = running.with_database(settings)

    async def watch(pool: db.Pool) -> jobs.JobRow:
        async with pool.connection() as conn:
            first = await jobs.get(conn, job)
        ear = jobs.Watch(found.database_url, pool)
        listening = asyncio.create_task(ear.run())
        try:
            return await _show(ear, pool, first)
        finally:
            listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await listening

    return with_pool(found, watch).status == "COMPLETED"


async def _show(ear: jobs.Watch, pool: db.Pool, row: jobs.JobRow) -> jobs.JobRow:
    console = Console()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[left]}", style="dim"),
    )
    with Progress(*columns, console=console) as bars:
        bar = bars.add_task(_said(row), total=1.0, left="")
        async for now in ear.follow(row.id):
            row, left = now, await _left(pool, now)
            bars.update(bar, description=_said(row), completed=row.progress, left=left)
    console.print(f"{row.status}{f': {row.error}' if row.error else ''}", markup=False)
    return row


def _said(row: jobs.JobRow) -> str:
    state = row.step if row.status == "PROCESSING" and row.step else row.status.lower()
    again = f", attempt {row.attempt}" if row.attempt > 1 else ""
    return escape(f"{row.kind}: {state}{again}")


async def _left(pool: db.Pool, row: jobs.JobRow) -> str:
    if row.finished:
        return ""
    async with pool.connection() as conn:
        eta = await jobs.eta(conn, row)
    if eta is None:
        return ""
    return f"{eta.p50.total_seconds():.0f} to {eta.p90.total_seconds():.0f} s left"
