"""Ingest keys in memory, so that taking an event never waits for PostgreSQL."""

from __future__ import annotations

from pathlib import Path

from trailpost import db
from trailpost.access.store import statements
from trailpost.access.wire import Project, SavedKeys


class KeyDirectory:
    """Every project and active key, read again every 5 seconds.

    A file holds them too, so that a web process can start while PostgreSQL is away.
    """

    def __init__(
        self, pool: db.Pool, saved: Path, *, refresh_seconds: float = db.REFRESH_SECONDS
    ) -> None:
        self._pool = pool
        self._keys: dict[str, Project] = {}
        self._slugs: dict[str, Project] = {}
        self._copy = db.KeptCopy(
            self._read, self._use, of=SavedKeys, saved=saved, refresh_seconds=refresh_seconds
        )

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
        await self._copy.start()

    async def close(self) -> None:
        await self._copy.close()

    async def refresh(self) -> None:
        """Read again now. Raises Unavailable or db.Error when PostgreSQL is away."""
        await self._copy.refresh()

    async def _read(self) -> SavedKeys:
        async with db.transaction(self._pool) as conn:
            projects = await statements.list_projects(conn)
            keys = await statements.list_keys(conn)
        ids = {p.slug: p.id for p in projects}
        return SavedKeys(
            projects=projects,
            keys={k.key: ids[k.project] for k in keys if not k.revoked_at and k.project in ids},
        )

    def _use(self, found: SavedKeys) -> None:
        by_id = {p.id: p for p in found.projects}
        self._slugs = {p.slug: p for p in found.projects}
        self._keys = {key: by_id[n] for key, n in found.keys.items() if n in by_id}
