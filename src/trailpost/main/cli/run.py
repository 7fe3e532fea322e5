"""Commands that run the system: all of it, or one role."""

from __future__ import annotations

import click

from trailpost.base.settings import Settings
from trailpost.main import running
from trailpost.main.cli.root import DATABASE, SERVERS, takes_settings

_LOGS = ("log_level", "log_json")


@click.command()
@takes_settings(*SERVERS, "host", "port", "url", "web_processes", "streams", "admin_email", *_LOGS)
def serve(settings: Settings) -> None:
    """Run everything: PostgreSQL, Redis, web server, writer and worker.

    With no settings it needs nothing but a folder. Servers that have a URL are not embedded.
    """
    from trailpost.main import serve as all_of_it

    all_of_it.serve(settings)


@click.command()
@takes_settings(*SERVERS, "host", "port", "url", *_LOGS)
@click.option("--fd", type=int, hidden=True, help="A listening socket to use.")
def web(settings: Settings, fd: int | None) -> None:
    """Run one web server. It takes events while PostgreSQL or Redis is away."""
    from trailpost.main import roles

    roles.web(running.with_servers(settings), fd)


@click.command()
@takes_settings(*SERVERS, "streams", "write_batch", *_LOGS)
def write(settings: Settings) -> None:
    """Run one writer: from the streams to PostgreSQL. Others stand by for the same stream."""
    from trailpost.main import roles

    roles.write(running.with_servers(settings))


@click.command()
@takes_settings(*SERVERS, *_LOGS)
def work(settings: Settings) -> None:
    """Run the background jobs. Any number of workers share the work."""
    from trailpost.main import roles

    roles.work(running.with_servers(settings))


@click.command()
@takes_settings(*DATABASE, *_LOGS)
@click.option("--down", "down_to", metavar="REVISION", help="Go back to this revision, or `base`.")
def migrate(settings: Settings, down_to: str | None) -> None:
    """Bring the database to the newest revision, or back to an older one."""
    from trailpost.main.migrate import migrate as change

    before, after = change(running.with_database(settings), down_to)
    if before == after:
        click.echo(f"The database is at revision {after} already.")
    else:
        click.echo(f"Migrated from {before} to {after}.")


@click.command(hidden=True)
@takes_settings(*SERVERS, *_LOGS)
@click.option("--embedded", multiple=True, type=click.Choice(["postgres", "redis"]))
def prepare(settings: Settings, embedded: tuple[str, ...]) -> None:
    """What `serve` does first: wait for the servers, check, migrate, make the first project."""
    from trailpost.main import prepare as first

    first.run(settings, frozenset(embedded))


COMMANDS = (serve, web, write, work, migrate, prepare)
