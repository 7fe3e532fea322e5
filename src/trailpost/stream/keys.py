"""The names of what lies in Redis; the hash tag keeps one stream's keys on one cluster node."""

from __future__ import annotations

from datetime import date
from typing import Literal
from zlib import crc32

GROUP = "writer"

Kind = Literal["events", "issues"]
"""What a stream carries. Each kind has a writer and a ledger of its own."""
ISSUES = 256
"""Number of the one stream of issues; those of events are 0 to 255. Spool files keep it."""


def of(n: int, name: str) -> str:
    return f"trailpost:{{{n}}}:{name}" if n < ISSUES else f"trailpost:{{0}}:issues:{name}"


def stream(n: int) -> str:
    return of(n, "events") if n < ISSUES else "trailpost:{0}:issues"


def total(n: int) -> str:
    return of(n, "total")


def incarnation(n: int) -> str:
    return of(n, "incarnation")


def live(n: int, name: str) -> str:
    return of(n, f"live:{name}")


def spooled(n: int, spool: str) -> str:
    return of(n, f"spooled:{spool}")


def probe() -> str:
    return of(0, "probe")


def salt(day: date) -> str:
    return of(0, f"salt:{day.isoformat()}")


def choose(key: bytes, streams: int) -> int:
    """Which stream a key belongs to: the same in every process and every release."""
    return crc32(key) % streams


def kind_of(n: int) -> Kind:
    return "issues" if n == ISSUES else "events"


def numbers(kind: Kind, streams: int) -> list[int]:
    """The streams of a kind, where there are so many of events."""
    return [ISSUES] if kind == "issues" else list(range(streams))
