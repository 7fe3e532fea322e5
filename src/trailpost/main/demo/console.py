"""`trailpost demo`: find the running server, show progress, say what to open next."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from trailpost.base import clock
from trailpost.base.errors import StartupError
from trailpost.base.settings import Settings
from trailpost.main import demo, running
from trailpost.main.demo.days import expected
from trailpost.main.demo.send import Summary


def show(
    settings: Settings, *, url: str | None, key: str | None, days: int, sessions: int, seed: int
) -> Summary:
    """Send to the server of the data folder, or to `url` with `key`."""
    base, key = _where(settings, url, key)
    until = clock.now()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[events]:,} events"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        total = expected(days, sessions, seed, until)
        task = bar.add_task("Sessions", total=total, events=0)
        summary = demo.run(
            base + settings.ingest_path,
            key,
            days=days,
            sessions=sessions,
            seed=seed,
            until=until,
            progress=lambda done, events: bar.update(task, completed=done, events=events),
        )
    _say(summary, base)
    return summary


def _where(settings: Settings, url: str | None, key: str | None) -> tuple[str, str]:
    if found := running.read(Path(settings.data)):
        url, key = url or found.url, key or found.ingest_key
    if not url or not key:
        raise StartupError(
            f"no server has been started in {settings.data}: run `trailpost serve` first, name its "
            "folder with --data, or give --url and --key"
        )
    return url.rstrip("/"), key


def _say(summary: Summary, base: str) -> None:
    rate = summary.accepted / summary.seconds if summary.seconds else 0
    click.echo(
        f"{summary.sessions:,} sessions, {summary.accepted:,} events accepted, "
        f"{summary.refused:,} refused, in {summary.seconds:.1f} s ({rate:,.0f} events/s)."
    )
    if summary.refused:
        click.echo(f"The first refusal: {summary.reason}")
    click.echo(f"Now open {base}/admin?range=30d")
    click.echo("Running it again with the same options adds nothing that is there already.")
