"""What a session is, as a function of its events: whatever their order, however they are split.

`summarise` makes a session of one request's events, `merge` makes one of two. Both give the same
session for the same set of events, because every column is a sum, a minimum, a maximum, a union,
or is decided by marks: (time, event id) of the event that won it.

The one exception: who the visitor is (visitor, device, country, bot) is taken from whatever was
stored first, and only completed later; rollups are keyed by it, so it must not change.

An event's time is `occurred_at`; but when its clock is not believed, the time we received it.
That, too, is the same however often the event is delivered: only the delivery that is stored is
folded, and its time of receipt is stored with it.
"""

from trailpost.tracking.rules.fold.merging import merge
from trailpost.tracking.rules.fold.session import (
    BUCKET,
    MOST_CATEGORIES,
    MOST_SEEN,
    STATUSES,
    Choice,
    Marks,
    Session,
    mark,
)
from trailpost.tracking.rules.fold.summary import EXPLICIT_SOURCES, STEPS, summarise

__all__ = [
    "BUCKET",
    "EXPLICIT_SOURCES",
    "MOST_CATEGORIES",
    "MOST_SEEN",
    "STATUSES",
    "STEPS",
    "Choice",
    "Marks",
    "Session",
    "mark",
    "merge",
    "summarise",
]
