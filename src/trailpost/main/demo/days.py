"""Which sessions there are on which day, and when they begin: everything follows from the seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from itertools import accumulate
from zoneinfo import ZoneInfo

from trailpost.main.demo.journey import Journey, uuid7
from trailpost.main.demo.people import SITE, draw_person
from trailpost.main.demo.visits import BY_KIND
from trailpost.main.demo.wire import Batch, Session

_ZONE = ZoneInfo("Europe/Vienna")
_HOUR = 3_600_000
# Monday to Sunday: houses are planned on Sunday evenings.
_WEEKDAYS = (0.97, 0.98, 1.0, 0.96, 0.82, 0.98, 1.29)
_HOURS = (
    *(1.1, 0.6, 0.35, 0.25, 0.25, 0.5, 1.3, 2.6, 3.9, 4.6, 4.9, 5.0),
    *(5.6, 5.2, 4.6, 4.5, 4.6, 5.0, 5.9, 7.4, 9.1, 8.8, 6.2, 3.0),
)
_HOURS_SUMMED = tuple(accumulate(_HOURS))
_COME_AGAIN = 0.2


def generate(days: int, sessions: int, seed: int, until: datetime) -> Iterator[Batch]:
    """About `sessions` sessions on the `days` days that end with `until`, one day after the other.

    The same arguments give the same events with the same ids; a later `until` of the same day adds
    what happened since, and more `sessions` add some to each day. Made one by one: any number of
    sessions needs the memory of one day's starting times.
    """
    for day, wanted in plan(days_until(until, days), sessions, seed).items():
        for start, number in starts(day, wanted, seed):
            if start <= _millis(until):
                yield _batch(seed, day, number, start, _millis(until))


def expected(days: int, sessions: int, seed: int, until: datetime) -> int:
    """How many sessions `generate` will give: those of today that have begun by `until`."""
    planned = plan(days_until(until, days), sessions, seed)
    today, wanted = planned.popitem()
    begun = sum(start <= _millis(until) for start, _ in starts(today, wanted, seed))
    return sum(planned.values()) + begun


def days_until(until: datetime, days: int) -> list[date]:
    """The `days` days that end with the one of `until`, in the house maker's time zone."""
    last = until.astimezone(_ZONE).date()
    return [last - timedelta(days=n) for n in range(days - 1, -1, -1)]


def plan(days: list[date], sessions: int, seed: int) -> dict[date, int]:
    """How many sessions begin on each day; together `sessions`."""
    ends = list(accumulate(_weight(day, days[-1], seed) for day in days))
    counts = [0, *(round(sessions * end / ends[-1]) for end in ends)]
    return {day: counts[n + 1] - counts[n] for n, day in enumerate(days)}


def starts(day: date, sessions: int, seed: int) -> list[tuple[int, int]]:
    """(milliseconds, number) of each session of a day, in order of time."""
    rng = random.Random(f"{seed}/{day}/starts")
    midnight = int(datetime.combine(day, clock_time(), _ZONE).timestamp() * 1000)
    return sorted((midnight + _moment(rng), number) for number in range(sessions))


def _moment(rng: random.Random) -> int:
    hour: int = rng.choices(range(24), cum_weights=_HOURS_SUMMED)[0]
    return hour * _HOUR + rng.randrange(_HOUR)


def _weight(day: date, last: date, seed: int) -> float:
    """A day's share: weekday, slow growth, and weather that nobody foresees."""
    weather = random.Random(f"{seed}/{day}/weather").lognormvariate(0, 0.11)
    growth = 1 - 0.006 * min(60, (last - day).days)
    return _WEEKDAYS[day.weekday()] * growth * weather


def _visitor(rng: random.Random, seed: int, day: date, number: int) -> random.Random:
    """Somebody new, or who had this number some days ago; never depends on how many there are."""
    ago = 1 + int(rng.expovariate(0.2)) if rng.random() < _COME_AGAIN else 0
    return random.Random(f"{seed}/{day - timedelta(days=ago)}/{number}/visitor")


def _millis(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _batch(seed: int, day: date, number: int, start: int, until: int) -> Batch:
    rng = random.Random(f"{seed}/{day}/{number}")
    person = draw_person(rng, _visitor(rng, seed, day, number))
    session_id = uuid7(start, rng)
    visit = Journey(rng, person, start)
    BY_KIND[person.kind](visit)
    source = person.source
    return Batch(
        session=Session(
            id=session_id,
            referrer=source.referrer,
            utm=source.utm,
            landing_page=f"{SITE}{source.landing}",
            viewport=person.viewport,
            language=person.language,
            visitor_id=person.visitor_id,
        ),
        events=[event for event in visit.events if event.at <= until],
        user_agent=person.device.user_agent,
        address=person.address,
    )
