"""`trailpost jobs …`: background work in a terminal."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

import click

from trailpost.base.settings import Settings
from trailpost.main.cli.root import DATABASE, takes_settings

if TYPE_CHECKING:
    from datetime import datetime

    from trailpost import db
    from trailpost import jobs as engine

_STATUSES = ("PENDING", "PROCESSING", "COMPLETED", "FAILED", "CANCELLED")


@click.group()
def jobs() -> None:
    """Background work: look, wait, cancel, run again; pause a queue."""


@jobs.command("list")
@takes_settings(*DATABASE)
@click.option(
    "--status", type=click.Choice(_STATUSES, case_sensitive=False), help="Only those in this state."
)
@click.option("--kind", help="Only those of this kind.")
@click.option("--queue", help="Only those of this queue.")
@click.option("--before", type=click.UUID, metavar="ID", help="Only those made before this job.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="Most.")
def list_jobs(
    settings: Settings,
    status: str | None,
    kind: str | None,
    queue: str | None,
    before: UUID | None,
    limit: int,
) -> None:
    """List jobs, newest first."""
    from trailpost import jobs as engine
    from trailpost.main.cli.servers import with_connection

    asked = partial(
        engine.list_jobs, status=status, kind=kind, queue=queue, before=before, limit=limit
    )
    found = with_connection(settings, asked)
    for job in found:
        at = job.created_at.isoformat(timespec="seconds")
        percent = f"{job.progress:4.0%}"
        step = job.step if job.status == "PROCESSING" and job.step else ""
        click.echo(f"{job.id}  {at}  {job.status:<10}  {percent}  {job.kind}  {step}".rstrip())
    if not found:
        click.echo("There are no such jobs.")


@jobs.command("show")
@takes_settings(*DATABASE)
@click.argument("id", type=click.UUID)
def show(settings: Settings, id: UUID) -> None:
    """Print the job ID: its state, its attempts, what it made."""
    from trailpost import jobs as engine
    from trailpost.main.cli.servers import with_connection

    async def ask(conn: db.Connection) -> tuple[engine.JobRow, list[engine.Attempt]]:
        return await engine.get(conn, id), await engine.history(conn, id)

    job, attempts = with_connection(settings, ask)
    for name, value in _facts(job):
        if value:
            click.echo(f"{name:<9} {value}")
    for a in attempts:
        took = (a.finished_at - a.started_at).total_seconds()
        click.echo(f"attempt {a.attempt}  {_at(a.started_at)}  {took:.1f} s  {a.outcome}".rstrip())
        if a.error:
            click.echo(f"    {a.error}")


def _facts(job: engine.JobRow) -> list[tuple[str, str | None]]:
    return [
        ("job", str(job.id)),
        ("kind", job.kind),
        ("queue", job.queue),
        ("status", job.status + (" (being cancelled)" if _is_cancelling(job) else "")),
        ("step", job.step),
        ("progress", f"{job.progress:.0%}"),
        ("attempt", f"{job.attempt} of {job.max_attempts}"),
        ("made", _at(job.created_at)),
        ("due", _at(job.run_after)),
        ("began", _at(job.started_at)),
        ("ended", _at(job.finished_at)),
        ("error", job.error),
        ("result", job.result),
    ]


def _is_cancelling(job: engine.JobRow) -> bool:
    return job.cancel_requested and not job.finished


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


@jobs.command("retry")
@takes_settings(*DATABASE)
@click.argument("id", type=click.UUID)
@click.option(
    "--attempts", type=click.IntRange(1, 100), default=3, show_default=True, help="New attempts."
)
def retry(settings: Settings, id: UUID, attempts: int) -> None:
    """Run the job ID, which failed or was cancelled, once more from the beginning."""
    from trailpost import jobs as engine
    from trailpost.main.cli.servers import with_connection

    with_connection(settings, lambda conn: engine.retry(conn, id, attempts=attempts))
    click.echo(f"{id} waits for a worker.")


@jobs.command("cancel")
@takes_settings(*DATABASE)
@click.argument("id", type=click.UUID)
def cancel(settings: Settings, id: UUID) -> None:
    """Cancel the job ID: one that waits ends now, one that runs at its next sign of life."""
    from trailpost import jobs as engine
    from trailpost.main.cli.servers import with_connection

    job = with_connection(settings, lambda conn: engine.cancel(conn, id))
    click.echo(f"{id} is cancelled." if job.finished else f"{id} is told to end.")


@jobs.command("pause")
@takes_settings(*DATABASE)
@click.argument("queue", default="default")
def pause(settings: Settings, queue: str) -> None:
    """Start no more jobs of QUEUE, on any worker, until it is resumed. Running ones end."""
    from trailpost import jobs as engine
    from trailpost.main.cli.servers import with_connection

    with_connection(settings, lambda conn: engine.pause(conn, queue))
    click.echo(f"The queue {queue} is paused.")


@jobs.command("resume")
@takes_settings(*DATABASE)
@click.argument("queue", default="default")
def resume(settings: Settings, queue: str) -> None:
    """Let jobs of QUEUE start again."""
    from trailpost import jobs as engine
    from trailpost.main.cli.servers import with_connection

    with_connection(settings, lambda conn: engine.resume(conn, queue))
    click.echo(f"The queue {queue} goes on.")


@jobs.command("schedules")
@takes_settings(*DATABASE)
def schedules(settings: Settings) -> None:
    """List what runs by the clock, with its last and next run."""
    from trailpost import jobs as engine
    from trailpost.main.cli.servers import with_connection

    found = with_connection(settings, engine.schedules)
    for s in found:
        last = _at(s.last_tick) or "never"
        click.echo(f"{s.name}  {s.cron}  {s.time_zone}  last {last}  next {_at(s.next_tick)}")
    if not found:
        click.echo("No worker has told its schedules yet: start `trailpost work`.")


@jobs.command("watch")
@takes_settings(*DATABASE)
@click.argument("id", type=click.UUID)
def watch(settings: Settings, id: UUID) -> None:
    """Follow the job ID until it ends. Exit status 1 when it does not complete."""
    from trailpost.main.cli.watching import follow

    if not follow(settings, id):
        raise SystemExit(1)


COMMANDS = (jobs,)
