"""Occurrences as pages send them, the stream they travel on, and the writer that drains it."""

import asyncio
import json
import os
import uuid

import msgspec
import redis as redis_client

from tests.tracking.ingesting import CHROME, KEY, Ingest
from tests.tracking.writing import NOON, PROJECT, settings
from trailpost.issues import http, wire
from trailpost.issues.writer import Writer

SESSION = uuid.UUID("01920f3e-6d5a-7c31-9b0e-3f1f0a6c2b11")
SECOND = 1_000_000
FATES = ("received", "stored", "duplicate", "rejected", "dead_lettered")


def sent(**changed):
    """What a page sends."""
    given = {
        "occurrenceId": str(uuid.uuid4()),
        "occurredAt": 1773480413000,
        "level": "error",
        "type": "TypeError",
        "message": "x is undefined",
        "url": "https://shop.example/",
    }
    return given | changed


def kept(at=NOON, **changed):
    """What ingest puts on the stream."""
    given = {
        "occurrence_id": os.urandom(16),
        "occurred_at": at,
        "level": "error",
        "type": "TypeError",
        "message": "x is undefined",
        "url": "https://shop.example/",
        "session_id": SESSION.bytes,
    }
    return wire.Kept(**(given | changed))


def envelope(*occurrences, rejected=0, project=PROJECT, at=NOON):
    return wire.Envelope(wire.VERSION, project, at, rejected, list(occurrences))


class Capture(Ingest):
    """`with Capture() as capture:` an app with the routes of issues alone."""

    routes = staticmethod(http.routes)

    def send(self, body, *, headers=None, params=None):
        return self.post(json.dumps(body).encode(), headers=headers, params=params)

    def post(self, body, *, path="/api/issues", headers=None, params=None):
        given = {"x-trailpost-key": KEY, "content-type": "application/json", "user-agent": CHROME}
        given = {k: v for k, v in (given | (headers or {})).items() if v is not None}
        return self.client.post(path, content=body, headers=given, params=params)

    @property
    def envelopes(self):
        return [wire.ENVELOPE.decode(blob) for _, blob, _, _ in self.stream.published]

    @property
    def occurrences(self):
        return [one for e in self.envelopes for one in e.occurrences]


class Feed:
    """What ingest does to the stream, without the rest of it."""

    stream, total_key = "trailpost:{0}:issues", "trailpost:{0}:issues:total"

    def __init__(self, redis_url):
        self.redis = redis_client.Redis.from_url(redis_url)

    def send(self, *envelopes):
        """One entry; returns its id."""
        parts = [(len(e.occurrences) + e.rejected, wire.encode(e)) for e in envelopes]
        return self.send_parts(*parts)

    def send_parts(self, *parts):
        count = sum(n for n, _ in parts)
        total = self.redis.incrby(self.total_key, count)
        return self.add(n=count, c=total, b=msgspec.msgpack.encode(parts))

    def add(self, **fields):
        return self.redis.xadd(self.stream, fields).decode()

    def waiting(self):
        return self.redis.xlen(self.stream)


async def drain(configured, feed, seconds=30, writers=1):
    """Run writers until nothing waits on the stream."""
    stop = asyncio.Event()
    tasks = [asyncio.create_task(Writer(configured).run(stop)) for _ in range(writers)]
    try:
        async with asyncio.timeout(seconds):
            while feed.waiting():
                done, _ = await asyncio.wait(tasks, timeout=0.01)
                for task in done:
                    task.result()
    finally:
        stop.set()
        await asyncio.gather(*tasks)


def write_all(database_url, redis_url, feed, **changed):
    asyncio.run(drain(settings(database_url, redis_url), feed, **changed))


def ledger(db):
    """Sums over all minutes and projects."""
    sums = ", ".join(f"coalesce(sum({name}), 0)::int" for name in FATES)
    row = db.execute(f"select {sums} from issue_ledger").fetchone()
    return {name: value for name, value in zip(FATES, row, strict=True) if value}


def balanced(db):
    """Each row by itself, and every count against the rows that it counts."""
    wrong = db.execute(
        """select count(*) from issue_ledger
           where received <> stored + duplicate + rejected + dead_lettered"""
    ).fetchone()[0]
    counts = db.execute(
        """select i.occurrences, i.sessions, count(o.*), count(distinct o.session_id),
               (select sum(occurrences)::int from issue_days where issue_id = i.id)
           from issues i left join issue_occurrences o on o.issue_id = i.id
           group by i.id"""
    ).fetchall()
    return wrong == 0 and all(o == rows == days and s == ss for o, s, rows, ss, days in counts)
