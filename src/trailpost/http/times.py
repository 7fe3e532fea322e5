"""When an event happened, by two clocks: the client's, which may be wrong, and ours."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Literal

SECOND = 1_000_000
DAY = 86_400 * SECOND
# A network is slower than this, and no clock is worth correcting by less.
_NO_SKEW = SECOND
_FUTURE = DAY
_ANCIENT = 90 * DAY
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = _EPOCH.date()
# 0001-01-02 and 9999-12-30: what datetime and PostgreSQL can both hold, in every time zone.
FIRST = -62_135_510_400 * SECOND
LAST = 253_402_128_000 * SECOND

Clock = Literal["future", "ancient"]


def micros(at: datetime | float) -> int:
    """Microseconds since 1970 of an ISO time (UTC when it names no zone) or of milliseconds."""
    if not isinstance(at, datetime):
        return int(at * 1000)
    since = (at if at.tzinfo else at.replace(tzinfo=UTC)) - _EPOCH
    us = since.days * DAY + since.seconds * SECOND + since.microseconds
    return min(max(us, FIRST), LAST)


def moment(us: int) -> datetime:
    return _EPOCH + timedelta(microseconds=us)


def day_number(us: int) -> int:
    """Days since 1970-01-01 in UTC."""
    return us // DAY


def utc_day(us: int) -> date:
    return _EPOCH_DAY + timedelta(days=us // DAY)


def skew(sent_at: int | None, received_at: int) -> int:
    """Microseconds to add to the client's times."""
    behind = 0 if sent_at is None else received_at - sent_at
    return behind if abs(behind) > _NO_SKEW else 0


def place(given: int, skew: int, received_at: int) -> tuple[int, Clock | None]:
    """When it happened by our clock, never after we heard of it.

    A time more than a day ahead or 90 days back is not believed: it is kept as given and flagged.
    """
    at = given + skew
    if at > received_at:
        return (given, "future") if at - received_at > _FUTURE else (received_at, None)
    if received_at - at > _ANCIENT:
        return given, "ancient"
    return at, None


def uuid7(us: int, random: bytes) -> bytes:
    """A UUID of version 7 (RFC 9562) for a moment, from 10 random bytes."""
    head = (us // 1000).to_bytes(6, "big")
    return (
        head + bytes((0x70 | random[0] & 0x0F, random[1], 0x80 | random[2] & 0x3F)) + random[3:10]
    )


def uuid7_time(event_id: bytes) -> int | None:
    """The moment in a UUID of version 7; None for another version, or a year past 9999."""
    if event_id[6] >> 4 != 7 or event_id[8] >> 6 != 2:
        return None
    us = int.from_bytes(event_id[:6], "big") * 1000
    return us if us <= LAST else None
