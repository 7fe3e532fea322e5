"""Put events on a real stream, let the real writer drain it, and look at what is in PostgreSQL."""

import asyncio
import datetime
import os
import uuid

import msgspec
import redis as redis_client

from trailpost.base.settings import Settings
from trailpost.tracking import wire
from trailpost.tracking.writer import Writer

DAY = 86_400_000_000
NOON = int(datetime.datetime(2026, 3, 31, 12, tzinfo=datetime.UTC).timestamp()) * 1_000_000
PROJECT = 1
SESSION = uuid.UUID("01920f3e-6d5a-7c31-9b0e-3f1f0a6c2b11").bytes


def event(kind="interaction", at=NOON, **columns):
    given = {"event_id": os.urandom(16), "kind": kind, "occurred_at": at, "day": at // DAY}
    return wire.Event(**(given | columns))


def choice(category, value, at=NOON, **columns):
    given = {"category": category, "value": value, "source": "user"}
    return event("choice", at, **(given | columns))


def context(session=SESSION, **known):
    return wire.Context(**({"session_id": session, "visitor": 42} | known))


def envelope(*events, session=SESSION, rejected=0, project=PROJECT, at=NOON, **known):
    about = context(session, **known) if events else None
    return wire.Envelope(wire.VERSION, project, at, rejected, about, list(events))


def part(sent):
    """(count, blob) as ingest publishes it."""
    return (len(sent.events) + sent.rejected, wire.encode(sent))


class Feed:
    """What ingest does to the stream, without the rest of it."""

    def __init__(self, redis_url, n=0):
        self.redis = redis_client.Redis.from_url(redis_url)
        self.stream, self.total_key = f"trailpost:{{{n}}}:events", f"trailpost:{{{n}}}:total"

    def send(self, *envelopes):
        """One entry; returns its id."""
        return self.send_parts(*(part(sent) for sent in envelopes))

    def send_parts(self, *parts):
        count = sum(events for events, _ in parts)
        total = self.redis.incrby(self.total_key, count)
        return self.add(n=count, c=total, b=msgspec.msgpack.encode(parts))

    def add(self, **fields):
        return self.redis.xadd(self.stream, fields).decode()

    def waiting(self):
        """Entries that are not acknowledged."""
        return self.redis.xlen(self.stream)


def settings(database_url, redis_url, **changed):
    given = {"database_url": database_url, "redis_url": redis_url, "write_wait_ms": 0}
    return Settings(**(given | changed))


async def drain(configured, feeds, hooks=(), seconds=30):
    """Run the writer until nothing waits on the streams."""
    stop = asyncio.Event()
    writer = asyncio.create_task(Writer(configured, on_write=hooks).run(stop))
    try:
        async with asyncio.timeout(seconds):
            while any(feed.waiting() for feed in feeds):
                done, _ = await asyncio.wait([writer], timeout=0.01)
                if done:
                    writer.result()
    finally:
        stop.set()
        await writer


def write_all(database_url, redis_url, feeds, hooks=(), **changed):
    asyncio.run(drain(settings(database_url, redis_url, **changed), feeds, hooks))


def ledger(db):
    """Sums over all minutes and projects."""
    names = ("received", "stored", "duplicate", "rejected", "dead_lettered", "erased")
    row = db.execute(
        """select coalesce(sum(received), 0)::int, coalesce(sum(stored), 0)::int,
               coalesce(sum(duplicate), 0)::int, coalesce(sum(rejected), 0)::int,
               coalesce(sum(dead_lettered), 0)::int,
               coalesce(sum(erased), 0)::int
           from ingest_ledger"""
    ).fetchone()
    return {name: value for name, value in zip(names, row, strict=True) if value}


def unbalanced(db):
    return db.execute(
        """select count(*) from ingest_ledger
           where received <> stored + duplicate + rejected + dead_lettered + erased"""
    ).fetchone()[0]


def stored(db):
    return [row[0].bytes for row in db.execute("select event_id from events order by event_id")]


def ids(*events):
    return sorted(found.event_id for found in events)
