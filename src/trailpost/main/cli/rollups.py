"""`rollups rebuild` and `verify`, with a bar that says how far they are."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import click
from rich.console import Console
from rich.progress import Progress

from trailpost import analytics
from trailpost.base import clock
from trailpost.base.settings import Settings
from trailpost.main.cli.servers import with_pool

_MOST_SHOWN = 20


def rebuild(settings: Settings, first: date | None, last: date | None) -> None:
    with _bar("rebuild") as progress:
        rows = with_pool(
            settings,
            lambda pool: analytics.rebuild(pool, first, last, progress, since=_kept(settings)),
        )
    click.echo(f"Rebuilt: {rows:,} rows.")


def verify(settings: Settings, first: date | None, last: date | None) -> None:
    with _bar("verify") as progress:
        found = with_pool(
            settings,
            lambda pool: analytics.verify(pool, first, last, progress, since=_kept(settings)),
        )
    for d in found[:_MOST_SHOWN]:
        click.echo(f"{d.table} {d.key} {d.column}: {d.stored} is stored, {d.recomputed} is right")
    if found:
        click.echo(f"{len(found):,} values differ; `trailpost rollups rebuild` mends them.")
        sys.exit(1)
    click.echo("Every value equals the one recomputed from the raw events.")


def _kept(settings: Settings) -> date | None:
    """The first day whose raw events retention keeps; older rollups are all there is."""
    if not settings.retention_days:
        return None
    return clock.now().date() - timedelta(days=settings.retention_days)


@contextmanager
def _bar(title: str) -> Iterator[Callable[[int, int, str], None]]:
    """On standard error, and only where somebody can watch."""
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task(title)

        def show(done: int, steps: int, what: str) -> None:
            bar.update(task, completed=done, total=steps, description=f"{title} {what}")

        yield show
