"""Bodies in: bounded, inflated when gzipped, decoded into one typed value."""

from __future__ import annotations

import zlib
from typing import TypeVar

import msgspec

from trailpost.base.errors import BadRequest, TooLarge

T = TypeVar("T")


def decode(body: bytes, decoder: msgspec.json.Decoder[T], limit: int) -> T:
    """Raises TooLarge, or BadRequest whose `field` is the JSON path at fault."""
    if len(body) > limit:
        raise TooLarge(f"the body is {len(body)} bytes; the limit is {limit}")
    try:
        return decoder.decode(body)
    except msgspec.DecodeError as e:  # ValidationError included: it names the field
        raise BadRequest(str(e), field=_field(e)) from e
    except RecursionError as e:
        raise BadRequest("the body is nested too deeply") from e


def _field(error: msgspec.DecodeError) -> str | None:
    text = str(error)
    return text.rpartition("`")[0].rpartition("`")[2] if " - at `" in text else None


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
