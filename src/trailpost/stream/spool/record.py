"""How a part lies in a spool file: self-checking, so that a torn or rotten record is recognised.

File:   "TRAILPOST SPOOL1" | replayed: offset u64, events u64, crc32 u32 | zeros up to 64 bytes
Record: magic 4 | length u32 | crc32 u32 | seq u64 | count u32 | stream u16 | name length u16
        | live name | blob
Little-endian. `length` is that of name and blob together; the checksum covers all after itself.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from zlib import crc32

import msgspec

from trailpost.stream.wire import Part, Waiting

MAGIC = b"\xf5TP\x01"
HEAD = struct.Struct("<4sIIQIHH")
_CHECKED = struct.Struct("<QIHH")
_CHECKED_AT = 12
_LONGEST_NAME = 0xFFFF
LONGEST = 64 * 1024 * 1024
"""Bytes; a length above it is not one we wrote."""


class Record(msgspec.Struct, frozen=True, gc=False):
    seq: int
    stream: int
    live: str | None
    part: Part


class Parsed(msgspec.Struct):
    """What a piece of a file held. `used`: bytes up to the first one that is no whole record."""

    records: list[Record]
    used: int
    bad: bool
    """Whether what follows `used` is wrong, and not just cut short by the piece's end."""


def seed_of(spool_id: str) -> int:
    """Start of the checksum: no client can compose bytes that look like a record of this file."""
    return crc32(spool_id.encode())


def encode(waiting: Iterable[Waiting], seq: int, seed: int) -> bytes:
    """The records of a group, numbered from `seq`."""
    out: list[bytes] = []
    for w in waiting:
        name = (w.live or "").encode()[:_LONGEST_NAME]
        body = name + w.part.blob
        checked = _CHECKED.pack(seq, w.part.count, w.stream, len(name))
        crc = crc32(body, crc32(checked, seed))
        out.append(struct.pack("<4sII", MAGIC, len(body), crc) + checked)
        out.append(body)
        seq += 1
    return b"".join(out)


def parse(piece: bytes, seed: int, most: int) -> Parsed:
    """Up to `most` whole records from the start of `piece`."""
    records: list[Record] = []
    at = 0
    while len(records) < most and at + HEAD.size <= len(piece):
        size = size_at(piece, at)
        if size is None:
            return Parsed(records, at, True)
        if at + size > len(piece):
            break
        record = _record(piece, at, size, seed)
        if record is None:
            return Parsed(records, at, True)
        records.append(record)
        at += size
    return Parsed(records, at, False)


def size_at(piece: bytes, at: int) -> int | None:
    """Bytes of the record whose head is at `at`, or None when that is no head."""
    magic, length, _, _, _, _, name_length = HEAD.unpack_from(piece, at)
    if magic != MAGIC or length > LONGEST or name_length > length:
        return None
    return HEAD.size + int(length)


def _record(piece: bytes, at: int, size: int, seed: int) -> Record | None:
    _, _, crc, seq, count, stream, name_length = HEAD.unpack_from(piece, at)
    if crc32(memoryview(piece)[at + _CHECKED_AT : at + size], seed) != crc:
        return None
    blob_at = at + HEAD.size + name_length
    try:
        name = piece[at + HEAD.size : blob_at].decode()
    except UnicodeDecodeError:
        return None
    return Record(seq, stream, name or None, Part(count, piece[blob_at : at + size]))
