"""The spool of one process: its own files, the ones it adopted, and the limit they share."""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import ParamSpec, TypeVar

import msgspec

from trailpost.base import log
from trailpost.stream.spool import files, record
from trailpost.stream.spool.files import SpoolFile
from trailpost.stream.wire import Waiting

P = ParamSpec("P")
T = TypeVar("T")
_log = log.get(__name__)
_LARGEST_SEGMENT = 64 * 1024 * 1024
"""Bytes after which a new file is begun, so that replayed ones give their space back."""


class SpoolFull(Exception):
    """The spool has reached its limit; nothing was written."""


class SpoolStatus(msgspec.Struct, frozen=True):
    files: int
    events: int
    bytes: int
    corrupt: int = 0
    """Files set aside because a part of them could not be read."""


class Spool:
    """All state changes in the event loop; only the disk's work is done in threads."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self.folder = folder
        self.own: deque[SpoolFile] = deque()
        """In order; only the last one still takes records."""
        self.adopted: deque[SpoolFile] = deque()
        self.corrupt = 0
        self._max_bytes = max_bytes
        self._segment = max(1, min(_LARGEST_SEGMENT, max_bytes // 8))
        self._others_bytes = 0
        self._writer = ThreadPoolExecutor(1, "spool")

    @property
    def events(self) -> int:
        return sum(f.events for f in (*self.own, *self.adopted))

    @property
    def bytes(self) -> int:
        return sum(f.length for f in (*self.own, *self.adopted))

    @property
    def behind(self) -> int:
        """Bytes of our own that are still to be replayed."""
        return sum(f.behind for f in self.own)

    def first(self) -> SpoolFile | None:
        """The file to replay next. Our own first: new events wait behind them."""
        found = self.own or self.adopted
        return found[0] if found else None

    async def append(self, waiting: Sequence[Waiting]) -> None:
        """Durable when it returns, not accepted when it raises SpoolFull or OSError.

        One call at a time.
        """
        size = sum(record.HEAD.size + len(w.part.blob) for w in waiting)
        if self.bytes + self._others_bytes + size > self._max_bytes:
            raise SpoolFull
        last = self.own[-1] if self.own else None
        if last is not None and last.length >= self._segment:
            last.sealed = True
        try:
            file, size = await self._in_writer(self._append_to, last, waiting)
        except OSError:
            # What an fsync that failed left behind is unknown: that file is not written again.
            if last is not None:
                last.sealed = True
            raise
        if file is not last:
            self.own.append(file)
        file.grown(waiting, size)

    async def adopt(self) -> int:
        """Take over the files of dead processes; how many there were."""
        mine = {f.path for f in (*self.own, *self.adopted)}
        found = await asyncio.to_thread(_scan, self.folder, mine)
        self._others_bytes, self.corrupt = found.others_bytes, found.corrupt
        for file in found.adopted:
            if file.damaged:
                _log.error("spool file is corrupt", path=str(file.path), readable=file.events)
            _log.info("spool file adopted", path=str(file.path), events=file.events)
        self.adopted.extend(found.adopted)
        return len(found.adopted)

    async def drop(self, file: SpoolFile) -> None:
        """Forget a file that is replayed to its end, or that cannot be read."""
        (self.own if file in self.own else self.adopted).remove(file)
        try:
            await asyncio.to_thread(file.finish)
        except OSError as e:
            _log.error("spool file not removed", path=str(file.path), reason=str(e))
        if file.damaged:
            self.corrupt += 1
            _log.error("spool file set aside", path=str(file.path.with_suffix(files.CORRUPT)))

    async def close(self) -> None:
        """Let go of all files: whoever comes next adopts what is left in them."""
        await asyncio.to_thread(self._writer.shutdown)
        for file in (*self.own, *self.adopted):
            if file.behind or file.damaged:
                file.close()
            else:
                file.finish()
        self.own.clear()
        self.adopted.clear()

    async def _in_writer(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._writer, partial(call, *args, **kwargs))

    def _append_to(
        self, last: SpoolFile | None, waiting: Sequence[Waiting]
    ) -> tuple[SpoolFile, int]:
        if last is not None and not last.sealed:
            return last, last.append(waiting)
        self.folder.mkdir(parents=True, exist_ok=True)
        file = files.create(self.folder)
        try:
            return file, file.append(waiting)
        except OSError:
            file.finish()
            raise


class _Scan(msgspec.Struct):
    adopted: list[SpoolFile] = []
    others_bytes: int = 0
    corrupt: int = 0


def _scan(folder: Path, mine: set[Path]) -> _Scan:
    found = _Scan()
    for path in sorted(folder.glob(f"*{files.SUFFIX}")):
        if path in mine:
            continue
        file = files.adopt(path)
        if file is None:
            found.others_bytes += _size(path)
        else:
            found.adopted.append(file)
    files.clear_unfinished(folder)
    found.corrupt = sum(1 for _ in folder.glob(f"*{files.CORRUPT}"))
    return found


def spooled(spool_dir: Path) -> SpoolStatus:
    """What all processes' spools in this folder hold, from the heads of their records only."""
    found = [_count(path) for path in sorted(spool_dir.glob(f"*{files.SUFFIX}"))]
    return SpoolStatus(
        files=len(found),
        events=sum(events for events, _ in found),
        bytes=sum(size for _, size in found),
        corrupt=sum(1 for _ in spool_dir.glob(f"*{files.CORRUPT}")),
    )


def _count(path: Path) -> tuple[int, int]:
    """Events not replayed yet, and bytes."""
    try:
        fd = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return 0, 0
    try:
        size = os.fstat(fd).st_size
        at, events = files.replayed_to(fd) or files.DATA_AT, 0
        while (head := os.pread(fd, record.HEAD.size, at)) and len(head) == record.HEAD.size:
            length = record.size_at(head, 0)
            if length is None or at + length > size:
                break
            events += record.HEAD.unpack(head)[4]
            at += length
        return events, size
    finally:
        os.close(fd)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
