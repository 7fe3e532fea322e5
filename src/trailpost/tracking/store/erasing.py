"""Sessions are erased: all that is kept of them goes in one transaction, and never comes back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from uuid import UUID

import msgspec

from trailpost import db, stream
from trailpost.base import clock, log
from trailpost.base.errors import NotFound, Unavailable
from trailpost.base.settings import Settings
from trailpost.tracking.rules import identity
from trailpost.tracking.store.batches import SessionKey, create_temporary_tables

Beside = Callable[[db.Connection], AbstractAsyncContextManager[None]]
"""Entered in the transaction before anything goes. Left when it is gone: `sessions_before`,
`staged`, `stored_counts` and `stored_timings` then say what it was, `sessions_after` is empty."""

_SQL = "trailpost.tracking.sql"
_log = log.get(__name__)


class ErasedSession(msgspec.Struct, frozen=True):
    project_id: int
    session_id: bytes


class SessionId(msgspec.Struct, frozen=True):
    session_id: UUID


class LetterPlace(msgspec.Struct, frozen=True):
    place: int


_LOCK_WRITING = db.query(_SQL, "lock_writing")
_LOCK_ERASING = db.query(_SQL, "lock_erasing")
_ERASED_AMONG = db.query(_SQL, "erased_among", ErasedSession)
_ERASED_LETTERS = db.query(_SQL, "erased_letters", LetterPlace)
_IS_KNOWN = db.query(_SQL, "is_known")
_SESSIONS_OF_VISITOR = db.query(_SQL, "sessions_of_visitor", SessionId)
_INSERT_ERASED_SESSIONS = db.query(_SQL, "insert_erased_sessions")
_ERASE_SESSIONS = db.query(_SQL, "erase_sessions")
_ERASE_EVENTS = db.query(_SQL, "erase_events")
_COUNT_ERASED = db.query(_SQL, "count_erased")
_LIST_ERASED_TIMINGS = db.query(_SQL, "list_erased_timings")
_ERASE_DEAD_LETTERS = db.query(_SQL, "erase_dead_letters")
_ERASE_IN_LEDGER = db.query(_SQL, "erase_in_ledger")


# What writers ask


async def lock_writing(conn: db.Connection) -> None:
    """From here to the end of the transaction nobody erases anything."""
    await db.execute(conn, _LOCK_WRITING)


async def erased_among(conn: db.Connection, sessions: Collection[SessionKey]) -> set[SessionKey]:
    """Those of which nothing may be stored. Nobody erases others before the transaction ends."""
    # The lock is a statement of its own: the next one sees what was committed before.
    async with conn.pipeline():
        await lock_writing(conn)
        found = await db.fetch(
            conn,
            _ERASED_AMONG,
            ErasedSession,
            session_ids=",".join([session.hex() for _, session in sessions]),
        )
    return {(one.project_id, one.session_id) for one in found}.intersection(sessions)


async def erased_letters(conn: db.Connection, payloads: Sequence[bytes]) -> set[int]:
    """The places of those that speak of an erased session. Nobody erases others meanwhile."""
    async with conn.pipeline():
        await lock_writing(conn)
        found = await db.fetch(conn, _ERASED_LETTERS, LetterPlace, payloads=list(payloads))
    return {one.place for one in found}


async def _is_known(conn: db.Connection, project_id: int, session_id: bytes) -> bool:
    given = UUID(bytes=session_id)
    return bool(await db.fetch_value(conn, _IS_KNOWN, project_id=project_id, session_id=given))


# Erasing


class Eraser:
    """`beside`: what other features do with what they made of the sessions."""

    def __init__(self, settings: Settings, beside: Sequence[Beside] = ()) -> None:
        self._settings = settings
        self._beside = tuple(beside)

    async def session(self, project_id: int, session: str) -> None:
        """`session` is its UUID, or the id that the client gave. Raises NotFound.

        One that was erased before is no error.
        """
        session_id = identity.session_uuid(project_id, session)
        async with await self._connect() as conn:
            if not await _is_known(conn, project_id, session_id):
                raise NotFound(f"no session {session} is stored", field="id")
            async with self._alone(conn):
                await self._erase(conn, project_id, [UUID(bytes=session_id)])
        await self._forget_live(project_id, [session_id])

    async def visitor(self, project_id: int, secret: bytes, visitor_id: str) -> int:
        """All stored sessions that came with the id which the page gave; returns how many.

        `secret`: the project's. What the visitor begins later is kept.
        """
        visitor = identity.known_visitor(secret, visitor_id)
        async with await self._connect() as conn, self._alone(conn):
            rows = await db.fetch(
                conn, _SESSIONS_OF_VISITOR, SessionId, project_id=project_id, visitor=visitor
            )
            found = [row.session_id for row in rows]
            await self._erase(conn, project_id, found)
        await self._forget_live(project_id, [one.bytes for one in found])
        return len(found)

    async def _connect(self) -> db.Connection:
        """One of its own: the temporary tables go with it."""
        return await db.connect(self._settings.database_url, application="trailpost erase")

    @asynccontextmanager
    async def _alone(self, conn: db.Connection) -> AsyncIterator[None]:
        """A transaction in which no writer stores anything, and no other eraser erases.

        What may take a while to come to rest comes first: no writer waits for that.
        """
        await create_temporary_tables(conn)
        async with conn.transaction():
            async with AsyncExitStack() as stack:
                for beside in self._beside:
                    await stack.enter_async_context(beside(conn))
                await db.execute(conn, _LOCK_ERASING)
                yield
            # Last, as writers do it.
            await db.execute(conn, _ERASE_IN_LEDGER)

    async def _erase(
        self, conn: db.Connection, project_id: int, session_ids: Sequence[UUID]
    ) -> None:
        gone = list(session_ids)
        await db.execute(
            conn,
            _INSERT_ERASED_SESSIONS,
            project_id=project_id,
            session_ids=gone,
            now=clock.now(),
        )
        await db.execute(conn, _ERASE_SESSIONS, project_id=project_id, session_ids=gone)
        events = await db.execute(conn, _ERASE_EVENTS, project_id=project_id, session_ids=gone)
        await db.execute(conn, _COUNT_ERASED)
        await db.execute(conn, _LIST_ERASED_TIMINGS)
        await db.execute(conn, _ERASE_DEAD_LETTERS, session_ids=gone)
        _log.info("erasing", project=project_id, sessions=len(gone), events=events)

    async def _forget_live(self, project_id: int, sessions: Sequence[bytes]) -> None:
        """What Redis holds for live views goes by itself within the hour, if not now."""
        if not self._settings.redis_url:
            return
        named = [(one, identity.live_name(project_id, one)) for one in sessions]
        try:
            await stream.forget_live(self._settings.redis_url, self._settings.streams, named)
        except Unavailable as e:
            _log.warning("live views of erased sessions end within the hour", reason=str(e))
