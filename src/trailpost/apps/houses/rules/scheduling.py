"""When a price list may begin, and which one it would follow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from trailpost.apps.houses.wire import PriceList
from trailpost.base.errors import BadRequest

# A form was filled in a moment ago; a list that is older would change prices people have seen.
_LATE = timedelta(minutes=1)


def start_of(wanted: datetime | None, now: datetime) -> datetime:
    """At once when nothing is wanted. Raises BadRequest for the past."""
    if wanted is None:
        return now
    if wanted < now - _LATE:
        raise BadRequest("a price list cannot begin in the past", field="validFrom")
    return max(wanted, now)


def state_of(found: PriceList, lists: Sequence[PriceList], now: datetime) -> str:
    """`in force`, `scheduled` or `past`. `lists` in any order."""
    if found.valid_from > now:
        return "scheduled"
    return "in force" if in_force(lists, now) is found else "past"


def in_force(lists: Sequence[PriceList], at: datetime) -> PriceList | None:
    """The last that has begun; of two that began together the newer."""
    begun = [found for found in lists if found.valid_from <= at]
    return max(begun, key=lambda f: (f.valid_from, int(f.table.version)), default=None)
