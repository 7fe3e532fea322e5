"""Where an export goes: a file that appears when it is whole, or standard output."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import BinaryIO, TypeVar

from trailpost.base.errors import Unavailable

R = TypeVar("R")
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class CannotWrite(Unavailable):
    """There is no room, or it is not allowed."""


class Output:
    """Counts and hashes what goes through. Enough of a file for Parquet's writer."""

    closed = False

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._hash, self.bytes = file, hashlib.sha256(), 0

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def write(self, content: bytes) -> int:
        # Parquet's writer has last words, spoken when an export that failed is long forgotten.
        if self._file.closed:
            return len(content)
        self._file.write(content)
        self._hash.update(content)
        self.bytes += len(content)
        return len(content)

    def tell(self) -> int:
        return self.bytes

    def flush(self) -> None:
        self._file.flush()

    def writable(self) -> bool:
        return True

    def readable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False

    def close(self) -> None:
        """Whoever opened the file closes it."""


@asynccontextmanager
async def whole_file(path: Path) -> AsyncIterator[Output]:
    """Takes its name when all of it is on disk; until then, and after a failure, there is none.

    Raises CannotWrite.
    """
    if path.is_dir():
        raise CannotWrite(f"cannot write {path}: it is a folder")
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            out = Output(file)
            yield out
            await in_thread(_settle, file)
        part.replace(path)
    except OSError as e:
        raise cannot_write(path, e) from e
    finally:
        part.unlink(missing_ok=True)


def cannot_write(path: Path, error: OSError) -> CannotWrite:
    if error.errno in _FULL:
        return CannotWrite(f"there is no room for the export: the disk of {path.parent} is full")
    return CannotWrite(f"cannot write {path}: {(error.strerror or str(error)).lower()}")


async def in_thread(function: Callable[..., R], *args: object) -> R:
    """Run it in a thread. Cancelled, it still waits: two threads must not share a file."""
    task = asyncio.ensure_future(asyncio.to_thread(function, *args))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


def _settle(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
