"""One table for all kinds of events, or one for each: the figures behind docs/decisions/0003.

    python -m bench.event_tables [--events 300000] [--days 30]

The same rows, each in binary COPY to a staging table and from there with a conflict check into
tables that are partitioned by day and indexed alike.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil
import psycopg
from msgspec.structs import replace

from bench.writer import DAY, cpu, envelopes, servers
from trailpost.tracking.store import rows
from trailpost.tracking.wire import Envelope, Event

COMMON = "event_id, session_id, occurred_at, received_at, project_id, day"
TABLES = {
    "interaction": "time_spent, viewport_width, viewport_height, event_type, category, element_id, "
    "value, previous_value, device_type, clock, additional_data",
    "choice": "category, value, previous_value, source, price, price_before, price_list_version, "
    "clock, additional_data",
    "page_view": "time_spent, url, clock, additional_data",
    "snapshot": "completion, trigger_event, price, price_list_version, configuration, "
    "configuration_hash, conversion_status, clock, additional_data",
    "timing": "metric_value, status, metric_name, unit, endpoint, method, clock, additional_data",
}
JOURNEY = "event_id, occurred_at, kind, category, value, price, configuration, url, metric_value"
BATCH = 10_000


def create(conn: psycopg.Connection, days: Sequence[int]) -> None:
    """Beside `events`: `k_<kind>`, with its staging table `s_<kind>`."""
    conn.execute("create temp table staged (like events) on commit delete rows")
    for kind, columns in TABLES.items():
        select = f"select {COMMON}, {columns} from events"
        conn.execute(f"create temp table s_{kind} on commit delete rows as {select} limit 0")
        conn.execute(f"create table template_{kind} as {select} limit 0")
        conn.execute(f"create table k_{kind} (like template_{kind}) partition by range (day)")
    for day in days:
        conn.execute("select ensure_event_partition(date '1970-01-01' + %s)", [day])
        for kind in TABLES:
            part = f"k_{kind}_{day}"
            bounds = f"(date '1970-01-01' + {day}) to (date '1970-01-01' + {day + 1})"
            conn.execute(f"create table {part} partition of k_{kind} for values from {bounds}")
            conn.execute(f"create unique index on {part} (event_id)")
            conn.execute(f"create index on {part} (session_id)")
            conn.execute(f"create index on {part} using brin (received_at)")


def packed(sent: Sequence[Envelope], kind: str | None = None) -> bytes:
    return rows.data(
        [
            rows.events(
                rows.Origin(e.project_id, e.context.session_id, e.received_at, chosen(e, kind))
                for e in sent
                if e.context
            )
        ]
    )


def chosen(sent: Envelope, kind: str | None) -> Sequence[Event]:
    return [event for event in sent.events if kind in (None, event.kind)]


def narrow(conn: psycopg.Connection, sent: Sequence[Envelope], kind: str) -> bytes:
    """The rows of one kind with the columns of its own table, as PostgreSQL writes them."""
    with conn.transaction(force_rollback=True):
        copy_in(conn, COPY, packed(sent, kind))
        out = f"copy (select {COMMON}, {TABLES[kind]} from staged) to stdout (format binary)"
        with conn.cursor().copy(out) as copy:
            return b"".join(copy)


COPY = (Path(rows.__file__).parents[1] / "sql" / "copy_staged.sql").read_text()


def copy_in(conn: psycopg.Connection, statement: str, data: bytes) -> None:
    with conn.cursor().copy(statement) as copy:
        copy.write(data)


def load_one(conn: psycopg.Connection, batches: Sequence[bytes]) -> float:
    began = time.perf_counter()
    for data in batches:
        with conn.transaction():
            copy_in(conn, COPY, data)
            conn.execute("insert into events select * from staged on conflict do nothing")
    return time.perf_counter() - began


def load_each(conn: psycopg.Connection, batches: Sequence[dict[str, bytes]]) -> float:
    began = time.perf_counter()
    for batch in batches:
        with conn.transaction():
            for kind, data in batch.items():
                columns = f"({COMMON}, {TABLES[kind]})"
                copy_in(conn, f"copy s_{kind} {columns} from stdin (format binary)", data)
                conn.execute(f"insert into k_{kind} select * from s_{kind} on conflict do nothing")
    return time.perf_counter() - began


def journey_of_each() -> str:
    def column(kind: str, name: str) -> str:
        if name == "kind":
            return f"'{kind}' as kind"
        known = f"{COMMON}, {TABLES[kind]}".split(", ")
        types = {"price": "numeric", "configuration": "jsonb", "metric_value": "float8"}
        return name if name in known else f"null::{types.get(name, 'text')} as {name}"

    parts = [
        f"select {', '.join(column(kind, name) for name in JOURNEY.split(', '))} "
        f"from k_{kind} where session_id = %(session)s"
        for kind in TABLES
    ]
    return f"{' union all '.join(parts)} order by occurred_at"


def latency(conn: psycopg.Connection, statement: str, sessions: Sequence[bytes]) -> float:
    """Median milliseconds."""
    took = []
    for session in sessions:
        began = time.perf_counter()
        conn.execute(statement, {"session": session.hex()}, prepare=True).fetchall()
        took.append(time.perf_counter() - began)
    return statistics.median(took) * 1000


def size(conn: psycopg.Connection, pattern: str) -> int:
    found = conn.execute(
        """select sum(pg_table_size(c.oid) + pg_indexes_size(c.oid))::bigint from pg_class c
           where c.relname ~ %s and c.relkind = 'r'""",
        [pattern],
    ).fetchone()
    return int(found[0]) if found else 0


def spread(sent: Sequence[Envelope], days: int) -> Iterator[Envelope]:
    """The same sessions over many days."""
    for n, one in enumerate(sent):
        back = (len(sent) - 1 - n) * days // len(sent)
        yield replace(
            one,
            events=[
                replace(e, occurred_at=e.occurred_at - back * DAY, day=e.day - back)
                for e in one.events
            ],
        )


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--events", type=int, default=300_000)
    options.add_argument("--days", type=int, default=30)
    given = options.parse_args()
    sent = list(spread(list(envelopes(given.events, 100)), given.days))
    step = BATCH // 100
    groups = [sent[start : start + step] for start in range(0, len(sent), step)]
    days = sorted({event.day for one in sent for event in one.events})
    sessions = [e.context.session_id for e in random.Random(1).sample(sent, 500) if e.context]
    with (
        servers() as (url, _, (postgres, _)),
        psycopg.connect(url, autocommit=True, options="-c timezone=UTC") as conn,
    ):
        create(conn, days)
        whole = [packed(group) for group in groups]
        apart = [{kind: narrow(conn, group, kind) for kind in TABLES} for group in groups]
        report(conn, postgres, whole, apart, sessions, given.events)


def report(
    conn: psycopg.Connection,
    postgres: psutil.Process,
    whole: Sequence[bytes],
    apart: Sequence[dict[str, bytes]],
    sessions: Sequence[bytes],
    count: int,
) -> None:
    conn.execute("checkpoint")
    spent = [cpu(postgres)]
    one = load_one(conn, whole)
    spent.append(cpu(postgres))
    conn.execute("checkpoint")
    spent.append(cpu(postgres))
    each = load_each(conn, apart)
    spent.append(cpu(postgres))
    conn.execute("vacuum analyze")
    line("load, events/s", count / one, count / each)
    line(
        "CPU, µs an event", (spent[1] - spent[0]) / count * 1e6, (spent[3] - spent[2]) / count * 1e6
    )
    line("bytes an event", size(conn, "^events_[0-9]") / count, size(conn, "^k_") / count)
    journey = f"select {JOURNEY} from events where session_id = %(session)s order by occurred_at"
    line(
        "journey, ms", latency(conn, journey, sessions), latency(conn, journey_of_each(), sessions)
    )


def line(name: str, one: float, each: float) -> None:
    print(f"{name:16}  one table {one:10,.2f}   one each {each:10,.2f}   ratio {one / each:5.2f}")


if __name__ == "__main__":
    main()
