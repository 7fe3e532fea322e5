"""A log of events that a test writes by hand, stored by the real writer, read from real tables."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid5

import msgspec

from trailpost import analytics, db, tracking
from trailpost.analytics.reports import FAMILIES
from trailpost.analytics.store import closing, hours
from trailpost.stream import Message, Part
from trailpost.tracking import wire
from trailpost.tracking.writer import batch as batches
from trailpost.tracking.writer import transaction

ROOT = UUID("6f2d5a52-0f7c-5d1e-9a55-000000000000")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def uuid(name):
    return uuid5(ROOT, str(name))


def micros(at):
    return (at - EPOCH) // timedelta(microseconds=1)


def at(text):
    """`2026-03-10 14:05` in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """An event and the session that sends it; `id` makes it unique."""

    id: str
    session: str
    at: datetime
    kind: str = "page_view"
    received: datetime | None = None
    project: int = 1
    visitor: int = 0
    bot: bool = False
    context: dict = {}
    """What the request says of the session besides: where it came from, on what."""
    fields: dict = {}


def event(id, session, moment, kind="page_view", **given):
    mine = ("received", "project", "visitor", "bot", "context")
    own = {k: given.pop(k) for k in mine if k in given}
    return Event(id=id, session=session, at=moment, kind=kind, fields=given, **own)


def choice(id, session, moment, category, value, *, source="user", price=None, **given):
    cents = None if price is None else round(price * 100)
    return event(
        id, session, moment, "choice",
        category=category, value=value, source=source, price_cents=cents, **given,
    )  # fmt: skip


def snapshot(id, session, moment, configuration, *, price=None, status=None, **given):
    return event(
        id, session, moment, "snapshot",
        configuration=msgspec.json.encode(configuration),
        price_cents=None if price is None else round(price * 100),
        conversion_status=status, trigger_event="manual", **given,
    )  # fmt: skip


def end(id, session, moment, status=None, **given):
    return event(id, session, moment, "session_end", conversion_status=status, **given)


def envelope(one):
    day = one.at.date()
    return wire.Envelope(
        version=wire.VERSION,
        project_id=one.project,
        received_at=micros(one.received or one.at),
        rejected=0,
        context=wire.Context(
            session_id=uuid(one.session).bytes if one.session else wire.NO_SESSION,
            visitor=one.visitor,
            is_bot=one.bot,
            **one.context,
        ),
        events=[
            wire.Event(
                event_id=uuid(one.id).bytes,
                kind=one.kind,
                occurred_at=micros(one.at),
                day=(day - date(1970, 1, 1)).days,
                **one.fields,
            )
        ],
    )


def message(n, events):
    parts = [Part(1, wire.encode(envelope(one))) for one in events]
    return Message(f"{n}-0", len(parts), n + 1, parts, b"")


async def write(conn, *lots, hooks=(analytics.roll_up,)):
    """Each lot of events in a transaction of its own."""
    for n, events in enumerate(lots):
        batch = await batches.prepare([message(n, events)])
        async with conn.transaction():
            await transaction.store_content(conn, batch, hooks)


async def store(url, *lots):
    async with await writer(url) as conn:
        await write(conn, *lots)


async def writer(url):
    conn = await db.connect(url)
    for text in tracking.BATCH_TABLES:
        await conn.execute(text.encode())
    return conn


async def ask(url, name, params=None, **given):
    async with await db.connect(url) as conn:
        return await analytics.run_report(conn, name, params or {}, **given)


async def close(url, now, families=FAMILIES, **given):
    """Aggregate every project's closed days; returns how many were made."""

    async def told(done, days):
        pass

    async with db.open_pool(url, size=2) as pool:
        projects = await closing.list_projects(pool)
        made = [await closing.close_days(pool, one, families, now, told, **given)
                for one in projects]  # fmt: skip
        return sum(made)


async def close_hours(url, now, families=FAMILIES):
    """Aggregate every project's closed hours; returns how many were made."""

    async def told(done, of):
        pass

    async with db.open_pool(url, size=2) as pool:
        projects = await closing.list_projects(pool)
        made = [await hours.close_hours(pool, one, families, now, told) for one in projects]
        return sum(made)


async def differences(url, *days, **given):
    async with db.open_pool(url, size=1) as pool:
        return await analytics.verify(pool, *days, **given)


async def rebuild(url, *days, **given):
    async with db.open_pool(url, size=1) as pool:
        return await analytics.rebuild(pool, *days, **given)


def rollups(conn):
    """Every rollup row that is not all zeros."""
    found = {}
    for table, keys in (("sessions", 3), ("events", 4), ("timings", 5)):
        rows = conn.execute(f"select * from rollup_{table}").fetchall()
        found[table] = sorted(tuple(row) for row in rows if any(row[keys:]))
    return found


def project(conn, zone="UTC", slug="default"):
    return conn.execute(
        "insert into projects (slug, name, time_zone, secret) values (%s, %s, %s, %s) returning id",
        (slug, slug, zone, hashlib.sha256(slug.encode()).digest()),
    ).fetchone()[0]
