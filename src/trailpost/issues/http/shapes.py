"""What the API answers about issues: camelCase, times in UTC."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec

from trailpost.issues.store import IssueRow, OccurrenceRow
from trailpost.issues.wire import Level, Status


def _said(text: str) -> msgspec.Meta:
    return msgspec.Meta(description=text)


class Issue(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    id: UUID
    type: str
    title: Annotated[str, _said("Type, and the first line of the message that came last.")]
    level: Annotated[Level, _said("The most severe of its occurrences.")]
    status: Annotated[Status, _said("A resolved issue that occurs again is open again.")]
    occurrences: Annotated[int, _said("How often it occurred, ever.")]
    sessions: Annotated[int, _said("Sessions in which it occurred.")]
    first_seen: datetime
    last_seen: datetime
    first_release: Annotated[str | None, _said("Of the first occurrence that named one.")]
    last_release: Annotated[str | None, _said("Of the last occurrence that named one.")]
    resolved_at: datetime | None
    regressions: Annotated[int, _said("How often it occurred again after it was resolved.")]
    regressed_at: datetime | None
    version: Annotated[int, _said("Of the rules that made the fingerprint.")]
    fingerprint: str
    days: Annotated[list[int], _said("Occurrences of the last 14 UTC days, today's last.")]


class Occurrence(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    occurrence_id: UUID
    session_id: UUID | None
    occurred_at: datetime
    received_at: datetime
    level: Level
    type: str
    message: str
    stack: Annotated[Any, _said("Frames as they were sent, the innermost call first.")]
    url: str
    release: str | None
    environment: str | None
    tags: list[str]
    context: Annotated[Any, _said("The object that was sent; null when none was.")]


class Issues(msgspec.Struct, frozen=True, rename="camel"):
    issues: list[Issue]
    next_cursor: Annotated[str | None, _said("`cursor` of the next page; null on the last.")]


class IssueDetail(msgspec.Struct, frozen=True, rename="camel"):
    issue: Issue
    last_occurrences: Annotated[list[Occurrence], _said("The last 20, newest first.")]


class Change(msgspec.Struct, frozen=True):
    """What an administrator may change of an issue."""

    status: Status


def issue(row: IssueRow) -> Issue:
    return msgspec.convert(row, Issue, from_attributes=True)


def occurrence(row: OccurrenceRow) -> Occurrence:
    given = msgspec.structs.asdict(row)
    given["stack"] = msgspec.json.decode(row.stack)
    given["context"] = None if row.context is None else msgspec.json.decode(row.context)
    return Occurrence(**given)
