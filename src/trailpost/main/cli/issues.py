"""`trailpost issues …`: what went wrong in the product, in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from uuid import UUID

import click

from trailpost.base.settings import Settings
from trailpost.main.cli.root import DATABASE, takes_settings

if TYPE_CHECKING:
    from trailpost import db
    from trailpost import issues as feature

_STATUSES = ("open", "resolved", "ignored")
_LEVELS = ("error", "warning", "info")


@click.group()
def issues() -> None:
    """Issues: what went wrong in the product, grouped."""


@issues.command("list")
@takes_settings(*DATABASE)
@click.option("--project", default="default", show_default=True, help="Slug of the project.")
@click.option("--status", type=click.Choice(_STATUSES), help="Only those in this state.")
@click.option("--level", type=click.Choice(_LEVELS), help="Only those of this level.")
@click.option("--search", metavar="TEXT", help="Only those with this in their title.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="Most.")
def list_issues(
    settings: Settings,
    project: str,
    status: str | None,
    level: str | None,
    search: str | None,
    limit: int,
) -> None:
    """List issues, the one that occurred last first."""
    from trailpost import access, db
    from trailpost import issues as feature
    from trailpost.base import clock
    from trailpost.base.errors import NotFound
    from trailpost.main.cli.servers import with_pool

    async def ask(pool: db.Pool) -> list[feature.IssueRow]:
        found = next((p for p in await access.list_projects(pool) if p.slug == project), None)
        if found is None:
            raise NotFound(f"there is no project {project!r}")
        async with db.transaction(pool) as conn:
            return await feature.list_issues(
                conn,
                found.id,
                clock.now().date(),
                status=cast("feature.Status | None", status),
                level=cast("feature.Level | None", level),
                words=search,
                most=limit,
            )

    rows = with_pool(settings, ask)
    for row in rows:
        at = row.last_seen.isoformat(timespec="seconds")
        counts = f"{row.occurrences:>6} in {row.sessions} sessions"
        click.echo(f"{row.id}  {at}  {row.status:<8}  {row.level:<7}  {counts}  {row.title}")
    if not rows:
        click.echo("There are no such issues.")


@issues.command("show")
@takes_settings(*DATABASE)
@click.argument("id", type=click.UUID)
def show(settings: Settings, id: UUID) -> None:
    """Print the issue ID and its last occurrence."""
    from trailpost import issues as feature
    from trailpost.base import clock
    from trailpost.main.cli.servers import with_connection

    async def ask(
        conn: db.Connection,
    ) -> tuple[feature.IssueRow, list[feature.OccurrenceRow]]:
        row = await feature.get_issue(conn, id, clock.now().date())
        return row, await feature.list_occurrences(conn, id, 1)

    row, last = with_connection(settings, ask)
    for name, value in (*_facts(row), *(fact for one in last for fact in _last(one))):
        if value:
            click.echo(f"{name:<11} {value}")


def _facts(row: feature.IssueRow) -> list[tuple[str, str | None]]:
    return [
        ("issue", str(row.id)),
        ("title", row.title),
        ("level", row.level),
        ("status", row.status),
        ("occurrences", f"{row.occurrences} in {row.sessions} sessions"),
        ("first seen", row.first_seen.isoformat(timespec="seconds")),
        ("last seen", row.last_seen.isoformat(timespec="seconds")),
        ("releases", " to ".join(r for r in (row.first_release, row.last_release) if r)),
        ("came back", f"{row.regressions} times" if row.regressions else None),
    ]


def _last(row: feature.OccurrenceRow) -> list[tuple[str, str | None]]:
    return [
        ("message", row.message),
        ("url", row.url),
        ("session", str(row.session_id) if row.session_id else None),
        ("tags", ", ".join(row.tags)),
        ("stack", row.stack),
        ("context", row.context),
    ]


@issues.command("resolve")
@takes_settings(*DATABASE)
@click.argument("id", type=click.UUID)
def resolve(settings: Settings, id: UUID) -> None:
    """Resolve the issue ID. When it occurs again it is open again."""
    from trailpost import issues as feature
    from trailpost.base import clock
    from trailpost.main.cli.servers import with_connection

    with_connection(settings, lambda conn: feature.set_status(conn, id, "resolved", clock.now()))
    click.echo(f"{id} is resolved.")


@issues.command("dead-letters")
@takes_settings(*DATABASE)
@click.option("--replay", is_flag=True, help="Store them after all, as if they had just come.")
def dead_letters(settings: Settings, replay: bool) -> None:
    """List the occurrences that could not be stored, with their reason.

    With --replay the exit status is 1 when one of them cannot be stored this time either.
    """
    from trailpost import issues as feature
    from trailpost.main.cli.servers import with_connection, with_pool

    if not replay:
        letters = with_connection(settings, feature.list_dead_letters)
        for letter in letters:
            at = letter.created_at.isoformat(timespec="seconds")
            click.echo(f"{letter.id}  {at}  {letter.occurrences} occurrences  {letter.reason}")
        if not letters:
            click.echo("There are no dead letters.")
        return
    done = with_pool(settings, feature.replay_dead_letters)
    for one in done:
        told = f"stored {one.stored}, duplicate {one.duplicate}"
        click.echo(f"{one.id}  " + (f"still dead: {one.failed}" if one.failed else told))
    if not done:
        click.echo("There is nothing to replay.")
    if any(one.failed for one in done):
        raise SystemExit(1)


COMMANDS = (issues,)
