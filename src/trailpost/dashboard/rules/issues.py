"""Issues and their occurrences put into words; and what the page was asked to show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import msgspec

from trailpost.base.errors import BadRequest
from trailpost.dashboard.rules import words
from trailpost.dashboard.rules.views import Choice
from trailpost.issues import Frame, IssueRow, OccurrenceRow, cursor_of, place_of

STATUSES = {"open": "Open", "resolved": "Resolved", "ignored": "Ignored"}
LEVELS = {"error": "Error", "warning": "Warning", "info": "Info"}
DEFINITIONS = (
    ("occurrences", "Occurrences", "How often it occurred, ever."),
    ("sessions", "Sessions", "Sessions in which it occurred, each counted once."),
    ("course", "14 days", "Occurrences of each of the last 14 UTC days; today is not over."),
)
_DECODE = msgspec.json.Decoder(list[Frame]).decode


class IssuesAsked(msgspec.Struct, frozen=True, kw_only=True):
    """Empty is the default: the first project's issues, every one, the last seen first."""

    project: str = ""
    status: str = ""
    level: str = ""
    q: str = ""
    cursor: str = ""

    @property
    def query(self) -> str:
        return urlencode({k: v for k, v in msgspec.structs.asdict(self).items() if v})


class IssueLine(msgspec.Struct, frozen=True, kw_only=True):
    url: str
    id: str
    title: str
    level: str
    level_words: str
    status: str
    status_words: str
    regressed: str | None
    occurrences: str
    sessions: str
    course: tuple[int, ...]
    first: str
    first_iso: str
    last: str
    last_iso: str


class IssuesView(msgspec.Struct, frozen=True, kw_only=True):
    project: str
    query: str
    q: str
    statuses: tuple[Choice, ...]
    levels: tuple[Choice, ...]
    definitions: tuple[tuple[str, str, str], ...]
    issues: tuple[IssueLine, ...]
    newest: str | None
    older: str | None


class Call(msgspec.Struct, frozen=True):
    function: str
    place: str
    is_own: bool


class OccurrenceLine(msgspec.Struct, frozen=True, kw_only=True):
    at: str
    at_iso: str
    level: str
    level_words: str
    message: str
    url: str
    session_url: str | None
    facts: tuple[tuple[str, str], ...]
    tags: tuple[str, ...]
    stack: tuple[Call, ...]
    context: str | None


class IssuePage(msgspec.Struct, frozen=True, kw_only=True):
    line: IssueLine
    type: str
    facts: tuple[tuple[str, str], ...]
    actions: tuple[tuple[str, str], ...]
    """The status that a button sets, and what it says."""
    occurrences: tuple[OccurrenceLine, ...]


def asked(query: Mapping[str, Any]) -> IssuesAsked:
    """Lenient: what makes no sense is as if it were not there."""
    texts = {k: str(v)[:200].replace("\0", "") for k, v in query.items()}
    status, level = texts.get("status", ""), texts.get("level", "")
    return IssuesAsked(
        project=texts.get("project", ""),
        status=status if status in STATUSES else "",
        level=level if level in LEVELS else "",
        q=texts.get("q", "").strip(),
        cursor=_cursor(texts.get("cursor", "")),
    )


def _cursor(text: str) -> str:
    try:
        return cursor_of(*place_of(text)) if text else ""
    except BadRequest:
        return ""


def page(asked: IssuesAsked, rows: Sequence[IssueRow], now: datetime, size: int) -> IssuesView:
    """`rows`: one more than `size` when there are older ones."""
    shown = rows[:size]
    last = shown[-1] if len(rows) > size else None
    return IssuesView(
        project=asked.project,
        query=asked.query,
        q=asked.q,
        statuses=_choices(STATUSES, asked.status, "Every status"),
        levels=_choices(LEVELS, asked.level, "Every level"),
        definitions=DEFINITIONS,
        issues=tuple(line(row, now) for row in shown),
        newest=_url(asked, "") if asked.cursor else None,
        older=_url(asked, cursor_of(last.last_seen, last.id)) if last else None,
    )


def _choices(known: Mapping[str, str], chosen: str, every: str) -> tuple[Choice, ...]:
    named = (Choice(value, label, value == chosen) for value, label in known.items())
    return (Choice("", every, not chosen), *named)


def _url(asked: IssuesAsked, cursor: str) -> str:
    query = msgspec.structs.replace(asked, cursor=cursor).query
    return "/admin/issues" + (f"?{query}" if query else "")


def line(row: IssueRow, now: datetime) -> IssueLine:
    return IssueLine(
        url=f"/admin/issues/{row.id}",
        id=str(row.id),
        title=row.title,
        level=row.level,
        level_words=LEVELS[row.level],
        status=row.status,
        status_words=STATUSES[row.status],
        regressed=_regressed(row),
        occurrences=words.count(row.occurrences),
        sessions=words.count(row.sessions),
        course=tuple(row.days),
        first=words.ago(row.first_seen, now),
        first_iso=_iso(row.first_seen),
        last=words.ago(row.last_seen, now),
        last_iso=_iso(row.last_seen),
    )


def _regressed(row: IssueRow) -> str | None:
    """Only while nobody has done anything about it since."""
    is_back = row.status == "open" and row.regressed_at is not None
    return "occurred again after it was resolved" if is_back else None


def one(row: IssueRow, occurrences: Sequence[OccurrenceRow], now: datetime) -> IssuePage:
    told = [
        ("First seen", exact(row.first_seen)),
        ("Last seen", exact(row.last_seen)),
        ("First release", row.first_release),
        ("Last release", row.last_release),
        ("Resolved", exact(row.resolved_at) if row.resolved_at else None),
        ("Came back", f"{row.regressions} times" if row.regressions else None),
        ("Grouped by", f"rules of version {row.version}"),
    ]
    return IssuePage(
        line=line(row, now),
        type=row.type,
        facts=tuple((title, text) for title, text in told if text is not None),
        actions=_actions(row),
        occurrences=tuple(_occurrence(o) for o in occurrences),
    )


def _actions(row: IssueRow) -> tuple[tuple[str, str], ...]:
    if row.status == "open":
        return (("resolved", "Resolve"), ("ignored", "Ignore"))
    return (("open", "Open again"),)


def _occurrence(row: OccurrenceRow) -> OccurrenceLine:
    told = (("Release", row.release), ("Environment", row.environment))
    return OccurrenceLine(
        at=exact(row.occurred_at),
        at_iso=_iso(row.occurred_at),
        level=row.level,
        level_words=LEVELS[row.level],
        message=row.message,
        url=row.url,
        session_url=f"/admin/sessions/{row.session_id}" if row.session_id else None,
        facts=tuple((title, text) for title, text in told if text is not None),
        tags=tuple(row.tags),
        stack=tuple(_call(f) for f in _DECODE(row.stack)),
        context=None if row.context is None else msgspec.json.format(row.context, indent=2),
    )


def _call(frame: Frame) -> Call:
    numbers = [str(n) for n in (frame.line, frame.column) if n is not None]
    place = ":".join([frame.file or "unknown file", *numbers])
    return Call(frame.function or "(no name)", place, frame.in_app is not False)


def exact(at: datetime) -> str:
    """20 Nov, 14:05:09 UTC"""
    utc = at.astimezone(UTC)
    return f"{words.day(utc)}, {utc:%H:%M:%S} UTC"


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
