"""Connections to PostgreSQL: one pool per process, UTC, prepared statements."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from trailpost.base.errors import Unavailable

Connection = AsyncConnection[Any]
Pool = AsyncConnectionPool[AsyncConnection[Any]]
Error = psycopg.Error
DataError = (psycopg.DataError, psycopg.IntegrityError, psycopg.ProgrammingError)
"""The statement or its data is at fault, not the server: trying again will not help."""

_OPTIONS = "-c timezone=UTC -c idle_in_transaction_session_timeout=60000"


# SQLSTATE classes: cardinality, data, integrity, and a limit of PostgreSQL's own (an index row of
# 2,704 bytes), which psycopg counts among the operational errors.
_REFUSED = ("21", "22", "23", "54")


def is_refused(error: BaseException) -> bool:
    """Whether the data is at fault: the same rows will never be taken."""
    if not isinstance(error, psycopg.Error):
        return False
    return isinstance(error, psycopg.DataError) or (error.sqlstate or "").startswith(_REFUSED)


def is_duplicate(error: BaseException) -> bool:
    """Whether a row like it exists."""
    return isinstance(error, psycopg.errors.UniqueViolation)


def is_away(error: BaseException) -> bool:
    """Whether the server, not the statement, is at fault: worth trying again later."""
    return not is_refused(error) and isinstance(
        error, psycopg.OperationalError | psycopg.InterfaceError | PoolTimeout
    )


async def connect(url: str, *, application: str = "trailpost") -> Connection:
    return await AsyncConnection.connect(
        url, autocommit=True, application_name=application, options=_OPTIONS, connect_timeout=5
    )


def open_pool(
    url: str, *, size: int, application: str = "trailpost", autocommit: bool = True
) -> Pool:
    """A pool to be opened by `async with`. It connects lazily: a dead server is no error here."""
    kwargs = {"application_name": application, "options": _OPTIONS, "connect_timeout": 5}
    return AsyncConnectionPool(
        url,
        min_size=0,
        max_size=size,
        open=False,
        timeout=5,
        kwargs=kwargs | ({"autocommit": True} if autocommit else {}),
        check=AsyncConnectionPool.check_connection,
    )


@asynccontextmanager
async def transaction(pool: Pool) -> AsyncIterator[Connection]:
    """One connection in one transaction. Raises Unavailable when there is none to be had."""
    try:
        async with pool.connection() as conn, conn.transaction():
            yield conn
    except PoolTimeout as e:
        raise Unavailable("the database is away", retry_after=2) from e
