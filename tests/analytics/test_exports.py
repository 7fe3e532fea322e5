"""Whole tables as files: every row once, as it is stored, in every format, however many."""

import asyncio
import json
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.analytics import log
from tests.analytics.exporting import export, ids, pool_of, read, stored
from tests.analytics.log import at, choice, end, event, snapshot, uuid
from trailpost import analytics
from trailpost.analytics import EXPORTS, FORMATS, ExportAsks
from trailpost.analytics.exports import CannotWrite
from trailpost.analytics.rules.exports import columns
from trailpost.base.errors import BadRequest, NotFound

ODD = ("=1+1", '"', "a\r\nb", "ö\u2028,;", "'", "-", " ", "\\", "null", "🏠", "@x", "\t")


def a_log():
    """Every kind of event, with everything and with nothing, of people and of a bot."""
    t = at("2026-03-28 22:30")
    hour = timedelta(hours=1)
    made = [
        event("s", "a", t, "session_start", additional_data=b'{"n": 1.50, "deep": [null, {}]}'),
        event("p", "a", t, url="https://nest.example/?q=%20'\""),
        event("i", "a", t + hour, "interaction", event_type="click", element_id="x", value=""),
        choice("c0", "a", t + 2 * hour, "nest", "nest80", source="default"),
        choice("c1", "a", t + 3 * hour, "nest", "nest120", previous_value="nest80", price=155500.1),
        choice("c2", "a", t + 4 * hour, "nest", None, price_before_cents=1),
        snapshot("n1", "a", t + 5 * hour, {"nest": "nest120", "ö": [1, None]}, price=99999999.99),
        snapshot("n2", "a", t + 6 * hour, {}, status="in_cart", completion=50),
        event("t", "a", t + 7 * hour, "timing", metric_name="LCP", metric_value=1.25, unit="ms"),
        end("e", "a", t + 8 * hour, "converted"),
        event("b", "bot", t + hour, bot=True, visitor=-5),
        choice("bc", "bot", t + hour, "nest", "nest80", bot=True, visitor=-5),
        event("lost", None, t + hour, "timing", metric_name="api", metric_value=3.0),
    ]
    return made + [choice(f"o{n}", "o", t, v, v) for n, v in enumerate(ODD)]


@pytest.fixture
def url(database_url, db):
    log.project(db, "Europe/Vienna")
    return database_url


@pytest.fixture
def made(url, run):
    run(log.store(url, a_log()))
    return url


def as_cells(row):
    """What is left of a row in CSV."""
    return {name: None if value == "" else value for name, value in row.items()}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("table", EXPORTS)
def test_every_row_is_exported_as_it_is_stored(made, run, tmp_path, table, form):
    content, written = run(export(made, tmp_path / "x", table, form, bots=True))
    found, wanted = read(table, form, content), stored(made, table)
    if table == "sessions":
        wanted = [row | {"choices": set(row["choices"])} for row in wanted]
        found = [row | {"choices": set(row["choices"])} for row in found]
    assert found == ([as_cells(row) for row in wanted] if form == "csv" else wanted)
    assert (written.rows, written.bytes) == (len(wanted), len(content))
    assert len(wanted) >= 2


def test_a_sessions_choices_are_told_in_words(made, run, tmp_path):
    content, _ = run(export(made, tmp_path / "x", "sessions"))
    (choices,) = (
        row["choices"] for row in map(json.loads, content.splitlines()) if "nest" in row["choices"]
    )
    assert choices["nest"] == {
        "value": None,
        "firstAt": "2026-03-29T03:30:00+02:00",
        "lastAt": "2026-03-29T04:30:00+02:00",
        "count": 2,
        "price": None,
        "seen": ["nest120"],
    }


@pytest.mark.parametrize("table", EXPORTS)
def test_bots_are_left_out_unless_asked_for(made, run, tmp_path, table):
    found = run(export(made, tmp_path / "x", table))[0]
    wanted = stored(made, table, bots=False)
    assert len(found.splitlines()) == len(wanted) < max(len(stored(made, table)), len(wanted) + 1)
    assert not any(json.loads(line)["isBot"] for line in found.splitlines())


def test_another_projects_rows_stay_its_own(made, db, run, tmp_path):
    other = log.project(db, slug="other")
    run(log.store(made, [event(99, "z", at("2026-03-28 12:00"), project=other)]))
    assert run(ids(made, tmp_path / "x", "events", project="other")) == [uuid(99)]
    assert uuid(99) not in run(ids(made, tmp_path / "x", "events"))


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("table", EXPORTS)
def test_an_empty_range_is_a_file_without_rows(made, run, tmp_path, table, form):
    asked = {"from": "2020-01-01", "to": "2020-12-31"}
    content, written = run(export(made, tmp_path / "x", table, form, **asked))
    assert read(table, form, content) == []
    assert (written.rows, written.bytes) == (0, len(content))


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        ("2026-03-28", "2026-03-27 23:00", "2026-03-28 22:59:59"),
        ("2026-03-29", "2026-03-28 23:00", "2026-03-29 21:59:59"),  # 23 hours
        ("2026-10-25", "2026-10-24 22:00", "2026-10-25 22:59:59"),  # 25 hours
    ],
)
@pytest.mark.parametrize("table", ["sessions", "events"])
def test_days_are_local_days_of_23_24_and_25_hours(url, run, tmp_path, table, day, first, last):
    second = timedelta(seconds=1)
    times = [at(first) - second, at(first), at(last), at(last) + second]
    run(log.store(url, [event(n, f"s{n}", t) for n, t in enumerate(times)]))
    inside = [uuid(name) for name in (("s1", "s2") if table == "sessions" else (1, 2))]
    path = tmp_path / "x"
    assert run(ids(url, path, table, **{"from": day, "to": day})) == inside
    everything = run(ids(url, path, table))
    assert run(ids(url, path, table, **{"from": day})) == everything[1:]
    assert run(ids(url, path, table, **{"to": day})) == everything[:3]
    assert run(ids(url, path, table, **{"from": day, "to": day, "tz": "UTC"})) != inside


def test_rows_come_by_day_and_time_whatever_the_order_of_arrival(url, run, tmp_path):
    times = [at("2026-03-10 12:00") + timedelta(hours=7 * n) for n in range(20)]
    lots = [[event(n, f"s{n}", times[n])] for n in reversed(range(20))]
    run(log.store(url, *lots[::2], *lots[1::2]))
    assert run(ids(url, tmp_path / "x", "events")) == [uuid(n) for n in range(20)]
    assert run(ids(url, tmp_path / "x", "sessions")) == [uuid(f"s{n}") for n in range(20)]


def test_an_unbelievable_clock_counts_as_the_time_of_receipt(url, db, run, tmp_path):
    received = at("2026-03-10 12:00")
    db.execute("select ensure_event_partition('2026-03-10')")
    run(log.store(url, [
        event(1, "a", at("2031-01-01 00:00"), received=received, clock="future"),
        event(2, "a", at("1999-01-01 00:00"), received=received, clock="ancient"),
        event(3, "a", received),
    ]))  # fmt: skip
    asked = {"from": "2026-03-10", "to": "2026-03-10"}
    # Days without a partition of their own come first.
    assert run(ids(url, tmp_path / "x", "events", **asked)) == [uuid(2), uuid(1), uuid(3)]
    assert run(ids(url, tmp_path / "x", "events", to="2026-03-09")) == []


def test_text_that_a_spreadsheet_would_run_begins_with_an_apostrophe(made, run, tmp_path):
    content, _ = run(export(made, tmp_path / "x", "choices", "csv"))
    assert b",'=1+1," in content
    assert b",=1+1" not in content
    assert b'"a\r\nb"' in content
    assert content.endswith(b"\r\n")


def test_times_are_written_in_the_asked_zone(made, run, tmp_path):
    def first(**asked):
        content, _ = run(export(made, tmp_path / "x", "events", **asked))
        return json.loads(content.splitlines()[0])["occurredAt"]

    assert first() == "2026-03-28T23:30:00+01:00"
    assert first(tz="UTC") == "2026-03-28T22:30:00Z"
    assert first(tz="Asia/Kolkata") == "2026-03-29T04:00:00+05:30"


def test_parquet_has_typed_columns_that_say_what_they_are(made, run, tmp_path):
    run(export(made, tmp_path / "x", "events", "parquet"))
    found = pq.read_schema(tmp_path / "x")
    types = {name: found.field(name).type for name in found.names}
    assert types["occurred_at"] == pa.timestamp("us", tz="UTC")
    assert types["price"] == pa.decimal128(14, 2)
    assert types["day"] == pa.date32()
    assert types["is_bot"] == pa.bool_()
    assert types["metric_value"] == pa.float64()
    assert types["status"] == pa.int64()
    assert not found.field("event_id").nullable
    assert found.field("price").metadata[b"description"] == b"Total price after it."
    group = pq.ParquetFile(tmp_path / "x").metadata.row_group(0)
    assert {group.column(n).compression for n in range(group.num_columns)} == {"ZSTD"}


def test_all_rows_are_of_one_moment(made, run, tmp_path, db):
    """What is written while an export runs is in the next one."""
    wanted = [uuid(e.id) for e in a_log() if not e.bot]

    async def meanwhile(rows, expected):
        if rows == 0:
            await log.store(made, [event("late", "late", at("2026-03-28 01:00"))])

    content, _ = run(export(made, tmp_path / "x", "events", told=meanwhile))
    assert b'"%b"' % str(uuid("late")).encode() not in content
    assert len(content.splitlines()) == len(wanted)
    assert uuid("late") in run(ids(made, tmp_path / "x", "events"))


def test_no_day_stays_locked_once_it_is_written(url, db, run, tmp_path):
    """Whoever drops or makes a partition waits for one day, not for the whole export."""
    days = [at("2026-03-10 12:00") + timedelta(days=n) for n in range(3)]
    for day in days:
        db.execute("select ensure_event_partition(%s)", [day.date()])
    run(log.store(url, [event(n, "s", day) for n, day in enumerate(days)]))
    locked = []

    async def look(rows, expected):
        with psycopg.connect(url) as conn:
            query = """select distinct c.relname
                       from pg_locks l join pg_class c on c.oid = l.relation
                       join pg_database d on d.oid = l.database
                       where d.datname = current_database() and c.relname ~ '^events_[0-9]{8}$'"""
            locked.append([name for (name,) in conn.execute(query)])

    run(export(url, tmp_path / "x", "events", told=look))
    assert locked == [[], *([f"events_202603{d}"] for d in (10, 11, 12))]


def test_progress_is_told_in_rows_of_those_expected(url, run, tmp_path):
    start = at("2026-03-10 00:00")
    run(log.store(url, [event(n, "s", start + timedelta(seconds=n)) for n in range(2500)]))
    told = []

    async def tell(*so_far):
        told.append(so_far)

    run(export(url, tmp_path / "x", "events", told=tell))
    assert told == [(0, 2500), (1000, 2500), (2000, 2500), (2500, 2500)]


def test_a_wrong_order_is_refused_by_name(url, run, tmp_path):
    def refused(error, **asked):
        with pytest.raises(error) as told:
            run(export(url, tmp_path / "x", "events", **asked))
        return told.value.field

    assert refused(NotFound, project="nothing") == "project"
    assert refused(BadRequest, tz="Mars/Olympus") == "tz"
    assert refused(BadRequest, **{"from": "2026-02-01", "to": "2026-01-31"}) == "to"
    assert refused(BadRequest, **{"from": "0001-01-01"}) == "from"
    assert refused(BadRequest, to="9999-12-31") == "to"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", FORMATS)
def test_a_failure_leaves_no_file_and_keeps_the_older_one(made, run, tmp_path, form):
    (tmp_path / "x").write_text("older")

    async def break_off(rows, expected):
        if rows:
            raise RuntimeError("no more")

    with pytest.raises(RuntimeError):
        run(export(made, tmp_path / "x", "events", form, told=break_off))
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("x", "older")]


@pytest.mark.parametrize("form", FORMATS)
def test_a_cancelled_export_leaves_no_file_and_no_query(made, db, run, tmp_path, form):
    async def cancelled():
        reached = asyncio.Event()

        async def wait(rows, expected):
            if rows:
                reached.set()
                await asyncio.sleep(60)

        task = asyncio.create_task(export(made, tmp_path / "x", "events", form, told=wait))
        await reached.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(cancelled())
    assert list(tmp_path.iterdir()) == []
    others = """select from pg_stat_activity
                where datname = current_database() and pid <> pg_backend_pid()"""
    while db.execute(others).fetchone() is not None:  # they end, or the test's time runs out
        time.sleep(0.01)


def test_a_folder_that_cannot_be_written_is_named(made, run, tmp_path):
    with pytest.raises(CannotWrite, match="gone.x: no such file"):
        run(export(made, tmp_path / "gone" / "x", "events"))


@pytest.mark.parametrize("form", FORMATS)
def test_a_full_disk_is_told_as_one(made, run, tmp_path, form):
    async def write(rows, expected):
        pass

    async def full():
        asked = ExportAsks(table="events", format=form)
        async with pool_of(made) as pool:
            with open("/dev/full", "wb", buffering=0) as disk:
                await analytics.export(pool, asked, analytics.Output(disk), write)

    with pytest.raises(OSError, match="No space left") as told:
        run(full())
    from trailpost.analytics.exports.output import cannot_write

    assert "disk of" in str(cannot_write(tmp_path / "x", told.value))


_BIG = """
import asyncio, resource, sys
from pathlib import Path
from tests.analytics.exporting import write

def most():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

url, path, form = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
asyncio.run(write(url, path, "events", form, to="2026-03-01"))
before = most()
written = asyncio.run(write(url, path, "events", form))
print(written.rows, written.bytes, most() - before)
"""


def test_memory_does_not_grow_with_the_table(url, db, tmp_path):
    """200,000 events of one day, 180 MB of JSON: a fraction is in memory at any time."""
    db.execute("select ensure_event_partition('2026-03-10')")
    db.execute(
        """insert into events (event_id, session_id, occurred_at, received_at, project_id, day,
               kind, url, additional_data)
           select gen_random_uuid(), '00000000-0000-0000-0000-000000000000', t, t, 1, '2026-03-10',
               'page_view', 'https://nest.example/' || md5(n::text),
               jsonb_build_object('a', md5(n::text || 'a') || md5(n::text || 'b'),
                   'c', md5(n::text || 'c') || md5(n::text || 'd'))
           from generate_series(1, 200000) n,
               lateral (select timestamptz '2026-03-10 00:00+00' + n * interval '0.4 s') as at(t)"""
    )
    for form, least in (("csv", 70e6), ("jsonl", 170e6), ("parquet", 20e6)):
        words = [sys.executable, "-c", _BIG, url, str(tmp_path / "x"), form]
        done = subprocess.run(words, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        rows, size, kilobytes = map(int, done.stdout.split())
        assert rows == 200_000
        assert size > least
        assert kilobytes < {"parquet": 60_000}.get(form, 20_000), form


def test_the_page_holds_every_table_and_every_column_word_for_word():
    page = (Path(__file__).parents[2] / "docs" / "exports.md").read_text(encoding="utf-8")
    wanted = []
    for table in EXPORTS.values():
        wanted += [f"## {table.title} (`{table.name}`)", table.definition]
        said = analytics.definitions(table.row)
        wanted += [
            f"| `{c.name}` | `{c.wire}` | {d.title} | {d.unit or ''} | {d.definition} |"
            for c, d in zip(columns(table.row), said.values(), strict=True)
        ]
    lines = page.splitlines()
    assert [line for line in wanted if line not in lines] == []
    assert len([line for line in lines if line.startswith("| `") and line.count("|") == 6]) == sum(
        len(columns(table.row)) for table in EXPORTS.values()
    )
