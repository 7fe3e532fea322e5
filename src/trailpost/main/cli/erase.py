"""`trailpost erase …`: what is known of a person goes, on that person's wish."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

import click

from trailpost.base.errors import NotFound
from trailpost.base.settings import Settings
from trailpost.main.cli.root import SERVERS, takes_settings

if TYPE_CHECKING:
    from trailpost import access, db, tracking

T = TypeVar("T")
_PROJECT = click.option(
    "--project", default="default", show_default=True, help="Slug of the project."
)
_YES = click.option("--yes", is_flag=True, help="Do not ask.")


@click.group()
def erase() -> None:
    """What is known of a session or a visitor, gone for good."""


@erase.command("session")
@takes_settings(*SERVERS)
@click.argument("session_id", metavar="ID")
@_PROJECT
@_YES
def erase_session(settings: Settings, session_id: str, project: str, yes: bool) -> None:
    """Erase the session ID: its events, itself, and what it added to any figure.

    Whatever of it arrives later is not stored. It cannot be undone.
    """

    async def go(found: access.Project, eraser: tracking.Eraser) -> None:
        await eraser.session(found.id, session_id)

    if _sure(f"Erase the session {session_id} for good?", yes):
        _erase(settings, project, go)
        click.echo(f"The session {session_id} is erased.")


@erase.command("visitor")
@takes_settings(*SERVERS)
@click.argument("visitor_id", metavar="ID")
@_PROJECT
@_YES
def erase_visitor(settings: Settings, visitor_id: str, project: str, yes: bool) -> None:
    """Erase every stored session of the visitor whom the page called ID.

    Whatever of them arrives later is not stored; sessions that the visitor begins later are kept.
    It cannot be undone.
    """

    async def go(found: access.Project, eraser: tracking.Eraser) -> int:
        return await eraser.visitor(found.id, found.secret, visitor_id)

    if _sure("Erase all sessions of this visitor for good?", yes):
        many = _erase(settings, project, go)
        click.echo(f"{many} {'session is' if many == 1 else 'sessions are'} erased.")


def _sure(question: str, yes: bool) -> bool:
    if yes or click.confirm(question):
        return True
    click.echo("Nothing was erased.")
    return False


def _erase(
    settings: Settings,
    slug: str,
    go: Callable[[access.Project, tracking.Eraser], Awaitable[T]],
) -> T:
    from trailpost import access
    from trailpost.main import running
    from trailpost.main.cli.servers import with_pool
    from trailpost.main.features import eraser

    servers = running.with_servers(settings)

    async def erase(pool: db.Pool) -> T:
        found = [one for one in await access.list_projects(pool) if one.slug == slug]
        if not found:
            raise NotFound(f"no project is named {slug!r}", field="project")
        return await go(found[0], eraser(servers))

    return with_pool(servers, erase)


COMMANDS = (erase,)
