"""Commands for whoever keeps the system: keys, users, dead letters, rollups, and the demo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import click

from trailpost.base.settings import Settings
from trailpost.main.cli.root import DATABASE, takes_settings

if TYPE_CHECKING:
    from datetime import datetime


@click.group()
def keys() -> None:
    """The ingest keys: public, and good for sending events only."""


@keys.command("list")
@takes_settings(*DATABASE)
@click.option("--project", help="Slug of a project; all when not given.")
def list_keys(settings: Settings, project: str | None) -> None:
    """List the keys, revoked ones too."""
    from trailpost import access
    from trailpost.main.cli.servers import with_pool

    for key in with_pool(settings, lambda pool: access.list_keys(pool, project)):
        state = f"revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else "active"
        click.echo(f"{key.key}  {key.project}  {state}  {key.name}".rstrip())


@keys.command("create")
@takes_settings(*DATABASE)
@click.option("--project", default="default", show_default=True, help="Slug of the project.")
@click.option("--name", default="", help="A word to know it by.")
def create_key(settings: Settings, project: str, name: str) -> None:
    """Make a new key and print it."""
    from trailpost import access
    from trailpost.main.cli.servers import with_pool

    click.echo(with_pool(settings, lambda pool: access.create_key(pool, project, name)).key)


@keys.command("revoke")
@takes_settings(*DATABASE)
@click.argument("key")
def revoke_key(settings: Settings, key: str) -> None:
    """Refuse KEY from now on. Web servers know within 5 seconds."""
    from trailpost import access
    from trailpost.main.cli.servers import with_pool

    with_pool(settings, lambda pool: access.revoke_key(pool, key))
    click.echo(f"Revoked {key}.")


@click.group()
def projects() -> None:
    """The products that are watched."""


@projects.command("list")
@takes_settings(*DATABASE)
def list_projects(settings: Settings) -> None:
    """List the projects."""
    from trailpost import access
    from trailpost.main.cli.servers import with_pool

    for project in with_pool(settings, access.list_projects):
        click.echo(f"{project.slug}  {project.time_zone}  {project.name}")


@projects.command("create")
@takes_settings(*DATABASE)
@click.argument("slug")
@click.option("--name", default="", help="Name that people read; the slug when not given.")
@click.option("--tz", default="UTC", show_default=True, help="IANA time zone of its reports.")
@click.option("--origin", "origins", multiple=True, help="Web origin that may send; repeatable.")
def create_project(
    settings: Settings, slug: str, name: str, tz: str, origins: tuple[str, ...]
) -> None:
    """Make the project SLUG, and a first key for it, which is printed."""
    from trailpost import access, db
    from trailpost.main.cli.servers import with_pool

    async def make(pool: db.Pool) -> access.IngestKey:
        await access.create_project(pool, slug, name, tz, origins or ("*",))
        return await access.create_key(pool, slug, "first")

    click.echo(with_pool(settings, make).key)


@click.group()
def users() -> None:
    """The people who may look at the dashboard."""


@users.command("create")
@takes_settings(*DATABASE)
@click.argument("email")
@click.option("--name", default="", help="Name that is shown in place of the e-mail.")
@click.option(
    "--role",
    type=click.Choice(["admin", "viewer"]),
    default="viewer",
    show_default=True,
    help="What the user may do.",
)
@click.password_option(help="Asked for when not given.")
def create_user(
    settings: Settings, email: str, name: str, role: Literal["admin", "viewer"], password: str
) -> None:
    """Let EMAIL log in: viewers may look, administrators may change."""
    from trailpost import access
    from trailpost.main.cli.servers import with_pool

    with_pool(settings, lambda pool: access.create_user(pool, email, password, role, name))
    click.echo(f"{email} may log in.")


@users.command("set-password")
@takes_settings(*DATABASE)
@click.argument("email")
@click.password_option(help="Asked for when not given.")
def set_password(settings: Settings, email: str, password: str) -> None:
    """Set the password of the user EMAIL, and log that user out everywhere."""
    from pathlib import Path

    from trailpost import access
    from trailpost.main.cli.servers import with_pool

    with_pool(settings, lambda pool: access.set_password(pool, email, password))
    access.forget_admin_password(Path(settings.data), email)
    click.echo(f"The password of {email} is changed.")


@click.group("dead-letters")
def dead_letters() -> None:
    """What could not be stored, kept with its reason."""


@dead_letters.command("list")
@takes_settings(*DATABASE)
def list_dead_letters(settings: Settings) -> None:
    """List the dead letters that were not replayed yet."""
    from trailpost import tracking
    from trailpost.main.cli.servers import with_pool

    found = with_pool(settings, tracking.list_dead_letters)
    for letter in found:
        at = letter.created_at.isoformat(timespec="seconds")
        click.echo(f"{letter.id}  {at}  {letter.events} events  {letter.reason}")
    if not found:
        click.echo("There are no dead letters.")


@dead_letters.command("replay")
@takes_settings(*DATABASE)
@click.argument("ids", nargs=-1, type=int)
def replay_dead_letters(settings: Settings, ids: tuple[int, ...]) -> None:
    """Store the dead letters IDS, or all of them, as if they had just come.

    Exit status 1 when one of them cannot be stored this time either.
    """
    from trailpost import db, tracking
    from trailpost.main.cli.servers import with_pool
    from trailpost.main.features import write_hooks

    async def replay(pool: db.Pool) -> list[tracking.Replayed]:
        return await tracking.replay_dead_letters(pool, ids or None, on_write=write_hooks())

    done = with_pool(settings, replay)
    for one in done:
        click.echo(
            f"{one.id}  still dead: {one.failed}"
            if one.failed
            else f"{one.id}  stored {one.stored}, duplicate {one.duplicate}"
        )
    if not done:
        click.echo("There is nothing to replay.")
    if any(one.failed for one in done):
        raise SystemExit(1)


@click.group()
def rollups() -> None:
    """The sums that reports read, made again from the raw events."""


_DAY = click.DateTime(formats=["%Y-%m-%d"])


@rollups.command("rebuild")
@takes_settings(*DATABASE)
@click.option("--from", "first", type=_DAY, help="First UTC day; the oldest when not given.")
@click.option("--to", "last", type=_DAY, help="Last UTC day; today when not given.")
def rebuild_rollups(settings: Settings, first: datetime | None, last: datetime | None) -> None:
    """Make the rollups of these days again."""
    from trailpost.main.cli.rollups import rebuild

    rebuild(settings, first and first.date(), last and last.date())


@rollups.command("verify")
@takes_settings(*DATABASE)
@click.option("--from", "first", type=_DAY, help="First UTC day; the oldest when not given.")
@click.option("--to", "last", type=_DAY, help="Last UTC day; today when not given.")
def verify_rollups(settings: Settings, first: datetime | None, last: datetime | None) -> None:
    """Compare the rollups of these days with the raw events. Exit status 1 when they differ."""
    from trailpost.main.cli.rollups import verify

    verify(settings, first and first.date(), last and last.date())


@click.command()
@takes_settings("data")
@click.option("--url", metavar="URL", help="Address of a server elsewhere.")
@click.option("--key", metavar="KEY", help="Ingest key of a server elsewhere.")
@click.option(
    "--days",
    type=click.IntRange(1, 366),
    default=30,
    show_default=True,
    help="How many days it reaches back.",
)
@click.option("--sessions", type=click.IntRange(1), help="In all; 80 a day when not given.")
@click.option(
    "--seed", type=int, default=1, show_default=True, help="The same seed, the same events."
)
def demo(
    settings: Settings, url: str | None, key: str | None, days: int, sessions: int | None, seed: int
) -> None:
    """Send believable sessions of a house configurator through the real ingest."""
    from trailpost.main.demo import SESSIONS_PER_DAY
    from trailpost.main.demo.console import show

    wanted = sessions or SESSIONS_PER_DAY * days
    show(settings, url=url, key=key, days=days, sessions=wanted, seed=seed)


COMMANDS = (keys, projects, users, dead_letters, rollups, demo)
