"""docs/reports.md says what the reports are: every one, every field, word for word."""

import inspect
import pkgutil
from pathlib import Path

import msgspec
import pytest

from trailpost.analytics import REPORTS, definitions, reports
from trailpost.analytics.http import admin, shapes
from trailpost.base.settings import Settings

DOCS = Path(__file__).parents[2] / "docs"


def lines_of(report):
    """What the page must hold on one report."""
    yield f"## {report.title} (`{report.name}`)"
    yield report.definition
    asked = (f"`{f.encode_name}`" for f in msgspec.structs.fields(report.asks))
    yield f"Parameters: {', '.join(asked)}."
    yield from table(report)
    for part in report.parts:
        yield f"### {part.title} (`{part.name}`)"
        yield part.definition
        yield from table(part)


def table(part):
    """The figures of the period before are described once, not one by one."""
    for name, said in definitions(part.row).items():
        if not name.startswith("previous") or name == "previousValue":
            yield f"| `{name}` | {said.title} | {said.unit or ''} | {said.definition} |"


@pytest.mark.parametrize("name", REPORTS)
def test_the_page_holds_every_report_and_every_definition(name):
    page = (DOCS / "reports.md").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines_of(REPORTS[name]) if line not in page] == []


def test_the_page_holds_no_report_that_is_gone():
    page = (DOCS / "reports.md").read_text(encoding="utf-8").splitlines()
    titles = [line for line in page if line.startswith("## ") and line.endswith("`)")]
    assert titles == [f"## {r.title} (`{r.name}`)" for r in REPORTS.values()]


@pytest.mark.parametrize("report", REPORTS.values(), ids=lambda r: r.name)
def test_each_figure_of_the_period_before_belongs_to_a_figure(report):
    names = {f.name for f in msgspec.structs.fields(report.row)}
    before = {n.removeprefix("previous_") for n in names if n.startswith("previous_")}
    assert before - {"value"} <= names


def test_no_report_is_forgotten():
    modules = {m.name for m in pkgutil.iter_modules(reports.__path__)}
    assert modules == set(REPORTS) == {r.name for r in REPORTS.values()}


def earlier_routes():
    page = (DOCS / "reports.md").read_text(encoding="utf-8")
    return page.partition("## Routes of earlier dashboards")[2]


PARAMETERS = {
    "session_id": "sessionId", "metric": "metric", "limit": "limit", "time_range": "timeRange",
}  # fmt: skip


@pytest.mark.parametrize("route", admin.routes(Settings()), ids=lambda r: r.fn.__name__)
def test_the_page_holds_every_route_of_earlier_dashboards_and_what_it_takes(route):
    (path,) = route.paths
    (line,) = [one for one in earlier_routes().splitlines() if f"| `GET {path}` |" in one]
    takes = line.split("|")[2]
    given = inspect.signature(route.fn).parameters
    assert [n for n, wire in PARAMETERS.items() if f"`{wire}`" in takes] == [
        n for n in PARAMETERS if n in given
    ]
    if "time_range" in given:
        assert f"`timeRange` (`{given['time_range'].default}`)" in takes


@pytest.mark.parametrize(
    "shape",
    [shapes.Summary, shapes.Day, shapes.OverviewData, shapes.JourneyEvent, shapes.JourneyData,
     shapes.PopularConfiguration, shapes.PopularData, shapes.FunnelStep, shapes.FunnelData,
     shapes.RealTimeData, shapes.PerformancePoint, shapes.ServerPerformance,
     shapes.PerformanceData],
)  # fmt: skip
def test_the_page_holds_every_field_that_earlier_dashboards_read(shape):
    section = earlier_routes()
    named = [field.encode_name for field in msgspec.structs.fields(shape)]
    assert [name for name in named if f"`{name}`" not in section] == []
