"""Ingest promises the writer that what it lets through can be stored."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tracking.ingesting import SESSION, Ingest
from tests.tracking.test_ingest_fuzz import BATCHES, COMPATIBLE, ROUTES
from tests.tracking.writing import Feed, ledger, unbalanced, write_all
from trailpost import analytics

UNLIMITED = {"rate_limit_ip": 0, "rate_limit_key": 0}
FUZZ = settings(
    max_examples=200, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
WIDE = "\U0001f3e0"
LONGEST = [
    {"type": "choice", "category": WIDE * 200, "to": WIDE * 200, "source": "user"},
    {"type": "timing", "metric": WIDE * 200, "value": 1e15, "endpoint": WIDE * 400},
    {"type": "page_view", "url": WIDE * 2000, "at": "0001-01-01T00:00:00+14:00"},
    {"type": "page_view", "url": WIDE * 2000, "at": "9999-12-31T23:59:59-14:00"},
    {"type": "snapshot", "trigger": "manual", "configuration": {WIDE: 1e308}, "totalPrice": 1e11},
    {"type": "session_start", "data": {"n": [-(2**63), 2**63 - 1, 1e-308, True, None]}},
    {"type": "identify", "user": WIDE * 200},
]


def collect(sent):
    """Fuzz every route, and gather what was published in `sent`."""
    with Ingest(UNLIMITED) as ingest:

        @FUZZ
        @given(BATCHES, COMPATIBLE, st.sampled_from(ROUTES[1:]))
        def send(batch, body, route):
            ingest.post(json.dumps(batch).encode())
            ingest.post(json.dumps(body).encode(), path=route)

        send()
        session = {"id": WIDE * 200, "referrer": WIDE * 2000, "landingPage": WIDE * 2000}
        assert ingest.send(LONGEST, session=session).json() == {"accepted": 7, "rejected": []}
        assert ingest.send(LONGEST, session={"id": SESSION}).status_code == 202
        sent += [(count, blob) for _, blob, count, _ in ingest.stream.published]


def test_whatever_is_accepted_is_stored_and_rolled_up(db, database_url, redis_url):
    sent = []
    collect(sent)
    feed = Feed(redis_url)
    for start in range(0, len(sent), 50):
        feed.send_parts(*sent[start : start + 50])
    write_all(database_url, redis_url, [feed], hooks=analytics.FEATURE.on_write)
    told = db.execute("select reason from dead_letters").fetchall()
    assert told == []
    found = ledger(db)
    assert found["received"] == sum(count for count, _ in sent)
    assert found["stored"] > 50
    assert unbalanced(db) == 0
