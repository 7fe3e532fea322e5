"""docs/reports.md says what the reports are: every one, every field, word for word."""

import pkgutil
from pathlib import Path

import msgspec
import pytest

from trailpost.analytics import REPORTS, definitions, reports

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
