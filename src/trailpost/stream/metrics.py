"""What Prometheus sees of the stream; written once per group, never once per event."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

EVENTS = Counter("trailpost_published_events", "Events acknowledged into Redis")
GROUPS = Counter("trailpost_published_groups", "Stream entries written, each shared by requests")
GROUP_SIZE = Histogram(
    "trailpost_published_group_parts",
    "Requests that shared one stream entry",
    buckets=(1, 2, 5, 10, 20, 50, 100, 200, 500, 1000),
)
SPOOLED = Counter("trailpost_spooled_events", "Events acknowledged into the spool")
REFUSED = Counter(
    "trailpost_refused_events", "Events refused: neither Redis nor the spool took them"
)
SPOOL_EVENTS = Gauge("trailpost_spool_events", "Events in this process's spool, not yet replayed")
SPOOL_BYTES = Gauge("trailpost_spool_bytes", "Bytes of this process's spool files")
REDIS_AWAY = Gauge("trailpost_redis_away", "1 while events go to the spool because Redis is away")
REDIS_AWAY_SECONDS = Counter("trailpost_redis_away_seconds", "Seconds during which Redis was away")
