"""What Prometheus sees of the writer of issues; counted once per batch, after its commit."""

from __future__ import annotations

from collections.abc import Sequence

from prometheus_client import Counter

from trailpost.issues.store import LedgerRow

OCCURRENCES = Counter(
    "trailpost_written_occurrences", "Occurrences of issues, by what became of them", ["outcome"]
)
MISSING = Counter("trailpost_missing_occurrences", "Occurrences counted by ingest that never came")
_OUTCOMES = ("stored", "duplicate", "rejected", "dead_lettered")


def count(ledger: Sequence[LedgerRow], missing: int) -> None:
    for outcome in _OUTCOMES:
        OCCURRENCES.labels(outcome).inc(sum(getattr(row, outcome) for row in ledger))
    MISSING.inc(missing)
