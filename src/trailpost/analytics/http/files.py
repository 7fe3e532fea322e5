"""A large file as an answer: in pieces, whole or from where a download broke off."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import BinaryIO

from litestar.response import Response, Stream

_CHUNK = 256 * 1024
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def answer(
    path: Path, headers: Mapping[str, str], *, etag: str, media_type: str, asked: Mapping[str, str]
) -> Response[bytes] | Stream:
    """`asked`: the request's headers; who asks for several parts gets all of it.

    Raises FileNotFoundError.
    """
    file = path.open("rb")
    size = path.stat().st_size
    given = {**headers, "etag": etag, "accept-ranges": "bytes"}
    span = _span(asked, etag, size)
    if span is not None and span.start >= span.stop:
        file.close()
        unknown = {**given, "content-range": f"bytes */{size}"}
        return Response(b"", status_code=416, headers=unknown, media_type=media_type)
    part = span or range(size)
    given["content-length"] = str(len(part))
    if span is not None:
        given["content-range"] = f"bytes {span.start}-{span.stop - 1}/{size}"
    return Stream(
        _pieces(file, part),
        status_code=200 if span is None else 206,
        headers=given,
        media_type=media_type,
    )


def _span(asked: Mapping[str, str], etag: str, size: int) -> range | None:
    """What is asked for; None: all of it. Empty: there is no such part."""
    found = _RANGE.fullmatch(asked.get("range", "").strip())
    if found is None or asked.get("if-range", etag) != etag:
        return None
    first, last = found.groups()
    if not first:
        return range(max(0, size - int(last)), size) if last else None
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last) + 1, size) if last else size)


async def _pieces(file: BinaryIO, part: range) -> AsyncIterator[bytes]:
    with file:
        file.seek(part.start)
        left = len(part)
        while left and (piece := await asyncio.to_thread(file.read, min(left, _CHUNK))):
            left -= len(piece)
            yield piece
