"""Exports that a worker makes into the server's folder, and their end."""

from __future__ import annotations

import asyncio

import msgspec

from trailpost.analytics import exports
from trailpost.analytics.exports import folder
from trailpost.analytics.rules.exports import file_name
from trailpost.analytics.wire import ExportAsks, Exported
from trailpost.base import clock
from trailpost.base.errors import BadRequest, NotFound
from trailpost.jobs import Nothing, Run, job

# Each telling is a statement; nobody's eye wants more.
_TELL_EVERY = 0.5


class Deleted(msgspec.Struct, frozen=True):
    files: int


@job(
    kind="export",
    steps=(("writing", 1),),
    concurrency=2,
    permanent=(BadRequest, NotFound, exports.CannotWrite),
    keep_payload=True,
)
async def export(run: Run, asked: ExportAsks) -> Exported:
    """A table into a file of the server's folder. Cancelled, it leaves none."""
    await run.step("writing")
    path = folder.place(run.settings, run.id, run.attempt, asked.format)
    loop, told_at = asyncio.get_running_loop(), 0.0

    async def tell(rows: int, expected: int) -> None:
        nonlocal told_at
        if loop.time() - told_at >= _TELL_EVERY:
            told_at = loop.time()
            await run.progress(rows / expected if expected else 0.0)

    async with exports.whole_file(path) as out:
        written = await exports.export(run.pool, asked, out, tell)
        # The last chance to learn that the job is cancelled, or somebody else's.
        await run.progress(1.0)
    return Exported(
        file_name=file_name(asked),
        rows=written.rows,
        bytes=written.bytes,
        sha256=written.sha256,
        stored=path.name,
    )


@job(kind="delete_exports", schedule="17 * * * *")
async def delete_exports(run: Run, _: Nothing) -> Deleted:
    """Files that were kept for a week."""
    return Deleted(await asyncio.to_thread(folder.delete_old, run.settings, clock.now()))


JOBS = (export, delete_exports)
