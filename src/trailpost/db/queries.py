"""Load one statement per `.sql` file, and run it into typed rows."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from importlib import resources
from typing import Any, TypeVar

import msgspec
from psycopg import AsyncConnection
from psycopg.rows import args_row, class_row
from psycopg.types.json import Jsonb, set_json_loads

Row = TypeVar("Row", bound=msgspec.Struct)
_PARAM = re.compile(r"%\((\w+)\)s")
_loaded: dict[str, Query] = {}
# Larger ones only block the event loop for longer.
_COPY_CHUNK = 256 * 1024


class Query(msgspec.Struct, frozen=True):
    name: str
    text: str
    row: type[msgspec.Struct] | None
    prepare: bool | None = None
    """None: after some uses. False: planned anew each time, since a table may have grown."""

    @property
    def params(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(_PARAM.findall(self.text)))


def seed(name: str) -> bytes:
    """What a migration puts into its new tables, for rules that need it without a database."""
    versions = resources.files("trailpost.db.migrations.versions")
    return versions.joinpath(f"{name}.json").read_bytes()


def query(
    package: str,
    name: str,
    row: type[msgspec.Struct] | None = None,
    *,
    prepare: bool | None = None,
) -> Query:
    """Read `<package>/<name>.sql` now, so a missing file stops the import."""
    text = resources.files(package).joinpath(f"{name}.sql").read_text(encoding="utf-8")
    found = Query(f"{package}/{name}", text, row, prepare)
    _loaded[found.name] = found
    return found


def all_queries() -> list[Query]:
    return list(_loaded.values())


async def fetch(conn: AsyncConnection[Any], q: Query, row: type[Row], **params: Any) -> list[Row]:
    async with conn.cursor(row_factory=class_row(row), binary=True) as cur:
        await cur.execute(q.text.encode(), params, prepare=q.prepare)
        return await cur.fetchall()


async def fetch_one(
    conn: AsyncConnection[Any], q: Query, row: type[Row], **params: Any
) -> Row | None:
    async with conn.cursor(row_factory=class_row(row), binary=True) as cur:
        await cur.execute(q.text.encode(), params, prepare=q.prepare)
        return await cur.fetchone()


async def fetch_value(conn: AsyncConnection[Any], q: Query, **params: Any) -> Any:
    """The first column of the first row, or None."""
    async with conn.cursor(binary=True) as cur:
        await cur.execute(q.text.encode(), params, prepare=q.prepare)
        row = await cur.fetchone()
        return row[0] if row else None


async def stream_rows(
    conn: AsyncConnection[Any], q: Query, row: type[Row], **params: Any
) -> AsyncIterator[Row]:
    """Rows one by one from a server-side cursor, for results of any size. Needs a transaction."""
    async with conn.cursor("stream_rows", row_factory=class_row(row)) as cur:
        await cur.execute(q.text.encode(), params)
        async for found in cur:
            yield found


async def stream_lots(
    conn: AsyncConnection[Any], q: Query, row: type[Row], size: int, **params: Any
) -> AsyncGenerator[list[Row], None]:
    """Rows from a server-side cursor, `size` at a time; JSON stays as it is written.

    Needs a transaction, and a row that takes its fields by position: a third less time.
    """
    async with conn.cursor("stream_lots", row_factory=args_row(row), binary=True) as cur:
        set_json_loads(msgspec.Raw, cur)
        await cur.execute(q.text.encode(), params)
        while lot := await cur.fetchmany(size):
            yield lot


async def execute(conn: AsyncConnection[Any], q: Query, **params: Any) -> int:
    """Run it; returns the rows affected."""
    async with conn.cursor() as cur:
        await cur.execute(q.text.encode(), params, prepare=q.prepare)
        return cur.rowcount


async def copy(
    conn: AsyncConnection[Any], q: Query, types: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Binary COPY: `q` is a `copy t (…) from stdin (format binary)` statement."""
    async with conn.cursor() as cur, cur.copy(q.text.encode()) as out:
        out.set_types(types)
        for values in rows:
            await out.write_row(values)


async def copy_packed(conn: AsyncConnection[Any], q: Query, packed: bytes) -> int:
    """Binary COPY of rows that the caller packed itself, header and trailer included.

    Returns the number of rows.
    """
    async with conn.cursor() as cur:
        async with cur.copy(q.text.encode()) as out:
            for start in range(0, len(packed), _COPY_CHUNK):
                await out.write(packed[start : start + _COPY_CHUNK])
        return cur.rowcount


def raw_json(text: bytes | None) -> Jsonb | None:
    """JSON that is already encoded, for a jsonb parameter or column."""
    return None if text is None else Jsonb(text, dumps=bytes)
