"""Sends spooled records to Redis in order, each exactly once whatever dies in between."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from trailpost.stream.spool.files import SpoolFile
from trailpost.stream.spool.record import Record

Send = Callable[[SpoolFile, int, list[Record]], Awaitable[int]]
"""Publishes records of one stream with the file's marker. Returns what publish.lua returns."""


class Unreadable(Exception):
    """The disk does not give the file back."""


async def replay_piece(file: SpoolFile, send: Send) -> bool:
    """Replay the next piece of a file; False when there was nothing left.

    Raises Unreadable, or whatever `send` raises; then the same piece comes again next time.
    """
    if not file.behind:
        return False
    try:
        piece = await asyncio.to_thread(file.read)
    except OSError as e:
        raise Unreadable(str(e)) from e
    by_stream: dict[int, list[Record]] = {}
    for record in piece.records:
        by_stream.setdefault(record.stream, []).append(record)
    for stream, records in by_stream.items():
        await _deliver(file, stream, records, send)
    file.advance(piece)
    return True


async def _deliver(file: SpoolFile, stream: int, records: list[Record], send: Send) -> None:
    """The marker in Redis knows better than we do what came through before a crash."""
    while records := [r for r in records if r.seq > file.markers.get(stream, 0)]:
        answer = await send(file, stream, records)
        file.markers[stream] = -answer if answer < 0 else records[-1].seq
