"""Ingest keys in memory, so that taking an event never waits for PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import secrets
from pathlib import Path

import msgspec

from trailpost import db
from trailpost.access.store import statements
from trailpost.access.wire import Project, SavedKeys
from trailpost.base import log
from trailpost.base.errors import Unavailable

_log = log.get(__name__)
# A new or revoked key is known everywhere after this time.
_REFRESH_SECONDS = 5.0


class KeyDirectory:
    """Every project and active key, read again every 5 seconds.

    A file holds them too, so that a web process can start while PostgreSQL is away.
    """

    def __init__(
        self, pool: db.Pool, saved: Path, *, refresh_seconds: float = _REFRESH_SECONDS
    ) -> None:
        self._pool = pool
        self._saved = saved
        self._every = refresh_seconds
        self._content = b""
        self._away = False
        self._keys: dict[str, Project] = {}
        self._slugs: dict[str, Project] = {}
        self._task: asyncio.Task[None] | None = None

    def find(self, key: str) -> Project | None:
        return self._keys.get(key)

    def by_slug(self, slug: str) -> Project | None:
        return self._slugs.get(slug)

    def key_of(self, slug: str) -> str | None:
        """The project's oldest active key."""
        return next((key for key, found in self._keys.items() if found.slug == slug), None)

    @property
    def projects(self) -> tuple[Project, ...]:
        """Oldest first."""
        return tuple(self._slugs.values())

    async def start(self) -> None:
        """The file first: a dead database must not hold the start up."""
        self._load()
        first = asyncio.create_task(self._refresh_or_log())
        # With nothing in memory the first requests would all be refused: wait for the database.
        if not self._keys:
            await first
        self._task = asyncio.create_task(self._keep_fresh(first))

    async def close(self) -> None:
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._task = None

    async def refresh(self) -> None:
        """Read again now. Raises Unavailable or db.Error when PostgreSQL is away."""
        async with db.transaction(self._pool) as conn:
            projects = await statements.list_projects(conn)
            keys = await statements.list_keys(conn)
        ids = {p.slug: p.id for p in projects}
        found = SavedKeys(
            projects=projects,
            keys={k.key: ids[k.project] for k in keys if not k.revoked_at and k.project in ids},
        )
        self._use(found)
        self._save(found)

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
                _log.warning("ingest keys could not be read again", reason=str(e))
            self._away = True
        else:
            self._away = False

    def _use(self, found: SavedKeys) -> None:
        by_id = {p.id: p for p in found.projects}
        self._slugs = {p.slug: p for p in found.projects}
        self._keys = {key: by_id[n] for key, n in found.keys.items() if n in by_id}

    def _load(self) -> None:
        try:
            content = self._saved.read_bytes()
            self._use(msgspec.json.decode(content, type=SavedKeys))
        except FileNotFoundError:
            return
        except (OSError, msgspec.DecodeError) as e:
            _log.warning("saved ingest keys are unreadable", path=str(self._saved), reason=str(e))
            return
        self._content = content

    def _save(self, found: SavedKeys) -> None:
        content = msgspec.json.encode(found)
        if content != self._content:
            replace_file(self._saved, content)
            self._content = content


def replace_file(path: Path, content: bytes) -> None:
    """Write for the owner only (mode 600), whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    opened = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(opened, "wb") as out:
            out.write(content)
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
