"""Take events in, and store them: http -> stream -> writer -> store."""

from trailpost.base.feature import Feature
from trailpost.tracking import http, jobs
from trailpost.tracking.http import cache_hit_rate, document, publish_request_timings
from trailpost.tracking.rules.sketch import bin_of
from trailpost.tracking.store import (
    BATCH_TABLES,
    Eraser,
    KeptDeadLetter,
    SessionInteractions,
    StoredInteraction,
    session_interactions,
)
from trailpost.tracking.wire import RequestTiming
from trailpost.tracking.writer import (
    Replayed,
    Writer,
    list_dead_letters,
    replay_dead_letters,
)

__all__ = [
    "BATCH_TABLES",
    "FEATURE",
    "Eraser",
    "KeptDeadLetter",
    "Replayed",
    "RequestTiming",
    "SessionInteractions",
    "StoredInteraction",
    "Writer",
    "bin_of",
    "cache_hit_rate",
    "document",
    "list_dead_letters",
    "publish_request_timings",
    "replay_dead_letters",
    "session_interactions",
]

FEATURE = Feature(
    name="tracking",
    tables=frozenset(
        {
            "events",
            "user_sessions",
            "ingest_ledger",
            "stream_positions",
            "dead_letters",
            "request_timings",
            "request_quarters",
            "erased_sessions",
        }
    ),
    routes=(http.routes, *http.erasing_routes),
    jobs=jobs.JOBS,
)
