"""How many jobs of a kind one user may enqueue, and when the count begins anew."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from trailpost.base.errors import StartupError
from trailpost.jobs.wire import Quota

_PERIODS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}
# A Monday: so weeks begin on one, days at midnight UTC, hours at their first minute.
_FIRST = datetime(1970, 1, 5, tzinfo=UTC)


def of_setting(text: str, kinds: Collection[str]) -> dict[str, Quota]:
    """`analyse=50/day,export=5/hour`, by kind. Raises StartupError when a kind does not exist."""
    found = {}
    for part in filter(None, text.split(",")):
        kind, _, rate = part.partition("=")
        limit, _, period = rate.partition("/")
        if kind not in kinds:
            close = difflib.get_close_matches(kind, kinds, 1)
            hint = f"; did you mean {close[0]}?" if close else ""
            raise StartupError(f"TRAILPOST_JOB_QUOTAS: no kind of job is called {kind}{hint}")
        found[kind] = Quota(int(limit), _PERIODS[period])
    return found


def words(quota: Quota) -> str:
    period = next((word for word, p in _PERIODS.items() if p == quota.period), None)
    return f"at most {quota.limit} in {f'one {period}' if period else quota.period}"


def period_start(quota: Quota, now: datetime) -> datetime:
    return now - (now - _FIRST) % quota.period
