"""The names of what lies in Redis; the hash tag keeps one stream's keys on one cluster node."""

from __future__ import annotations

from datetime import date
from zlib import crc32

GROUP = "writer"


def of(n: int, name: str) -> str:
    return f"trailpost:{{{n}}}:{name}"


def stream(n: int) -> str:
    return of(n, "events")


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
