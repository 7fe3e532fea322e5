"""What Prometheus sees of the writer; counted once per batch, after its commit."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

STORED = Counter("trailpost_stored_events", "Events written into PostgreSQL")
DUPLICATE = Counter("trailpost_duplicate_events", "Events delivered again and not stored again")
REJECTED = Counter("trailpost_rejected_events", "Events that ingest had refused")
DEAD_LETTERED = Counter("trailpost_dead_lettered_events", "Events put among the dead letters")
ERASED = Counter("trailpost_erased_events", "Events of erased sessions, not stored")
MISSING = Counter("trailpost_missing_events", "Events counted by ingest that never came")
UNBALANCED = Counter("trailpost_unbalanced_events", "Events received whose fate nobody counted")
BATCHES = Counter("trailpost_written_batches", "Transactions of the writer")
SECONDS = Histogram("trailpost_write_seconds", "Time of a transaction, from begin to commit")
LAG = Gauge("trailpost_write_lag_seconds", "Age of the last batch at its commit")
