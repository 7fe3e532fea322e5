"""One spool file: created whole, locked by its owner, appended durably, read back in pieces."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from zlib import crc32

import msgspec

from trailpost.base import clock
from trailpost.stream.spool import record
from trailpost.stream.spool.record import Record
from trailpost.stream.wire import Waiting

SUFFIX = ".spool"
CORRUPT = ".corrupt"
_FRESH = ".new"
_TITLE = b"TRAILPOST SPOOL1"
_PROGRESS = struct.Struct("<QI")
DATA_AT = 64
"""Where the first record begins."""
PIECE = 1024 * 1024
"""Bytes read at once: what one replayed group can hold, and all the memory a replay needs."""
MOST_RECORDS = 1000


class Piece(msgspec.Struct):
    records: list[Record]
    next_at: int
    bad: bool
    """What stood before `next_at`, after no record, was unreadable."""


class SpoolFile:
    """Owned by this process as long as `fd` is open: the kernel lets go of the lock at any death.

    `length` is what is durable; nothing beyond it is ever read back or counted.
    """

    def __init__(self, path: Path, fd: int) -> None:
        self.path = path
        self.fd = fd
        self.id = path.stem
        self.seed = record.seed_of(path.stem)
        self.length = DATA_AT
        self.next_seq = 1
        self.replayed_to = DATA_AT
        self.events = 0
        """Durable and not replayed yet."""
        self.sealed = False
        self.damaged = False
        self.cut = 0
        """Bytes of a torn last write that were cut off when it was adopted."""
        self.markers: dict[int, int] = {}
        """Per stream, the last sequence known to be in Redis."""

    @property
    def behind(self) -> int:
        """Bytes still to replay."""
        return self.length - self.replayed_to

    def append(self, waiting: Sequence[Waiting]) -> int:
        """Blocks until the records are durable; returns their bytes. Then call `grown`."""
        data = record.encode(waiting, self.next_seq, self.seed)
        try:
            _write_at(self.fd, data, self.length)
        except OSError:
            os.ftruncate(self.fd, self.length)
            raise
        os.fdatasync(self.fd)
        return len(data)

    def grown(self, waiting: Sequence[Waiting], size: int) -> None:
        """Count what `append` made durable. In the event loop, where all else is counted."""
        self.next_seq += len(waiting)
        self.events += sum(w.part.count for w in waiting)
        self.length += size

    def read(self) -> Piece:
        """The next records to replay."""
        return piece_at(self.fd, self.seed, self.replayed_to, self.length)

    def advance(self, piece: Piece) -> None:
        """Those records are in Redis. Others that count this folder see it at once."""
        self.replayed_to = piece.next_at
        self.events -= sum(r.part.count for r in piece.records)
        self.damaged = self.damaged or piece.bad
        # It only saves the next owner work: the markers in Redis are what it relies on.
        with contextlib.suppress(OSError):
            _write_at(self.fd, _progress(piece.next_at), len(_TITLE))

    def finish(self) -> None:
        """Replayed to its end: gone, or set aside when a part of it could not be read."""
        if self.damaged:
            self.path.rename(self.path.with_suffix(CORRUPT))
        else:
            self.path.unlink(missing_ok=True)
        self.close()

    def close(self) -> None:
        os.close(self.fd)


def create(folder: Path) -> SpoolFile:
    """A new, locked, durable file. Nobody can adopt it before its lock is held."""
    if not folder.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sync_folder(folder.parent)
    fresh = folder / f"{_name()}{_FRESH}"
    fd = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    path = fresh.with_suffix(SUFFIX)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        head = _TITLE + _progress(DATA_AT)
        _write_at(fd, head.ljust(DATA_AT, b"\0"), 0)
        os.fsync(fd)
        fresh.rename(path)
        _sync_folder(folder)
    except OSError:
        os.close(fd)
        fresh.unlink(missing_ok=True)
        path.unlink(missing_ok=True)
        raise
    return SpoolFile(path, fd)


def adopt(path: Path) -> SpoolFile | None:
    """Take over a dead process's file; None when it lives, or the file is gone.

    What a crash left half-written at the end is cut off: it was never acknowledged.
    """
    fd = _lock(path)
    if fd is None:
        return None
    file = SpoolFile(path, fd)
    file.sealed = True
    try:
        _survey(file)
    except OSError:
        file.close()
        raise
    return file


def clear_unfinished(folder: Path) -> None:
    """Files that were never put in place: nothing can be in them."""
    for path in folder.glob(f"*{_FRESH}"):
        fd = _lock(path)
        if fd is not None:
            path.unlink(missing_ok=True)
            os.close(fd)


def piece_at(fd: int, seed: int, at: int, end: int) -> Piece:
    """Whole records from `at` on, or where to go on when there is none that can be read."""
    data = os.pread(fd, min(PIECE, end - at), at)
    parsed = record.parse(data, seed, MOST_RECORDS)
    if not parsed.records and not parsed.bad and len(data) >= record.HEAD.size:
        size = record.size_at(data, 0) or 0
        if at + size <= end:
            data = os.pread(fd, size, at)
            parsed = record.parse(data, seed, 1)
    if parsed.records:
        return Piece(parsed.records, at + parsed.used, False)
    return Piece([], _next_record(fd, seed, at + 1, end), True)


def replayed_to(fd: int) -> int | None:
    """How far the owner has replayed; None when the head is not one of ours."""
    head = os.pread(fd, DATA_AT, 0)
    if len(head) < DATA_AT or not head.startswith(_TITLE):
        return None
    at, crc = _PROGRESS.unpack_from(head, len(_TITLE))
    ours = crc32(head[len(_TITLE) : len(_TITLE) + 8]) == crc and at >= DATA_AT
    return int(at) if ours else DATA_AT


def counts(fd: int, at: int, end: int) -> Iterator[tuple[int, int]]:
    """The stream and the events of each record, from the heads alone."""
    size = record.HEAD.size
    while at + size <= end:
        data, here = os.pread(fd, PIECE, at), 0
        while here + size <= len(data):
            length = record.size_at(data, here)
            if length is None or at + here + length > end:
                return
            events, stream = record.HEAD.unpack_from(data, here)[4:6]
            yield int(stream), int(events)
            here += length
        at += here or end


def _survey(file: SpoolFile) -> None:
    """Find the end, the count and the damage of an adopted file."""
    size = os.fstat(file.fd).st_size
    start = replayed_to(file.fd)
    file.damaged = start is None and size > 0
    at = file.replayed_to = min(start or DATA_AT, max(size, DATA_AT))
    while at < size:
        piece = piece_at(file.fd, file.seed, at, size)
        if piece.bad and piece.next_at >= size and _is_torn(file.fd, at, size):
            os.ftruncate(file.fd, at)
            file.cut = size - at
            break
        file.damaged = file.damaged or piece.bad
        file.events += sum(r.part.count for r in piece.records)
        at = piece.next_at
    file.length = at


def _is_torn(fd: int, at: int, size: int) -> bool:
    """Whether a write that never ended explains what stands at `at`, the last thing in the file.

    A whole record with a wrong checksum is no such thing: that one may have been acknowledged.
    """
    head = os.pread(fd, record.HEAD.size, at)
    if len(head) < record.HEAD.size or not any(head):
        return True
    length = record.size_at(head, 0)
    return length is not None and at + length > size


def _next_record(fd: int, seed: int, at: int, end: int) -> int:
    """Where the next whole record begins, or `end`."""
    while at < end:
        data = os.pread(fd, min(PIECE, end - at), at)
        found = data.find(record.MAGIC)
        if found < 0:
            # The magic may lie across the border of two pieces.
            at += max(len(data) - len(record.MAGIC) + 1, 1)
        elif _is_record(fd, seed, at + found, end):
            return at + found
        else:
            at += found + 1
    return end


def _is_record(fd: int, seed: int, at: int, end: int) -> bool:
    head = os.pread(fd, record.HEAD.size, at)
    size = record.size_at(head, 0) if len(head) == record.HEAD.size else None
    if size is None or at + size > end:
        return False
    return bool(record.parse(os.pread(fd, size, at), seed, 1).records)


def _lock(path: Path) -> int | None:
    try:
        fd = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Its owner may have removed it between our two calls.
        if os.fstat(fd).st_nlink > 0:
            return fd
    except BlockingIOError:
        pass
    os.close(fd)
    return None


def _name() -> str:
    """Unique, and in the order of time: a dead process's files are replayed in the right one."""
    micros = int(clock.now().timestamp() * 1e6)
    return f"{micros:014x}{secrets.token_hex(9)}"


def _progress(at: int) -> bytes:
    offset = struct.pack("<Q", at)
    return offset + struct.pack("<I", crc32(offset))


def _write_at(fd: int, data: bytes, at: int) -> None:
    view = memoryview(data)
    while view:
        written = os.pwrite(fd, view, at)
        view, at = view[written:], at + written


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
