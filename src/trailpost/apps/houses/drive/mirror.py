"""The job that mirrors a Google Drive folder into the media folder: changes only, resumable."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from trailpost import db
from trailpost.apps.houses.drive import DriveRefused, Gone
from trailpost.apps.houses.rules import media as rules
from trailpost.apps.houses.rules.media import Media, Plan
from trailpost.apps.houses.store import media as store
from trailpost.apps.houses.store.media import MediaFolder
from trailpost.jobs import Backoff, Nothing, Run, job

if TYPE_CHECKING:
    from trailpost.apps.houses.drive.client import Drive

# Each call is one statement.
_TELL_SECONDS = 0.5


class Mirrored(msgspec.Struct, frozen=True, rename="camel"):
    """What a run did."""

    images: int
    """In Drive's folder."""
    downloaded: int
    bytes: int
    renamed: int
    removed: int
    unchanged: int
    skipped: int
    """Files of Drive's that are no images for a page."""


@job(
    kind="houses.sync_drive",
    steps=(("listing", 1, 600), ("downloading", 20), ("cleaning", 1, 600)),
    concurrency=1,
    attempts=8,
    backoff=Backoff(first=15, longest=1800),
    permanent=(DriveRefused,),
)
async def sync_drive(run: Run, _: Nothing) -> Mirrored:
    # Only the process that mirrors needs it, and its libraries take 30 MB.
    from trailpost.apps.houses.drive import client

    folder = MediaFolder(Path(run.settings.data))
    credentials = Path(run.settings.drive_credentials)
    async with client.opened(run.settings.drive_url, credentials) as there:
        await run.step("listing")
        wanted, skipped = await there.images(run.settings.drive_folder)
        plan = rules.plan(wanted, await _held(run), await asyncio.to_thread(folder.names))
        await run.step("downloading")
        gone = await _Downloads(run, folder, there).all(plan.download)
    await run.step("cleaning")
    await _clean(run, folder, plan, gone)
    done = [media for media in plan.download if media.file_id not in gone]
    return Mirrored(
        images=len(wanted) - len(gone),
        downloaded=len(done),
        bytes=sum(media.size for media in done),
        renamed=len(plan.rename),
        removed=len(plan.remove),
        unchanged=plan.unchanged + len(plan.update),
        skipped=skipped,
    )


class _Downloads:
    """One after the other: a photograph fills the line by itself."""

    def __init__(self, run: Run, folder: MediaFolder, there: Drive) -> None:
        self._run, self._folder, self._drive = run, folder, there
        self._bytes, self._before, self._told = 1, 0, 0.0

    async def all(self, wanted: list[Media]) -> set[str]:
        """Returns the ids of those that were deleted meanwhile."""
        self._bytes = sum(media.size for media in wanted) or 1
        gone = set()
        for media in wanted:
            part = await asyncio.to_thread(self._folder.part, media)
            try:
                await self._drive.download(media, part, self._progress)
            except Gone:
                gone.add(media.file_id)
            else:
                await self._keep(media)
            self._before += media.size
        return gone

    async def _keep(self, media: Media) -> None:
        """The file first, then its row: a page never shows what is not there."""
        await asyncio.to_thread(self._folder.finish, media)
        async with db.transaction(self._run.pool) as conn:
            await store.put_media(conn, media)

    async def _progress(self, done: int) -> None:
        now = time.monotonic()
        if now - self._told >= _TELL_SECONDS:
            self._told = now
            await self._run.progress(min(1.0, (self._before + done) / self._bytes))


async def _held(run: Run) -> list[Media]:
    async with db.transaction(run.pool) as conn:
        return await store.list_media(conn)


async def _clean(run: Run, folder: MediaFolder, plan: Plan, gone: set[str]) -> None:
    """Rows first, then files: what a page still shows is there to the last."""
    for before, after in plan.rename:
        await asyncio.to_thread(folder.rename, before, after)
        async with db.transaction(run.pool) as conn:
            await store.put_media(conn, after)
    async with db.transaction(run.pool) as conn:
        for media in plan.update:
            await store.put_media(conn, media)
        for file_id in {media.file_id for media in plan.remove} | gone:
            await store.delete_media(conn, file_id)
    kept = {media.path for media in await _held(run)}
    await asyncio.to_thread(folder.tidy, kept)
