"""When a schedule is due, in a time zone whose clock is sometimes put forward or back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from croniter import CroniterBadDateError, croniter

from trailpost.base.errors import StartupError

# No clock is put forward or back by more.
_SHIFT = timedelta(hours=3)


def check(expression: str, time_zone: str) -> None:
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError) as e:
        raise StartupError(f"no time zone is called {time_zone!r}") from e
    if len(expression.split()) != 5 or not croniter.is_valid(expression):
        raise StartupError(f"{expression!r} is no cron expression of five fields")
    try:
        next(_local_ticks(expression, datetime(2026, 1, 1)))  # noqa: DTZ001 - any day will do
    except CroniterBadDateError as e:
        raise StartupError(f"{expression!r} is never due") from e


def next_tick(expression: str, time_zone: str, after: datetime) -> datetime:
    """The first tick later than `after`, in UTC.

    An hour that is `*` or a step of it means elapsed time: every tick of an hour that comes twice
    counts, and none of an hour that is left out. A fixed hour means once a day: at the first of two
    such moments, and if the moment is left out, as much later as the clock jumped.
    """
    zone = ZoneInfo(time_zone)
    elapsed = expression.split()[1].startswith("*")
    best: datetime | None = None
    for local in _local_ticks(expression, after.astimezone(zone).replace(tzinfo=None) - _SHIFT):
        if best and local - _SHIFT > best.astimezone(zone).replace(tzinfo=None):
            break
        for moment in _moments(local, zone, elapsed):
            if moment > after and (best is None or moment < best):
                best = moment
    assert best is not None
    return best


def ticks(expression: str, time_zone: str, first: datetime, until: datetime) -> list[datetime]:
    """`first`, and every tick after it up to and including `until`. Takes 20 µs for each."""
    zone = ZoneInfo(time_zone)
    elapsed = expression.split()[1].startswith("*")
    last = until.astimezone(zone).replace(tzinfo=None) + _SHIFT
    found = {first}
    for local in _local_ticks(expression, first.astimezone(zone).replace(tzinfo=None) - _SHIFT):
        if local > last:
            break
        found.update(m for m in _moments(local, zone, elapsed) if first < m <= until)
    return sorted(found)


def _local_ticks(expression: str, start: datetime) -> Iterator[datetime]:
    # As if it were UTC: what the clock on the wall shows, without its jumps.
    found = croniter(expression, start.replace(tzinfo=UTC))
    while True:
        yield found.get_next(datetime).replace(tzinfo=None)


def _moments(local: datetime, zone: ZoneInfo, elapsed: bool) -> list[datetime]:
    """The instants at which the clock on the wall shows that time."""
    early, late = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if not elapsed:
        # In a gap, fold 0 counts on with the old offset: as much later as the clock jumped.
        return [early]
    shown = early.astimezone(zone).replace(tzinfo=None)
    return sorted({early, late}) if shown == local else []
