"""The statements of one write, in the order in which the writer runs them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta

import msgspec

from trailpost import db
from trailpost.stream import Position
from trailpost.tracking.rules import fold
from trailpost.tracking.rules.sketch import sketch
from trailpost.tracking.store import rows
from trailpost.tracking.wire import RequestTiming

_SQL = "trailpost.tracking.sql"
_EPOCH = date(1970, 1, 1)

EventKey = tuple[bytes, int]
"""(event id, day in days since 1970): what makes an event the same one."""
SessionKey = tuple[int, bytes]
"""(project, session id)."""


class Duplicate(msgspec.Struct, frozen=True):
    event_id: bytes
    day: int


class StoredSession(msgspec.Struct, frozen=True):
    """fold.Session as the database gives it."""

    project_id: int
    session_id: bytes
    visitor: int
    start_time: int
    last_activity: int
    end_time: int | None
    configuration_at: int | None
    total_events: int
    total_interactions: int
    total_choices: int
    viewport_width: int | None
    viewport_height: int | None
    completion: int | None
    is_bot: bool
    conversion_status: str
    client_session_id: str | None
    user_hash: str | None
    bot_class: str | None
    bot_reason: str | None
    user_agent: str | None
    device_type: str | None
    browser_name: str | None
    os_name: str | None
    language: str | None
    referrer: str | None
    utm_source: str | None
    utm_medium: str | None
    utm_campaign: str | None
    landing_page: str | None
    exit_page: str | None
    consent: str | None
    total_price: int | None
    price_list_version: str | None
    configuration_hash: bytes | None
    configuration: str | None
    choices: str
    marks: str
    country: str | None
    is_recognised: bool
    reached: str
    exposed: list[str]


class LedgerRow(msgspec.Struct, kw_only=True):
    """What became of the events of one project received in one minute, or a change of it."""

    minute: int
    """Microseconds since 1970, a whole minute."""
    project_id: int
    received: int = 0
    stored: int = 0
    duplicate: int = 0
    rejected: int = 0
    dead_lettered: int = 0
    erased: int = 0

    @property
    def missing(self) -> int:
        """Received without a fate; must be 0."""
        fates = self.stored + self.duplicate + self.rejected + self.dead_lettered + self.erased
        return self.received - fates


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    project_id: int
    entry_id: str
    events: int
    reason: str
    payload: bytes
    received_at: int
    """Microseconds since 1970."""


_CREATE_STAGED = db.query(_SQL, "create_staged")
_CREATE_SESSIONS_BEFORE = db.query(_SQL, "create_sessions_before")
_CREATE_SESSIONS_AFTER = db.query(_SQL, "create_sessions_after")
_CREATE_TOUCHED_SESSIONS = db.query(_SQL, "create_touched_sessions")
_CREATE_STORED_COUNTS = db.query(_SQL, "create_stored_counts")
_CREATE_STORED_TIMINGS = db.query(_SQL, "create_stored_timings")
_COPY_EVENTS = db.query(_SQL, "copy_events")
_COPY_STAGED = db.query(_SQL, "copy_staged")
_INSERT_NEW_EVENTS = db.query(_SQL, "insert_new_events")
_DROP_DUPLICATES = db.query(_SQL, "drop_duplicates", Duplicate)
_COPY_STORED_COUNTS = db.query(_SQL, "copy_stored_counts")
_COPY_STORED_TIMINGS = db.query(_SQL, "copy_stored_timings")
_COPY_TOUCHED_SESSIONS = db.query(_SQL, "copy_touched_sessions")
# A plan made while user_sessions was small reads all of it ever after.
_LOCK_SESSIONS = db.query(_SQL, "lock_sessions", StoredSession, prepare=False)
_COPY_SESSIONS_AFTER = db.query(_SQL, "copy_sessions_after")
_INSERT_SESSIONS = db.query(_SQL, "insert_sessions")
_UPDATE_SESSIONS = db.query(_SQL, "update_sessions", prepare=False)
_ADD_TO_LEDGER = db.query(_SQL, "add_to_ledger")
_ADD_REQUEST_TIMINGS = db.query(_SQL, "add_request_timings")
_ADD_REQUEST_QUARTERS = db.query(_SQL, "add_request_quarters")
_INSERT_DEAD_LETTERS = db.query(_SQL, "insert_dead_letters")
_PREFER_INDEXES = db.query(_SQL, "prefer_indexes")
_TAKE_STREAM = db.query(_SQL, "take_stream")
_BEGIN_POSITION = db.query(_SQL, "begin_position")
_POSITION = db.query(_SQL, "position", Position)
_MOVE_POSITION = db.query(_SQL, "move_position")
_ENSURE_EVENT_PARTITION = db.query(_SQL, "ensure_event_partition")

BATCH_TABLES = tuple(
    query.text
    for query in (
        _CREATE_STAGED,
        _CREATE_SESSIONS_BEFORE,
        _CREATE_SESSIONS_AFTER,
        _CREATE_TOUCHED_SESSIONS,
        _CREATE_STORED_COUNTS,
        _CREATE_STORED_TIMINGS,
    )
)
"""The temporary tables in which a write happens, and that its hooks read."""

_CHOICES = msgspec.json.Decoder(dict[str, fold.Choice]).decode
_MARKS = msgspec.json.Decoder(fold.Marks).decode
_REACHED = msgspec.json.Decoder(dict[str, int]).decode


async def create_temporary_tables(conn: db.Connection) -> None:
    """What a write works with, once for each connection; empty at the end of each transaction."""
    await db.execute(conn, _CREATE_STAGED)
    await db.execute(conn, _CREATE_SESSIONS_BEFORE)
    await db.execute(conn, _CREATE_SESSIONS_AFTER)
    await db.execute(conn, _CREATE_TOUCHED_SESSIONS)
    await db.execute(conn, _CREATE_STORED_COUNTS)
    await db.execute(conn, _CREATE_STORED_TIMINGS)


async def prefer_indexes(conn: db.Connection) -> None:
    """For the rest of the connection, which must be the caller's own."""
    await db.execute(conn, _PREFER_INDEXES)


async def copy_events(conn: db.Connection, packed: bytes) -> int:
    """`packed`: rows.data of rows.events. Returns how many they are.

    Raises an error that is_duplicate when any was stored before.
    """
    return await db.copy_packed(conn, _COPY_EVENTS, packed)


async def copy_staged(conn: db.Connection, packed: bytes) -> None:
    """`packed`: rows.data of rows.events."""
    await db.copy_packed(conn, _COPY_STAGED, packed)


async def insert_new_events(conn: db.Connection) -> int:
    """Everything in `staged` that was not stored before; returns how many that were."""
    return await db.execute(conn, _INSERT_NEW_EVENTS)


async def drop_duplicates(conn: db.Connection, days: Iterable[int]) -> set[EventKey]:
    """Leaves in `staged` what this transaction inserted; returns what it did not."""
    found = await db.fetch(
        conn,
        _DROP_DUPLICATES,
        Duplicate,
        days=[date_of(day) for day in days],
    )
    return {(one.event_id, one.day) for one in found}


async def copy_stored(
    conn: db.Connection, counts: Mapping[rows.CountKey, int], timings: Iterable[bytes]
) -> None:
    """What hooks read of the events stored. `timings`: rows.timings."""
    await db.copy_packed(conn, _COPY_STORED_COUNTS, rows.data([rows.counts(counts)]))
    if any(timings):
        await db.copy_packed(conn, _COPY_STORED_TIMINGS, rows.data(timings))


async def lock_sessions(
    conn: db.Connection, keys: Collection[SessionKey]
) -> dict[SessionKey, fold.Session]:
    """Sessions as they are, held until the end of the transaction; new ones are not among them."""
    await db.copy_packed(conn, _COPY_TOUCHED_SESSIONS, rows.data([rows.session_keys(keys)]))
    found = await db.fetch(conn, _LOCK_SESSIONS, StoredSession)
    return {(one.project_id, one.session_id): _session(one) for one in found}


def _session(stored: StoredSession) -> fold.Session:
    columns = msgspec.structs.asdict(stored)
    columns["configuration"] = stored.configuration and stored.configuration.encode()
    columns["choices"] = _CHOICES(stored.choices)
    columns["marks"] = _MARKS(stored.marks)
    columns["reached"] = _REACHED(stored.reached)
    return fold.Session(**columns)


async def copy_sessions_after(conn: db.Connection, sessions: Sequence[fold.Session]) -> None:
    await db.copy_packed(conn, _COPY_SESSIONS_AFTER, rows.data([rows.sessions(sessions)]))


async def insert_sessions(conn: db.Connection) -> int:
    """The new ones of `sessions_after`; fewer when another writer made one of them."""
    return await db.execute(conn, _INSERT_SESSIONS)


async def update_sessions(conn: db.Connection) -> int:
    """Those of `sessions_after` that lock_sessions holds."""
    return await db.execute(conn, _UPDATE_SESSIONS)


async def add_to_ledger(conn: db.Connection, found: Sequence[LedgerRow]) -> None:
    await db.execute(
        conn,
        _ADD_TO_LEDGER,
        minutes=[row.minute for row in found],
        project_ids=[row.project_id for row in found],
        received=[row.received for row in found],
        stored=[row.stored for row in found],
        duplicate=[row.duplicate for row in found],
        rejected=[row.rejected for row in found],
        dead_lettered=[row.dead_lettered for row in found],
        erased=[row.erased for row in found],
    )


async def add_request_timings(conn: db.Connection, timings: Sequence[RequestTiming]) -> None:
    columns = {
        "minutes": [timing.minute for timing in timings],
        "methods": [timing.method for timing in timings],
        "routes": [timing.route for timing in timings],
        "statuses": [timing.status for timing in timings],
        "requests": [timing.requests for timing in timings],
        "total_ms": [timing.total_ms for timing in timings],
        "max_ms": [timing.max_ms for timing in timings],
    }
    await db.execute(conn, _ADD_REQUEST_TIMINGS, **columns)
    sketches = [sketch(timing.bins) for timing in timings]
    await db.execute(conn, _ADD_REQUEST_QUARTERS, **columns, sketches=sketches)


async def insert_dead_letters(
    conn: db.Connection, stream: str, letters: Sequence[DeadLetter]
) -> None:
    await db.execute(
        conn,
        _INSERT_DEAD_LETTERS,
        stream=stream,
        project_ids=[letter.project_id for letter in letters],
        entry_ids=[letter.entry_id for letter in letters],
        events=[letter.events for letter in letters],
        reasons=[letter.reason for letter in letters],
        payloads=[letter.payload for letter in letters],
        received_at=[letter.received_at for letter in letters],
    )


async def take_stream(conn: db.Connection, n: int) -> bool:
    """Whether stream `n` is now this connection's to read."""
    return bool(await db.fetch_value(conn, _TAKE_STREAM, n=n))


async def begin_position(conn: db.Connection, stream: str, incarnation: str) -> Position:
    """Where to go on: from the start, for a stream or an incarnation not seen before."""
    await db.execute(conn, _BEGIN_POSITION, stream=stream, incarnation=incarnation)
    found = await db.fetch_one(conn, _POSITION, Position, stream=stream)
    assert found is not None  # the statement before made it, and none is ever deleted
    return found


async def move_position(
    conn: db.Connection, stream: str, before: Position, after: Position
) -> bool:
    """False when another writer moved it: then this transaction must not happen."""
    moved = await db.execute(
        conn,
        _MOVE_POSITION,
        stream=stream,
        incarnation=before.incarnation,
        previous=before.last_id,
        last_id=after.last_id,
        received_total=after.received_total,
        missing=after.missing - before.missing,
    )
    return moved == 1


async def ensure_event_partition(conn: db.Connection, day: date) -> bool:
    """Whether the day had none. Moves into it what waited in the default partition."""
    return bool(await db.fetch_value(conn, _ENSURE_EVENT_PARTITION, day=day))


def date_of(day: int) -> date:
    """Of days since 1970; days beyond the calendar become its first or last."""
    first, last = (date.min - _EPOCH).days, (date.max - _EPOCH).days
    return _EPOCH + timedelta(days=min(max(day, first), last))
