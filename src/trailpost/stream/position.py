"""Which messages of a stream are news, and whether any is missing between them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from trailpost.stream.wire import Message


class Position(msgspec.Struct, frozen=True):
    """How far a stream is written."""

    incarnation: str
    last_id: str
    received_total: int
    missing: int


class Chain(msgspec.Struct, frozen=True):
    """Where a stream was read up to. Each entry carries the total of events up to and with it."""

    position: Position
    uncounted: int = 0
    """Events of unreadable entries since the last total: they may explain a gap."""
    drift: int = 0
    """How far the last step's totals were from its events. Above 0: so many events were counted
    and did not come. Below: the total went back."""


def order(entry_id: str) -> tuple[int, int]:
    ms, _, seq = entry_id.partition("-")
    return int(ms), int(seq or 0)


def news(chain: Chain, messages: Sequence[Message]) -> list[Message]:
    """Without those that were read before and are delivered once more."""
    last = order(chain.position.last_id)
    return [message for message in messages if order(message.id) > last]


def follow(chain: Chain, messages: Sequence[Message]) -> Chain:
    """The chain after `messages`, of which there is at least one."""
    total, uncounted, drift = chain.position.received_total, chain.uncounted, 0
    for message in messages:
        if message.is_foreign:
            uncounted += message.count
            continue
        gap = message.total - message.count - total
        drift += gap - min(max(gap, 0), uncounted)
        total, uncounted = message.total, 0
    position = msgspec.structs.replace(
        chain.position,
        last_id=messages[-1].id,
        received_total=total,
        missing=chain.position.missing + max(drift, 0),
    )
    return Chain(position, uncounted, drift)
