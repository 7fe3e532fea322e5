"""What of a request was not taken, one by one, and the answer when that is all of it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from trailpost.base.errors import BadRequest


class Refused(msgspec.Struct, frozen=True):
    """One of many that was not taken, and why."""

    index: int
    """Its place in the list, from 0."""
    field: str
    """JSON path of what is at fault."""
    reason: str


class AllRefused(BadRequest):
    """Not one of them could be taken."""

    code = "all_events_refused"

    def __init__(self, refused: Sequence[Refused], what: str = "event") -> None:
        super().__init__(f"no {what} was accepted: {refused[0].reason}", field=refused[0].field)
        self.refused = refused
