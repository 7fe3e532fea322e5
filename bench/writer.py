"""How fast the writer drains a full stream, next to the bare binary COPY of the same rows.

    python -m bench.writer [--events 500000] [--part 100] [--batch 10000] [--no-rollups]

Starts servers of its own in a temporary folder. All events are on the stream before the writer
starts, so nothing is measured but the writer and PostgreSQL.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import random
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import msgspec
import psutil
import psycopg
import redis
import uvloop

from trailpost.base import clock
from trailpost.base.settings import Settings
from trailpost.db import migrate
from trailpost.main import embedded
from trailpost.tracking import wire
from trailpost.tracking.store import rows
from trailpost.tracking.writer import Writer

T = TypeVar("T")
DAY = 86_400_000_000
CATEGORIES = {
    "nest": ["nest80", "nest100", "nest120", "nest140", "nest160"],
    "gebaeudehuelle": ["trapezblech", "holzlattung", "fassadenplatten_schwarz"],
    "innenverkleidung": ["kiefer", "fichte", "steirische_eiche"],
    "fussboden": ["parkett", "kalkstein_kanafar", "schiefer_massiv"],
    "planungspaket": ["basis", "plus", "pro"],
}
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0"


def events(rng: random.Random, count: int, end: int) -> list[wire.Event]:
    """One session's events: the mix that the tracker sends from a configurator."""
    began = end - count * 2_000_000
    found = []
    for n in range(count):
        at = began + n * 2_000_000 + rng.randrange(1_000_000)
        kind = rng.choices(list(KINDS), [k[0] for k in KINDS.values()])[0] if n else "page_view"
        found.append(
            wire.Event(uuid7(rng, at), kind, at, at // DAY, **KINDS[kind][1](rng))  # type: ignore[arg-type]
        )
    return found


def uuid7(rng: random.Random, at: int) -> bytes:
    head = (at // 1000).to_bytes(6, "big") + (0x7000 | rng.getrandbits(12)).to_bytes(2, "big")
    return head + (2 << 62 | rng.getrandbits(62)).to_bytes(8, "big")


def _option(rng: random.Random) -> tuple[str, str]:
    category = rng.choice(list(CATEGORIES))
    return category, rng.choice(CATEGORIES[category])


def _interaction(rng: random.Random) -> dict[str, object]:
    category, value = _option(rng)
    return {
        "event_type": rng.choice(["click", "hover", "scroll", "selection"]),
        "category": category,
        "element_id": f"option-{value}",
        "value": value,
        "time_spent": rng.randrange(20_000),
        "device_type": "desktop",
        "viewport_width": 1440,
        "viewport_height": 900,
    }


def _choice(rng: random.Random) -> dict[str, object]:
    category, value = _option(rng)
    return {
        "category": category,
        "value": value,
        "previous_value": rng.choice(CATEGORIES[category]),
        "source": rng.choice(["user", "user", "user", "default"]),
        "price_cents": rng.randrange(155, 420) * 100_000,
        "price_before_cents": rng.randrange(155, 420) * 100_000,
        "price_list_version": "1",
    }


def _snapshot(rng: random.Random) -> dict[str, object]:
    chosen = {category: rng.choice(values) for category, values in CATEGORIES.items()}
    return {
        "configuration": msgspec.json.encode(chosen),
        "price_cents": rng.randrange(155, 420) * 100_000,
        "completion": rng.choice([25, 50, 75, 100]),
        "trigger_event": "auto_save",
        "price_list_version": "1",
    }


def _timing(rng: random.Random) -> dict[str, object]:
    return {
        "metric_name": rng.choice(["LCP", "INP", "CLS", "TTFB", "price_calc_time"]),
        "metric_value": round(rng.expovariate(1 / 80), 2),
        "unit": "ms",
    }


def _page_view(rng: random.Random) -> dict[str, object]:
    return {"url": rng.choice(["/", "/konfigurator", "/kontakt"]), "time_spent": 1000}


KINDS = {
    "interaction": (60, _interaction),
    "choice": (18, _choice),
    "timing": (10, _timing),
    "page_view": (7, _page_view),
    "snapshot": (5, _snapshot),
}


def envelopes(total: int, part: int, seed: int = 1) -> Iterator[wire.Envelope]:
    rng = random.Random(seed)
    now = int(clock.now().timestamp()) * 1_000_000
    for n in range(total // part):
        # They end one after another over half an hour, and arrive in that order.
        end = now - DAY // 48 * (total // part - n) // (total // part)
        session = wire.Context(
            session_id=rng.randbytes(16),
            visitor=rng.getrandbits(62),
            user_agent=AGENT,
            device_type="desktop",
            browser_name="Chrome",
            os_name="Linux",
            language="de-AT",
            referrer="https://www.example.com/suche",
            landing_page="/konfigurator",
            viewport_width=1440,
            viewport_height=900,
        )
        yield wire.Envelope(wire.VERSION, 1, end, 0, session, events(rng, part, end))


@contextlib.contextmanager
def servers() -> Iterator[tuple[str, str, list[psutil.Process]]]:
    folder = Path(tempfile.mkdtemp(prefix="tpb-"))
    postgres, store = embedded.postgres(folder), embedded.redis(folder)
    store.folder.mkdir(parents=True, exist_ok=True)
    embedded.init_postgres(postgres)
    started = [subprocess.Popen(s.command) for s in (postgres, store)]
    try:
        admin = postgres.url.replace("/trailpost?", "/postgres?")
        _wait(lambda: psycopg.connect(admin, autocommit=True)).execute("create database trailpost")
        _wait(lambda: redis.Redis.from_url(store.url).ping())
        migrate.up(postgres.url)
        yield postgres.url, store.url, [psutil.Process(p.pid) for p in started]
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(attempt: Callable[[], T]) -> T:
    for _ in range(200):
        try:
            return attempt()
        except (psycopg.OperationalError, redis.RedisError):
            time.sleep(0.05)
    return attempt()


def publish(redis_url: str, sent: list[wire.Envelope], parts_per_entry: int = 10) -> None:
    client = redis.Redis.from_url(redis_url)
    total = 0
    for start in range(0, len(sent), parts_per_entry):
        parts = [(len(e.events), wire.encode(e)) for e in sent[start : start + parts_per_entry]]
        count = sum(n for n, _ in parts)
        total += count
        fields = {"n": count, "c": total, "b": msgspec.msgpack.encode(parts)}
        client.xadd("trailpost:{0}:events", fields)
    client.set("trailpost:{0}:total", total)
    client.close()


def cpu(process: psutil.Process) -> float:
    """Seconds of CPU of a process and all it ever started."""
    times = process.cpu_times()
    total = times.user + times.system + times.children_user + times.children_system
    for child in process.children(recursive=True):
        own = child.cpu_times()
        total += own.user + own.system + own.children_user + own.children_system
    return total


async def drain(settings: Settings, hooks: tuple, redis_url: str) -> float:  # type: ignore[type-arg]
    client = redis.Redis.from_url(redis_url)
    stop = asyncio.Event()
    began = time.perf_counter()
    writing = asyncio.create_task(Writer(settings, on_write=hooks).run(stop))
    while client.xlen("trailpost:{0}:events"):
        await asyncio.sleep(0.05)
        if writing.done():
            writing.result()
    seconds = time.perf_counter() - began
    stop.set()
    await writing
    return seconds


def bare_copy(url: str, sent: list[wire.Envelope], batch: int) -> float:
    """The same rows straight into the table with its indexes, packed beforehand."""
    per_batch = max(1, batch // max(1, len(sent[0].events)))
    packed = []
    for start in range(0, len(sent), per_batch):
        origins = [
            rows.Origin(e.project_id, e.context.session_id, e.received_at, e.events)
            for e in sent[start : start + per_batch]
            if e.context
        ]
        packed.append(rows.data([rows.events(origins)]))
    statement = (Path(rows.__file__).parents[1] / "sql" / "copy_staged.sql").read_text()
    with psycopg.connect(url, autocommit=True, options="-c timezone=UTC") as conn:
        days = {e.day for one in sent for e in one.events}
        for day in days:
            conn.execute("select ensure_event_partition(date '1970-01-01' + %s)", [day])
        conn.execute("checkpoint")
        began = time.perf_counter()
        for data in packed:
            with conn.cursor().copy(
                statement.replace("copy staged", "copy events").encode()
            ) as out:
                out.write(data)
        seconds = time.perf_counter() - began
        for (name,) in conn.execute(
            "select inhrelid::regclass::text from pg_inherits where inhparent = 'events'::regclass"
        ).fetchall():
            conn.execute(f"truncate {name}")
        conn.execute("checkpoint")
    return seconds


def sizes(url: str, count: int) -> None:
    with psycopg.connect(url, autocommit=True) as conn:
        for name, size in conn.execute(
            """select case when c.relkind = 'i' then regexp_replace(c.relname, '[0-9]{8}', 'DAY')
                        else 'table (and toast)' end,
                   sum(case when c.relkind = 'i' then pg_relation_size(c.oid)
                       else pg_table_size(c.oid) end)::bigint
               from pg_class c
               where c.relname ~ '^events_([0-9]{8}|default)' and c.relkind in ('r', 'i')
               group by 1 order by 2 desc"""
        ):
            print(f"  {size / count:7.1f} bytes an event  {name}")
        (sessions,) = conn.execute("select pg_total_relation_size('user_sessions')").fetchone()  # type: ignore[misc]
        print(f"  {sessions / count:7.1f} bytes an event  user_sessions")


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--events", type=int, default=500_000)
    options.add_argument("--part", type=int, default=100)
    options.add_argument("--batch", type=int, default=10_000)
    options.add_argument("--no-rollups", action="store_true")
    given = options.parse_args()
    print(f"generating {given.events} events in requests of {given.part}")
    sent = list(envelopes(given.events, given.part))
    with servers() as (database_url, redis_url, (postgres, _)):
        copied = bare_copy(database_url, sent, given.batch)
        print(f"bare COPY   {given.events / copied:10,.0f} events/s")
        publish(redis_url, sent, max(1, 1000 // given.part))
        settings = Settings(database_url=database_url, redis_url=redis_url, write_batch=given.batch)
        hooks = () if given.no_rollups else _hooks()
        before = cpu(postgres), resource.getrusage(resource.RUSAGE_SELF)
        seconds = uvloop.run(drain(settings, hooks, redis_url))
        after = cpu(postgres), resource.getrusage(resource.RUSAGE_SELF)
        mine = sum(after[1][:2]) - sum(before[1][:2])
        print(f"drained     {given.events / seconds:10,.0f} events/s in {seconds:.2f} s")
        print(f"ratio       {copied / seconds:10.0%} of bare COPY")
        print(f"CPU writer  {mine / given.events * 1e6:10.2f} µs an event")
        print(f"CPU server  {(after[0] - before[0]) / given.events * 1e6:10.2f} µs an event")
        sizes(database_url, given.events)


def _hooks() -> tuple:  # type: ignore[type-arg]
    from trailpost import analytics

    return tuple(analytics.FEATURE.on_write)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONHASHSEED", "0")
    main()
