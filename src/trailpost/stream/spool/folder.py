"""The spool of one process: its own files, the ones it adopted, and the limit they share."""

from __future__ import annotations

import asyncio
import os
from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import ParamSpec, TypeVar

import msgspec

from trailpost.base import log
from trailpost.stream import keys
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
    occurrences: int = 0
    """Of issues."""


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
        self._refused_bytes = 0
        """Of the last group there was no room for."""
        self._broken: str | None = None
        self._writer = ThreadPoolExecutor(1, "spool")

    @property
    def events(self) -> int:
        return sum(f.events for f in (*self.own, *self.adopted))

    @property
    def bytes(self) -> int:
        return sum(f.length for f in (*self.own, *self.adopted))

    @property
    def problem(self) -> str | None:
        """Why a group like the last one would not be taken now."""
        return self._broken or (None if self._has_room(self._refused_bytes) else "full")

    @property
    def behind(self) -> int:
        """Bytes of our own that are still to be replayed."""
        return sum(f.behind for f in self.own)

    def first(self) -> SpoolFile | None:
        """The file to replay next. Our own first: new events wait behind them."""
        found = self.own or self.adopted
        return found[0] if found else None

    async def prepare(self) -> None:
        """Try the folder. Without it events are still taken as long as Redis is there."""
        try:
            await asyncio.to_thread(_try_out, self.folder)
        except OSError as e:
            self._fail(f"cannot be written: {e}")
        else:
            self._broken = None

    async def append(self, waiting: Sequence[Waiting]) -> None:
        """Durable when it returns, not accepted when it raises SpoolFull or OSError.

        One call at a time.
        """
        size = sum(record.HEAD.size + len(w.part.blob) for w in waiting)
        if not self._has_room(size):
            self._refused_bytes = size
            raise SpoolFull
        last = self.own[-1] if self.own else None
        if last is not None and last.length >= self._segment:
            last.sealed = True
        try:
            file, size = await self._in_writer(self._append_to, last, waiting)
        except OSError as e:
            self._fail(f"cannot be written: {e}")
            # What an fsync that failed left behind is unknown: that file is not written again.
            if last is not None:
                last.sealed = True
            raise
        if file is not last:
            self.own.append(file)
        file.grown(waiting, size)
        self._broken, self._refused_bytes = None, 0

    async def adopt(self) -> int:
        """Take over the files of dead processes; how many there were."""
        mine = {f.path for f in (*self.own, *self.adopted)}
        try:
            found = await asyncio.to_thread(_scan, self.folder, mine)
        except OSError as e:
            self._fail(f"cannot be read: {e}")
            return 0
        self.corrupt = found.corrupt
        # One of ours may have been made while the folder was read.
        mine = {f.path for f in self.own}
        self._others_bytes = sum(n for path, n in found.others.items() if path not in mine)
        for file in found.adopted:
            if file.damaged:
                _log.error("spool file is corrupt", path=str(file.path), readable=file.events)
            if file.cut:
                _log.warning("spool file's torn end cut off", path=str(file.path), bytes=file.cut)
            _log.info("spool file adopted", path=str(file.path), events=file.events)
        self.adopted.extend(found.adopted)
        return len(found.adopted)

    async def drop(self, file: SpoolFile) -> None:
        """Forget a file that is replayed to its end, or that cannot be read."""
        (self.own if file in self.own else self.adopted).remove(file)
        try:
            # Shielded: a file that nobody lists and nobody closes would stay locked.
            await asyncio.shield(asyncio.to_thread(file.finish))
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

    def _has_room(self, size: int) -> bool:
        return self.bytes + self._others_bytes + size <= self._max_bytes

    def _fail(self, problem: str) -> None:
        if problem != self._broken:
            _log.error("spool takes nothing", problem=problem, folder=str(self.folder))
        self._broken = problem

    async def _in_writer(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._writer, partial(call, *args, **kwargs))

    def _append_to(
        self, last: SpoolFile | None, waiting: Sequence[Waiting]
    ) -> tuple[SpoolFile, int]:
        if last is not None and not last.sealed:
            return last, last.append(waiting)
        file = files.create(self.folder)
        try:
            return file, file.append(waiting)
        except OSError:
            file.finish()
            raise


def _try_out(folder: Path) -> None:
    files.create(folder).finish()


class _Scan(msgspec.Struct):
    adopted: list[SpoolFile] = []
    others: dict[Path, int] = {}
    """Bytes of the files of living processes."""
    corrupt: int = 0


def _scan(folder: Path, mine: set[Path]) -> _Scan:
    found = _Scan()
    for path in sorted(folder.glob(f"*{files.SUFFIX}")):
        if path in mine:
            continue
        file = files.adopt(path)
        if file is None:
            found.others[path] = _size(path)
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
        events=sum(counts["events"] for counts, _ in found),
        occurrences=sum(counts["issues"] for counts, _ in found),
        bytes=sum(size for _, size in found),
        corrupt=sum(1 for _ in spool_dir.glob(f"*{files.CORRUPT}")),
    )


def _count(path: Path) -> tuple[Counter[keys.Kind], int]:
    """What is not replayed yet, by kind, and bytes."""
    counts: Counter[keys.Kind] = Counter()
    try:
        fd = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return counts, 0
    try:
        size = os.fstat(fd).st_size
        start = files.replayed_to(fd) or files.DATA_AT
        for stream, events in files.counts(fd, start, size):
            counts[keys.kind_of(stream)] += events
        return counts, size
    finally:
        os.close(fd)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
