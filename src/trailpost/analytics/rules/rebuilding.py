"""Which days a rebuild may touch, and how it says how far it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import msgspec

Progress = Callable[[int, int, str], None]
"""Called with the steps done, the steps there are, and what comes next."""


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """A value that raw events say should be another. None: there is no such row, or it is null."""

    table: str
    key: str
    column: str
    stored: str | None
    recomputed: str | None


class Days(msgspec.Struct, frozen=True, kw_only=True):
    """Whole UTC days from `first` on, up to and without `until`; raw events exist from `since`."""

    first: datetime
    until: datetime
    since: datetime


_BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
_END = datetime(9999, 12, 31, tzinfo=UTC)


def days_with_raw_events(first: date | None, last: date | None, since: date | None) -> Days | None:
    """The asked days, less those whose raw events may be gone: their rollups are all there is.

    None when nothing is left.
    """
    kept_from = _BEGINNING if since is None else _midnight(since)
    start = kept_from if first is None else max(_midnight(first), kept_from)
    until = _END if last is None else _midnight(last) + timedelta(days=1)
    return Days(first=start, until=until, since=kept_from) if start < until else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def silent(done: int, steps: int, what: str) -> None:
    """Nobody watches."""
