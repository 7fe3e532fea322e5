"""What the occurrences of one batch add to their issues: sums that may be added in any order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from uuid import UUID

import msgspec

from trailpost.http import times
from trailpost.issues.rules.fingerprint import VERSION, fingerprint, issue_id, title
from trailpost.issues.wire import Kept, Level

_SEVERITY: dict[Level, int] = {"info": 0, "warning": 1, "error": 2}


class Grouped(msgspec.Struct, frozen=True):
    """An occurrence, and the issue that it is one of."""

    project_id: int
    received_at: int
    occurrence: Kept
    fingerprint: str
    issue_id: UUID

    @property
    def key(self) -> tuple[int, bytes]:
        """What makes an occurrence the same one."""
        return (self.project_id, self.occurrence.occurrence_id)


class Added(msgspec.Struct):
    """A row for `add_to_issues.sql`. Times are microseconds since 1970."""

    id: UUID
    project_id: int
    version: int
    fingerprint: str
    type: str
    title: str
    level: Level
    first_seen: int
    last_seen: int
    occurrences: int = 0
    first_release: str | None = None
    first_release_at: int | None = None
    last_release: str | None = None
    last_release_at: int | None = None


def group(project_id: int, received_at: int, occurrence: Kept) -> Grouped:
    found = fingerprint(occurrence)
    return Grouped(project_id, received_at, occurrence, found, issue_id(project_id, VERSION, found))


def by_issue(grouped: Iterable[Grouped]) -> list[Added]:
    """In the order of their ids, in which rows are locked."""
    found: dict[UUID, Added] = {}
    for one in sorted(grouped, key=lambda g: g.occurrence.occurred_at):
        added = found.get(one.issue_id)
        if added is None:
            added = found[one.issue_id] = _first(one)
        _add(added, one.occurrence)
    return [found[key] for key in sorted(found)]


def by_day(grouped: Iterable[Grouped]) -> Counter[tuple[UUID, date]]:
    return Counter((g.issue_id, times.utc_day(g.occurrence.occurred_at)) for g in grouped)


def by_session(grouped: Iterable[Grouped]) -> dict[tuple[UUID, bytes], int]:
    """When each session was first received with the issue."""
    found: dict[tuple[UUID, bytes], int] = {}
    for one in grouped:
        session = one.occurrence.session_id
        if session is not None:
            found.setdefault((one.issue_id, session), one.received_at)
    return found


def _first(one: Grouped) -> Added:
    occurrence = one.occurrence
    at = occurrence.occurred_at
    return Added(
        id=one.issue_id,
        project_id=one.project_id,
        version=VERSION,
        fingerprint=one.fingerprint,
        type=occurrence.type,
        title=title(occurrence),
        level=occurrence.level,
        first_seen=at,
        last_seen=at,
    )


def _add(added: Added, occurrence: Kept) -> None:
    """`occurrence` is not earlier than those before."""
    added.occurrences += 1
    added.last_seen = occurrence.occurred_at
    added.title = title(occurrence)
    if _SEVERITY[occurrence.level] > _SEVERITY[added.level]:
        added.level = occurrence.level
    if occurrence.release is not None:
        if added.first_release_at is None:
            added.first_release = occurrence.release
            added.first_release_at = occurrence.occurred_at
        added.last_release, added.last_release_at = occurrence.release, occurrence.occurred_at
