"""Exports made and read back: every format becomes the same Python values."""

import csv
import io
import json
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import msgspec
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
from psycopg.rows import dict_row

from trailpost import analytics
from trailpost import db as database
from trailpost.analytics import EXPORTS, ExportAsks
from trailpost.analytics.rules.exports import columns

ZERO = UUID(int=0)
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@asynccontextmanager
async def pool_of(url):
    async with database.open_pool(url, size=2) as pool:
        yield pool


async def write(url, path, table, form="jsonl", told=None, **asked):
    async def silent(rows, expected):
        pass

    wanted = msgspec.convert({"table": table, "format": form, **asked}, ExportAsks)
    async with pool_of(url) as pool, analytics.whole_file(path) as out:
        return await analytics.export(pool, wanted, out, told or silent)


async def export(url, path, table, form="jsonl", told=None, **asked):
    """What was written, and what it says of itself."""
    written = await write(url, path, table, form, told, **asked)
    return path.read_bytes(), written


async def ids(url, path, table, **asked):
    content, _ = await export(url, path, table, **asked)
    key = "sessionId" if table == "sessions" else "eventId"
    return [UUID(json.loads(line)[key]) for line in content.splitlines()]


def read(table, form, content):
    """Rows by column name. CSV cannot tell nothing from the empty text: both are None."""
    known = columns(EXPORTS[table].row)
    if form == "parquet":
        found = pq.read_table(pa.BufferReader(content)).to_pylist()
        return [{c.name: _typed(c, row[c.name]) for c in known} for row in found]
    if form == "jsonl":
        found = [json.loads(line, parse_float=Decimal) for line in content.splitlines()]
        return [{c.name: _typed(c, row.pop(c.wire)) for c in known} for row in found]
    header, *found = csv.reader(io.StringIO(content.decode(), newline=""))
    assert header == [c.wire for c in known]
    return [{c.name: _cell(c, v) for c, v in zip(known, row, strict=True)} for row in found]


def _cell(column, text):
    if text == "":
        return None
    if column.type is bool:
        return {"true": True, "false": False}[text]
    if column.type in (int, float):
        return column.type(text)
    if column.type is str:
        return text[1:] if text[0] == "'" and text[1:].startswith(FORMULA) else text
    return _typed(column, json.loads(text) if column.type is list else text)


def _typed(column, value):
    """Text that stands for something else, as that."""
    if value is None:
        return None
    if column.type is msgspec.Raw and isinstance(value, str):
        return json.loads(value)
    if column.type is msgspec.Raw:
        return json.loads(json.dumps(value, default=float))
    if column.type is datetime:
        at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        return at.astimezone(UTC)
    if column.type is date and isinstance(value, str):
        return date.fromisoformat(value)
    if column.type is UUID:
        return UUID(value)
    return Decimal(str(value)) if column.type is Decimal else value


def stored(url, table, *, bots=True):
    """The same rows from the tables and views themselves, put together in Python."""
    with psycopg.connect(url, row_factory=dict_row, options="-c timezone=UTC") as conn:
        sessions = conn.execute("select * from user_sessions where project_id = 1").fetchall()
        if table == "sessions":
            ordered = sorted(sessions, key=lambda s: (s["start_time"], s["session_id"]))
            found = [_session(s) for s in ordered]
        else:
            is_bot = {s["session_id"]: s["is_bot"] for s in sessions}
            rows = conn.execute("select * from events where project_id = 1").fetchall()
            found = list(_events(rows, table, is_bot))
    return [row for row in found if bots or not row["is_bot"]]


def _events(rows, table, is_bot):
    kind = {"events": None, "choices": "choice", "snapshots": "snapshot"}[table]
    renamed = {
        "choices": {"previous_value": "from_value", "value": "to_value", "price": "price_after"},
        "snapshots": {"price": "total_price"},
    }.get(table, {})
    names = [c.name for c in columns(EXPORTS[table].row)]
    for row in sorted(rows, key=lambda e: (e["day"], e["occurred_at"], e["event_id"])):
        if kind in (None, row["kind"]):
            hashed = row["configuration_hash"]
            row["configuration_hash"] = hashed.hex() if hashed is not None else None
            row["is_bot"] = is_bot.get(row["session_id"], False)
            row["session_id"] = None if row["session_id"] == ZERO else row["session_id"]
            known = {renamed.get(name, name): value for name, value in row.items()}
            yield {name: known[name] for name in names}


def _session(row):
    reached = {
        name: datetime.fromtimestamp(us / 1_000_000, UTC) for name, us in row["reached"].items()
    }
    row["converted_at"] = reached.get("converted")
    row["completed_at"] = min(
        filter(None, (reached.get("completed"), row["converted_at"])), default=None
    )
    row["in_cart_at"] = min(
        filter(None, (reached.get("in_cart"), row["completed_at"])), default=None
    )
    row["visitor"] = f"{row['visitor'] % 2**64:x}"
    hashed = row["configuration_hash"]
    row["configuration_hash"] = hashed.hex() if hashed is not None else None
    names = [c.name for c in columns(EXPORTS["sessions"].row)]
    return {name: row[name] for name in names}
