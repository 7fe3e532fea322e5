"""`trailpost report NAME`: the same answer as the route's, for a terminal or a pipe."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from datetime import datetime, timedelta
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from trailpost import analytics, db
from trailpost.analytics import Part, ReportAnswer
from trailpost.base.settings import Settings
from trailpost.main.cli.servers import with_pool

_NO_DATA = "no data"
_SUFFIX = {"percent": " %", "eur": " EUR", "seconds": " s", "ms": " ms", "per_second": " /s"}


def print_report(
    settings: Settings, name: str, asked: Mapping[str, str], form: str, part: str | None = None
) -> None:
    async def ask(pool: db.Pool) -> ReportAnswer:
        idle = timedelta(minutes=settings.session_idle_minutes)
        async with analytics.moment(pool) as conn:
            return await analytics.run_report(conn, name, asked, idle=idle)

    if part and form != "csv":
        raise click.UsageError("--part needs --format csv")
    report = analytics.REPORTS.get(name)
    shown = report.part(part) if report is not None else None
    if form == "csv" and report is not None and shown is report and report.cursor:
        return with_pool(settings, lambda pool: _write_every_row(settings, pool, name, asked))
    answer = with_pool(settings, ask)
    if form == "json":
        sys.stdout.write(analytics.as_json(answer).decode() + "\n")
    elif form == "csv":
        sys.stdout.write(analytics.as_csv(answer, shown or answer.report).decode())
    else:
        _print_tables(answer)


async def _write_every_row(
    settings: Settings, pool: db.Pool, name: str, asked: Mapping[str, str]
) -> None:
    """However many there are, a lot at a time."""
    idle = timedelta(minutes=settings.session_idle_minutes)
    async with db.transaction(pool) as conn:
        head, lots = await analytics.every_row(conn, name, asked, idle=idle)
        sys.stdout.write(analytics.csv_head(head.report).decode())
        async with aclosing(lots):
            async for rows in lots:
                sys.stdout.write(analytics.csv_lines(head.report, rows, head.zone).decode())


def _print_tables(answer: ReportAnswer) -> None:
    console = Console()
    report = answer.report
    console.print(f"[bold]{report.title}[/] of {answer.project.slug}, {answer.zone}")
    console.print(report.definition, style="dim", highlight=False)
    if report.chart == "figures":
        console.print(_figures(report, answer.rows[0]))
    else:
        console.print(_rows(report, answer.rows))
    for part in report.parts:
        console.print(f"\n[bold]{part.title}[/]")
        console.print(_rows(part, answer.parts[part.name]))


def _figures(report: Part, row: Any) -> Table:
    """One figure a line, with what it says."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for field, said in zip(_names(report), analytics.definitions(report.row).values(), strict=True):
        value = _cell(getattr(row, field), _unit(row, said.unit))
        table.add_row(said.title, value, f"[dim]{said.definition}[/]")
    return table


def _rows(part: Part, rows: list[Any]) -> Table | str:
    if not rows:
        return _NO_DATA
    table = Table(box=None, header_style="dim", padding=(0, 2, 0, 0))
    said = list(analytics.definitions(part.row).values())
    for column in said:
        table.add_column(column.title)
    for row in rows:
        cells = zip(_names(part), said, strict=True)
        table.add_row(*(_cell(getattr(row, name), _unit(row, d.unit)) for name, d in cells))
    return table


def _names(part: Part) -> tuple[str, ...]:
    return part.row.__struct_fields__


def _unit(row: Any, unit: str | None) -> str | None:
    """`own`: the row says it."""
    return row.unit if unit == "own" else unit


def _cell(value: object, unit: str | None) -> str:
    if value is None:
        return _NO_DATA
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, bool | str):
        return str(value)
    if isinstance(value, int | float):
        shown = f"{value:,.2f}" if isinstance(value, float) else f"{value:,}"
        return f"{shown}{_SUFFIX.get(unit or '', '')}"
    return str(value)


def parameters(
    span: str | None, tz: str | None, session: str | None, bots: bool, project: str
) -> dict[str, str]:
    """As the report's route takes them; those that were not given are left out."""
    asked = {"project": project, "tz": tz or "", "session": session or ""}
    if bots:
        asked["bots"] = "true"
    if span and ".." in span:
        asked["range"], asked["from"], asked["to"] = "custom", *span.split("..", 1)
    elif span:
        asked["range"] = span
    if "" in (asked.get("from"), asked.get("to")):
        raise click.BadParameter("give both days: FROM..TO", param_hint="--range")
    return {k: v for k, v in asked.items() if v}


def more_parameters(given: Sequence[str]) -> dict[str, str]:
    """Of NAME=VALUE each."""
    asked = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        if not name or not equals:
            raise click.BadParameter(f"{pair!r} is not NAME=VALUE", param_hint="--where")
        asked[name] = value
    return asked
