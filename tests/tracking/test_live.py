import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from prometheus_client import REGISTRY

from tests.tracking.ingesting import SESSION, Ingest, is_problem, project
from trailpost import db as database
from trailpost.http import times
from trailpost.stream import Publisher
from trailpost.tracking import cache_hit_rate, wire
from trailpost.tracking.rules.speed import Speed, efficiency

PATH = "/api/sessions/track-interaction"
INTERACTION = {"eventType": "click", "category": "nest", "selectionValue": "nest80"}


def track(ingest, session=SESSION, **changed):
    body = {"sessionId": session, "interaction": INTERACTION | changed}
    answer = ingest.call(PATH, body)
    assert answer.status_code == 200
    return answer.json()["data"]


def begin(ingest):
    """From here on the live list holds the whole session."""
    assert ingest.send([{"type": "session_start"}]).status_code == 202


def read(ingest, session=SESSION):
    answer = ingest.client.get(PATH, params={"sessionId": session})
    assert answer.status_code == 200, answer.text
    return answer.json()


def reads(source):
    return REGISTRY.get_sample_value("trailpost_live_reads_total", {"source": source}) or 0


def test_an_interaction_is_seen_as_soon_as_it_is_acknowledged():
    with Ingest() as ingest:
        begin(ingest)
        first = track(ingest)
        second = track(ingest, category="fenster", timeSpent=12)
        hits = reads("redis")
        found = read(ingest)
        assert reads("redis") == hits + 1
    assert set(found) == {
        "success",
        "sessionId",
        "interactionCount",
        "interactions",
        "performance",
    }
    assert (found["sessionId"], found["interactionCount"]) == (SESSION, 2)
    ids = [i["interactionId"] for i in found["interactions"]]
    assert ids == [second["interactionId"], first["interactionId"]]
    assert found["interactions"][0] == {
        "interactionId": second["interactionId"],
        "eventType": "click",
        "category": "fenster",
        "elementId": None,
        "selectionValue": "nest80",
        "previousValue": None,
        "timeSpent": 12,
        "timestamp": second["timestamp"],
    }


def test_the_cache_hit_rate_is_of_the_reads_there_were():
    with Ingest() as ingest:
        begin(ingest)
        read(ingest)
    hits, misses = reads("redis"), reads("postgres")
    assert hits
    assert cache_hit_rate() == pytest.approx(100 * hits / (hits + misses))


def test_how_fast_interactions_are_taken_is_measured_not_made_up():
    with Ingest() as ingest:
        begin(ingest)
        ingest.send([{"type": "interaction", "event": "click", "category": "nest"}])
        before = read(ingest)["performance"]
        assert before == {"averageProcessingTime": None, "trackingEfficiency": None}
        took = track(ingest)["processingTime"]
        after = read(ingest)["performance"]
        assert after["averageProcessingTime"] == pytest.approx(took, abs=0.001)
        assert after["trackingEfficiency"] == "excellent"


@pytest.mark.parametrize(
    ("average", "word"),
    [(None, None), (49.9, "excellent"), (50, "good"), (99, "good"), (100, "needs_optimization")],
)
def test_efficiency_has_one_definition(average, word):
    assert efficiency(average) == word


def test_the_average_is_of_the_last_thousand():
    speed = Speed()
    for value in [1e9, *[5.0] * 1000]:
        speed.record(value)
    assert speed.average() == 5


def test_a_read_needs_a_session_id():
    with Ingest() as ingest:
        assert is_problem(ingest.client.get(PATH), 400, "sessionId")
        assert is_problem(
            ingest.client.get(PATH, params={"sessionId": "x" * 201}), 400, "sessionId"
        )


@pytest.fixture
def ingest(database_url):
    """With PostgreSQL; the stream holds nothing live unless a test says so."""
    pool = database.open_pool(database_url, size=2)
    with Ingest(pool=pool) as found:
        found.client.blocking_portal.call(pool.open)
        yield found
        found.client.blocking_portal.call(pool.close)


def insert(db, event_id, at, category="nest"):
    db.execute(
        """insert into events (event_id, session_id, occurred_at, received_at, project_id, day,
            kind, event_type, category)
            values (%s, %s, %s, now(), %s, %s, 'interaction', 'click', %s)""",
        (event_id, SESSION, at, project().id, at.date(), category),
    )


def test_what_redis_does_not_hold_comes_from_postgresql(ingest, db):
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    ids = [uuid4() for _ in range(120)]
    for n, event_id in enumerate(ids):
        insert(db, event_id, at + timedelta(seconds=n))
    misses = reads("postgres")
    found = read(ingest)
    assert reads("postgres") == misses + 1
    assert found["interactionCount"] == 120
    assert [i["interactionId"] for i in found["interactions"]] == [
        str(i) for i in reversed(ids[20:])
    ]
    assert found["interactions"][0]["timestamp"] == "2026-03-01T12:01:59Z"


def test_a_session_nobody_knows_has_no_interactions(ingest):
    assert read(ingest, "nobody")["interactionCount"] == 0


def test_a_full_list_is_completed_from_postgresql_and_nothing_is_counted_twice(ingest, db):
    known = [track(ingest) for _ in range(100)]
    for kept in known[:60]:
        insert(db, kept["interactionId"], datetime.fromisoformat(kept["timestamp"]))
    for n in range(5):
        insert(db, uuid4(), datetime(2026, 3, 1, 12, n, tzinfo=UTC))
    found = read(ingest)
    assert found["interactionCount"] == 105
    assert {i["interactionId"] for i in found["interactions"]} == {
        k["interactionId"] for k in known
    }


def test_a_list_that_begins_late_is_completed_from_postgresql(ingest, db):
    insert(db, uuid4(), datetime(2026, 3, 1, 12, tzinfo=UTC), category="before")
    track(ingest, category="after")
    found = read(ingest)
    assert [i["category"] for i in found["interactions"]] == ["after", "before"]


def test_an_interaction_sent_twice_is_shown_once():
    event = wire.Event(UUID(SESSION).bytes, "interaction", 0, 0, category="a", event_type="click")
    context = wire.Context(UUID(SESSION).bytes, 1)
    start = wire.Event(UUID(int=1).bytes, "session_start", 0, 0)
    blob = wire.encode(wire.Envelope(1, 7, 0, 0, context, [start, event, event]))
    with Ingest() as ingest:
        ingest.stream.held[f"7:{UUID(SESSION).hex}"] = [blob, blob]
        assert read(ingest)["interactionCount"] == 1


def test_the_real_stream_shows_it_too(redis_url, tmp_path):
    publisher = Publisher(redis_url, 1, tmp_path / "spool", 1 << 20, 1 << 28)
    with Ingest(stream=publisher) as ingest:
        ingest.client.blocking_portal.call(publisher.start)
        begin(ingest)
        kept = track(ingest)
        found = read(ingest)
        ingest.client.blocking_portal.call(publisher.close)
    assert [i["interactionId"] for i in found["interactions"]] == [kept["interactionId"]]


def test_the_days_salt_is_the_same_for_all_processes(redis_url, tmp_path):
    async def visitors():
        found = []
        for n in range(2):
            publisher = Publisher(redis_url, 1, tmp_path / str(n), 1 << 20, 0)
            await publisher.start()
            found.append(await publisher.salt(times.utc_day(0)))
            await publisher.close()
        return found

    first, second = asyncio.run(visitors())
    assert first == second
