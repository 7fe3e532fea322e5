"""What the same rows cost without Trailpost: one binary COPY into a table without any index."""

from __future__ import annotations

import time
from dataclasses import dataclass

from psycopg.types.json import Jsonb

from bench.server import Server

ROWS = 400_000


@dataclass(frozen=True)
class Bare:
    """The yardstick: rows copied and how fast."""

    rows: int
    rows_per_second: float


@dataclass(frozen=True)
class Size:
    """Bytes on disk for one stored event."""

    total: float
    detail: str


def measure(server: Server) -> Bare:
    """Rows already stored, read back, then copied in by a client that does nothing else."""
    with server.connect() as conn:
        columns = conn.execute(
            """select attname, format_type(atttypid, null) from pg_attribute
               where attrelid = 'events'::regclass and attnum > 0 order by attnum"""
        ).fetchall()
        names = ", ".join(
            f"{name}::text" if kind == "event_kind" else str(name) for name, kind in columns
        )
        with conn.cursor(binary=True) as cur:
            rows = cur.execute(f"select {names} from events limit {ROWS}").fetchall()
        json_at = [i for i, (_, kind) in enumerate(columns) if kind == "jsonb"]
        ready = [_wrap(row, json_at) for row in rows]
        conn.execute("create table bare (like events)")
        conn.execute("alter table bare alter column kind type text")
        types = ["text" if kind == "event_kind" else str(kind) for _, kind in columns]
        began = time.perf_counter()
        with conn.cursor() as cur, cur.copy("copy bare from stdin (format binary)") as copy:
            copy.set_types(types)
            for row in ready:
                copy.write_row(row)
        seconds = time.perf_counter() - began
        conn.execute("drop table bare")
    return Bare(len(ready), len(ready) / seconds)


def _wrap(row: tuple[object, ...], json_at: list[int]) -> tuple[object, ...]:
    if all(row[i] is None for i in json_at):
        return row
    return tuple(
        Jsonb(value) if i in json_at and value is not None else value for i, value in enumerate(row)
    )


def bytes_per_event(server: Server) -> Size:
    """Tables, indexes and TOAST of everything that grows with events, by event."""
    with server.connect() as conn:
        conn.execute("vacuum")
        sizes = dict(
            conn.execute(
                """select case when relname like 'events%' then 'events' else relname end,
                          sum(pg_total_relation_size(oid))::bigint
                   from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
                   group by 1"""
            ).fetchall()
        )
        indexes = conn.execute(
            """select sum(pg_indexes_size(oid))::bigint from pg_class
               where relkind = 'r' and relname like 'events%'"""
        ).fetchone()
        count = conn.execute("select count(*) from events").fetchone()
    events = int(str((count or (1,))[0]))
    grown = {
        str(k): int(str(v)) / events
        for k, v in sizes.items()
        if k in ("events", "user_sessions") or str(k).startswith("rollup_")
    }
    per_index = int(str((indexes or (0,))[0])) / events
    parts = ", ".join(f"{k} {v:.0f}" for k, v in sorted(grown.items()) if v >= 0.5)
    return Size(sum(grown.values()), f"{parts}; of events, indexes are {per_index:.0f}")
