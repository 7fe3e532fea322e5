"""Where the next page of issues begins: behind the last one that was shown."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from trailpost.base.errors import BadRequest
from trailpost.http import times


def cursor_of(last_seen: datetime, issue: UUID) -> str:
    return f"{times.micros(last_seen)}.{issue}"


def place_of(cursor: str) -> tuple[datetime, UUID]:
    """Raises BadRequest when it is none of ours."""
    at, _, issue = cursor.partition(".")
    try:
        return times.moment(int(at)), UUID(issue)
    except (ValueError, OverflowError) as e:
        raise BadRequest("the cursor is not one that a page before gave", field="cursor") from e
