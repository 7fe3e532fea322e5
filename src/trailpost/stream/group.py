"""One group onto one stream: the arguments of publish.lua, for fresh parts and for spooled ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from trailpost.stream import keys, scripts
from trailpost.stream.connect import Client
from trailpost.stream.wire import Part, encode_parts

LiveMode = Literal["push", "drop", ""]
"""What happens to live lists: written, removed (Redis is short of memory), or left alone."""


class Marker(msgspec.Struct, frozen=True):
    """Which records of which spool a group is made of."""

    spool: str
    first: int
    last: int


async def send(
    redis: Client,
    stream: int,
    parts: Sequence[Part],
    lives: Sequence[str | None],
    live_mode: LiveMode,
    marker: Marker | None = None,
) -> int:
    """The stream's new total; minus the marker's place when records are there already."""
    events = keys.stream(stream)
    names = [events, keys.total(stream)]
    first, last = "", ""
    if marker is not None:
        names.append(keys.spooled(stream, marker.spool))
        first, last = str(marker.first), str(marker.last)
    if live_mode:
        prefix = keys.live(stream, "")
        names += [prefix + name if name else events for name in lives]
    count = sum([p.count for p in parts])
    args: list[str | int | bytes] = [count, encode_parts(parts), first, last, live_mode]
    return int(await scripts.PUBLISH(redis, names, args))
