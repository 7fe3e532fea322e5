"""A copy of what PostgreSQL holds, so that answering from it never waits for PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from trailpost.base import log
from trailpost.base.errors import Unavailable
from trailpost.db.pool import Error

_log = log.get(__name__)
REFRESH_SECONDS = 5.0
"""What has changed is known to every process after this time."""

T = TypeVar("T", bound=msgspec.Struct)


class KeptCopy(Generic[T]):
    """Read again every few seconds, and kept in a file: a process can start without PostgreSQL."""

    def __init__(
        self,
        read: Callable[[], Awaitable[T]],
        use: Callable[[T], None],
        *,
        of: type[T],
        saved: Path,
        refresh_seconds: float = REFRESH_SECONDS,
    ) -> None:
        """`read` asks PostgreSQL, `use` is told each copy that differs from the one before."""
        self._read, self._use, self._type, self._saved = read, use, of, saved
        self._every = refresh_seconds
        self._content = b""
        self._away = False
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """The file first: a dead database must not hold the start up."""
        self._load()
        first = asyncio.create_task(self._refresh_or_log())
        # With nothing in memory the first requests would all be refused: wait for the database.
        if not self._content:
            await first
        self._task = asyncio.create_task(self._keep_fresh(first))

    async def close(self) -> None:
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._task = None

    async def refresh(self) -> None:
        """Read again now. Raises Unavailable or Error when PostgreSQL is away."""
        found = await self._read()
        content = msgspec.json.encode(found)
        if content == self._content:
            return
        self._use(found)
        await asyncio.to_thread(replace_file, self._saved, content)
        self._content = content

    async def _keep_fresh(self, first: asyncio.Task[None]) -> None:
        await first
        while True:
            await asyncio.sleep(self._every)
            await self._refresh_or_log()

    async def _refresh_or_log(self) -> None:
        try:
            await self.refresh()
        except (Unavailable, Error, OSError) as e:
            if not self._away:
                _log.warning("could not be read again", file=self._saved.name, reason=str(e))
            self._away = True
        else:
            self._away = False

    def _load(self) -> None:
        try:
            content = self._saved.read_bytes()
            self._use(msgspec.json.decode(content, type=self._type))
        except FileNotFoundError:
            return
        except (OSError, msgspec.DecodeError) as e:
            _log.warning("unreadable, read anew", path=str(self._saved), reason=str(e))
        else:
            self._content = content


def replace_file(path: Path, content: bytes) -> None:
    """Write for the owner only (mode 600), whole or not at all: several processes do."""
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
