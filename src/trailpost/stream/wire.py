"""What crosses between the publisher, the spool and the reader."""

from __future__ import annotations

import asyncio

import msgspec


class Part(msgspec.Struct, frozen=True, array_like=True):
    """One published blob and how many events it stands for."""

    count: int
    blob: bytes


class Message(msgspec.Struct, frozen=True):
    """One entry of a stream. Without parts it is not ours, or not readable; see `raw`."""

    id: str
    count: int
    total: int
    parts: list[Part]
    raw: bytes

    @property
    def is_foreign(self) -> bool:
        """Not by the total: that is 0 as long as entries carry nothing but request timings."""
        return not self.parts


class Waiting(msgspec.Struct, frozen=True, gc=False):
    """A part on its way, and the future its caller waits for."""

    stream: int
    part: Part
    live: str | None
    done: asyncio.Future[None]


encode_parts = msgspec.msgpack.Encoder().encode
decode_parts = msgspec.msgpack.Decoder(list[Part]).decode
