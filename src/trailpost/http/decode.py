"""Bodies in: bounded, inflated when gzipped, decoded into one typed value."""

from __future__ import annotations

import re
import zlib
from typing import TypeVar

import msgspec

from trailpost.base.errors import BadRequest, TooLarge

T = TypeVar("T")
# ValidationError is a DecodeError; bad UTF-8 and bottomless nesting come as Python's own.
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_MISSING = re.compile(r"missing required field `(\w+)`")


def decode(body: bytes, decoder: msgspec.json.Decoder[T], limit: int) -> T:
    """Raises TooLarge, or BadRequest whose `field` is the JSON path at fault."""
    if len(body) > limit:
        raise TooLarge(f"the body is {len(body)} bytes; the limit is {limit}")
    try:
        return decoder.decode(body)
    except UNREADABLE as e:
        field, reason = at_fault(e)
        raise BadRequest(reason, field=field) from e


def at_fault(error: BaseException) -> tuple[str | None, str]:
    """JSON path (a missing field's own) and reason of one of UNREADABLE."""
    if isinstance(error, RecursionError):
        return None, "nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return None, "not valid UTF-8"
    reason, at, path = str(error).rpartition(" - at `")
    if not at:
        reason, path = str(error), ""
    missing = _MISSING.search(reason)
    if missing:
        return f"{path.rstrip('`') or '$'}.{missing[1]}", reason
    return path.rstrip("`") or None, reason


def inflate(body: bytes, limit: int) -> bytes:
    """Gunzip, never past `limit` bytes. Raises TooLarge or BadRequest."""
    stream = zlib.decompressobj(wbits=31)
    try:
        out = stream.decompress(body, limit + 1)
    except zlib.error as e:
        raise BadRequest(f"the body is not valid gzip: {e}") from e
    if len(out) > limit:
        raise TooLarge(f"the body is over {limit} bytes when decompressed")
    if not stream.eof:
        raise BadRequest("the gzip body ends too early")
    return out
