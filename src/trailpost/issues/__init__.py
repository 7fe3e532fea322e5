"""Error tracking: capture, fingerprint, group, resolve: http -> stream -> writer -> store."""

from trailpost.base.feature import Feature
from trailpost.issues import http, jobs
from trailpost.issues.http import document
from trailpost.issues.rules.cursors import cursor_of, place_of
from trailpost.issues.store import (
    IssueRow,
    KeptDeadLetter,
    OccurrenceRow,
    erased,
    get_issue,
    list_dead_letters,
    list_issues,
    list_occurrences,
    set_status,
)
from trailpost.issues.wire import Frame, Level, Status
from trailpost.issues.writer import Replayed, Writer, replay_dead_letters

__all__ = [
    "FEATURE",
    "Frame",
    "IssueRow",
    "KeptDeadLetter",
    "Level",
    "OccurrenceRow",
    "Replayed",
    "Status",
    "Writer",
    "cursor_of",
    "document",
    "erased",
    "get_issue",
    "list_dead_letters",
    "list_issues",
    "list_occurrences",
    "place_of",
    "replay_dead_letters",
    "set_status",
]

FEATURE = Feature(
    name="issues",
    tables=frozenset(
        {
            "issues",
            "issue_occurrences",
            "issue_sessions",
            "issue_days",
            "issue_ledger",
            "issue_positions",
            "issue_dead_letters",
        }
    ),
    routes=(http.routes,),
    on_erase=(erased,),
    jobs=jobs.JOBS,
)
