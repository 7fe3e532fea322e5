"""Statements that answer several parts of a report at once."""

import msgspec
import pytest

from trailpost.analytics.reports import REPORTS
from trailpost.analytics.rules.reports import Part
from trailpost.db import Query

PARTS = [(report, part) for report in REPORTS.values() for part in (report, *report.parts)]
TOGETHER = [(report, part) for report, part in PARTS if part.sql.row is not part.row]


class Row(msgspec.Struct):
    name: str
    sessions: int


class Told(msgspec.Struct):
    part: str
    name: str | None
    sessions: int
    starts_at: int | None = None


def part_named(name):
    sql = Query("trailpost/parts", "", Told)
    return Part(name=name, title="", definition="", row=Row, sql=sql)


def test_a_part_takes_its_own_rows_in_their_order():
    rows = [Told("a", "x", 2), Told("b", "y", 9), Told("a", "w", 1)]
    assert part_named("a").mine(rows) == [Row("x", 2), Row("w", 1)]
    assert part_named("c").mine(rows) == []


def test_some_parts_are_answered_together():
    assert {report.name for report, _ in TOGETHER} >= {"devices", "sources", "funnel", "journeys"}


@pytest.mark.parametrize(
    ("report", "part"), TOGETHER, ids=[f"{r.name}-{p.name}" for r, p in TOGETHER]
)
def test_a_common_statement_names_the_part_and_has_all_its_fields(report, part):
    fields = part.sql.row.__struct_fields__
    assert {"part", *part.row.__struct_fields__} <= set(fields)
    assert f"'{part.name}'" in part.sql.text
    # The report's own rows come with them: nothing is asked twice.
    assert part.sql is report.sql
    assert part.filtered is None
