"""What must hold whatever was killed: acknowledged is stored, once, and the ledger adds up."""

from __future__ import annotations

import time

import psycopg
import redis


def settled(server, load, seconds=90):
    """Wait until everything acknowledged is stored and nothing waits; then check it all."""
    end = time.monotonic() + seconds
    while True:
        try:
            missing = load.acknowledged - stored_ids(server)
            if not missing and queued(server) == 0 and spooled(server) == 0:
                break
        except (psycopg.OperationalError, redis.RedisError):
            missing = {"?"}
        assert time.monotonic() < end, f"{len(missing)} acknowledged events are not stored"
        time.sleep(0.2)
    check(server, load)


def check(server, load):
    with psycopg.connect(server.info["database_url"]) as conn:
        rows, distinct = conn.execute(
            "select count(*), count(distinct event_id) from events"
        ).fetchone()
        assert rows == distinct, "an event was stored twice"
        received, stored, duplicate, rejected, dead = conn.execute(
            """select sum(received), sum(stored), sum(duplicate), sum(rejected),
                   sum(dead_lettered) + sum(erased)
               from ingest_ledger"""
        ).fetchone()
        total, gaps = conn.execute(
            "select sum(received_total), sum(missing) from stream_positions"
        ).fetchone()
        sessions = conn.execute("select sum(total_events) from user_sessions").fetchone()[0]
    assert load.acknowledged <= stored_ids(server)
    assert stored_ids(server) <= load.sent
    assert gaps == 0
    assert stored == rows == sessions
    assert received == total == stored + duplicate + rejected + dead


def stored_ids(server):
    with psycopg.connect(server.info["database_url"], connect_timeout=3) as conn:
        return {str(row[0]) for row in conn.execute("select event_id from events")}


def queued(server):
    """Events that Redis has counted and the writer has not passed yet."""
    with redis.Redis.from_url(server.info["redis_url"], socket_timeout=3) as client:
        total = int(client.get("trailpost:{0}:total") or 0)
    with psycopg.connect(server.info["database_url"], connect_timeout=3) as conn:
        row = conn.execute(
            "select coalesce(sum(received_total), 0) from stream_positions"
        ).fetchone()
    return total - int(row[0])


def spooled(server):
    from trailpost import stream

    return stream.spooled(server.folder / "spool").events
