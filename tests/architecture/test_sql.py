"""Every statement is checked against the real schema, without running it."""

import re
import types
import typing
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import msgspec
import psycopg
import pytest

import trailpost
from tests.conftest import one_database
from trailpost import tracking
from trailpost.db import all_queries
from trailpost.main import store  # noqa: F401 - loads its statements
from trailpost.main.features import features

ROOT = Path(trailpost.__file__).parent
FEATURES = features()
PG_TYPES = {
    int: {20, 21, 23},
    float: {700, 701},
    str: {19, 25, 1043},
    date: {1082},
    datetime: {1184},
    UUID: {2950},
    bool: {16},
    bytes: {17},
    Decimal: {1700},
    dict: {114, 3802},
    msgspec.Raw: {114, 3802},
    list: {1000, 1005, 1007, 1009, 1015, 1016, 1022, 1185, 2951, 3807, 114, 3802},
}
WRITES = re.compile(
    r"(?im)\b(?:insert\s+into|(?<!for )update(?!\s+(?:set|skip|of))|delete\s+from|truncate|copy)"
    r"\s+(\w+)"
)
TEMPORARY = {
    "staged",
    "stored_counts",
    "stored_timings",
    "sessions_before",
    "sessions_after",
    "touched_sessions",
}


def python_type(annotation):
    """The plain type behind Annotated, Optional, Literal and generics."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return python_type(typing.get_args(annotation)[0])
    if origin in (typing.Union, types.UnionType):
        return python_type(next(a for a in typing.get_args(annotation) if a is not type(None)))
    if origin is typing.Literal:
        return type(typing.get_args(annotation)[0])
    return origin or annotation


def described(conn, query):
    """Ask PostgreSQL to plan nothing, only to name the columns."""
    text = query.text
    for n, name in enumerate(query.params, 1):
        text = text.replace(f"%({name})s", f"${n}")
    text = text.replace("%%", "%")
    prepared = conn.pgconn.prepare(b"", text.encode())
    assert prepared.status == 1, prepared.error_message.decode()
    result = conn.pgconn.describe_prepared(b"")
    return {result.fname(i).decode(): result.ftype(i) for i in range(result.nfields)}


@pytest.fixture(scope="module")
def batch_db(postgres_server):
    """A connection that has the writer's temporary tables too. Nothing is stored in it."""
    with (
        one_database(postgres_server, "template_trailpost") as url,
        psycopg.connect(url, autocommit=True) as conn,
    ):
        for text in tracking.BATCH_TABLES:
            conn.execute(text)
        yield conn


@pytest.mark.parametrize("query", all_queries(), ids=lambda q: q.name)
def test_percent_signs_are_those_of_parameters_or_doubled(query):
    if query.params:
        assert re.findall(r"%(?![(%])", query.text.replace("%%", "")) == []


@pytest.mark.parametrize("query", all_queries(), ids=lambda q: q.name)
def test_the_schema_accepts_the_statement_and_the_row_matches(batch_db, query):
    assert isinstance(batch_db, psycopg.Connection)
    columns = described(batch_db, query)
    if query.row is None:
        return
    fields = {f.name: python_type(f.type) for f in msgspec.structs.fields(query.row)}
    assert list(columns) == list(fields)
    for name, wanted in fields.items():
        assert columns[name] in PG_TYPES[wanted], f"{name}: {wanted} is not type {columns[name]}"


def test_every_sql_file_is_loaded():
    on_disk = {
        f"trailpost.{'.'.join(p.relative_to(ROOT).parent.parts)}/{p.stem}"
        for p in ROOT.rglob("*.sql")
        if "migrations" not in p.parts
    }
    assert on_disk == {q.name for q in all_queries()}


@pytest.mark.parametrize("query", all_queries(), ids=lambda q: q.name)
def test_a_feature_writes_only_its_own_tables(query):
    owner = query.name.split(".")[1].split("/")[0]
    owned = {f.name: f.tables for f in FEATURES}.get(owner, frozenset())
    code = re.sub(r"--.*", "", query.text)
    assert set(WRITES.findall(code)) <= owned | TEMPORARY


def test_every_table_has_one_owner(db):
    tables = {
        name
        for (name,) in db.execute(
            """select relname from pg_class where relnamespace = 'public'::regnamespace
               and relkind in ('r', 'p') and not relispartition and relname <> 'schema_version'
               and relname not like 'procrastinate\\_%'"""
        )
    }
    owned = [t for f in FEATURES for t in f.tables]
    assert sorted(owned) == sorted(tables)


def test_an_advisory_lock_belongs_to_one_package():
    """Two that share a number would wait for each other for no reason, or for ever."""
    owners = {}
    for path in [*ROOT.rglob("*.sql"), *ROOT.rglob("*.py")]:
        for number in re.findall(r"\b73021\d\d\b", path.read_text().replace("7_302_", "7302")):
            owners.setdefault(number, set()).add(path.relative_to(ROOT).parts[0])
    assert len(owners) >= 5
    assert {n: found for n, found in owners.items() if len(found) > 1} == {}
