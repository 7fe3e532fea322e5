"""`trailpost export TABLE`: a whole table into a file or a pipe, with a bar that says how far."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from trailpost import analytics, db
from trailpost.analytics import ExportAsks, Output, Written
from trailpost.base.errors import BadRequest
from trailpost.base.settings import Settings
from trailpost.main.cli.servers import with_pool

_PIPE = "-"


def write_export(settings: Settings, asked: ExportAsks, output: str | None) -> None:
    target = output or analytics.export_file_name(asked)
    if target == _PIPE and asked.format == "parquet":
        raise click.UsageError("Parquet goes into a file: it cannot be read from a pipe.")
    with _bar(asked.table) as bar:

        async def write(pool: db.Pool) -> Written:
            async with _opened(target) as out:
                return await analytics.export(pool, asked, out, bar.told)

        written = with_pool(settings, write)
    if target != _PIPE:
        click.echo(f"{target}: {written.rows:,} rows, {written.bytes:,} bytes.")


def asked_of(
    table: str,
    form: str,
    first: date | None,
    last: date | None,
    tz: str | None,
    bots: bool,
    project: str,
) -> ExportAsks:
    """As the route takes it. Raises BadRequest."""
    given: dict[str, Any] = {
        "table": table,
        "format": form,
        "from": first,
        "to": last,
        "tz": tz,
        "bots": bots,
        "project": project,
    }
    try:
        return msgspec.convert(given, ExportAsks)
    except msgspec.ValidationError as e:
        raise BadRequest(str(e)) from e


@asynccontextmanager
async def _opened(target: str) -> AsyncIterator[Output]:
    if target == _PIPE:
        out = Output(sys.stdout.buffer)
        yield out
        out.flush()
        return
    async with analytics.whole_file(Path(target)) as out:
        yield out


class _Bar:
    def __init__(self, progress: Progress, title: str) -> None:
        self._progress = progress
        self._task = progress.add_task(title, total=None, rows="")

    async def told(self, rows: int, expected: int) -> None:
        self._progress.update(
            self._task, completed=rows, total=expected, rows=f"{rows:,} of {expected:,} rows"
        )


@contextmanager
def _bar(title: str) -> Iterator[_Bar]:
    """On standard error, and only where somebody can watch."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[rows]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        yield _Bar(progress, title)
