"""The group itself: settings from options, and every failure on one line."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

from trailpost import __version__
from trailpost.base import log, settings
from trailpost.base.errors import TrailpostError
from trailpost.main.settings_doc import doc_of

F = TypeVar("F", bound=Callable[..., Any])


class Root(click.Group):
    """Commands in the order they were added; a TrailpostError becomes one line and status 1."""

    def main(self, *args: Any, **extra: Any) -> Any:
        return super().main(*args, **{"prog_name": "trailpost", **extra})

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except TrailpostError as e:
            if str(e):
                click.echo(f"trailpost: {' '.join(str(e).split())}", err=True)
            sys.exit(1)


@click.group(cls=Root, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="trailpost %(version)s")
def cli() -> None:
    """Trailpost records what visitors of a configurable product do, and shows it to its owners.

    Every setting is also an environment variable; `trailpost settings` lists them.
    """


def takes_settings(*names: str) -> Callable[[F], F]:
    """Options named as settings; the command gets them joined, as its first argument."""

    def mark(function: F) -> F:
        wrapped: Any = _with_settings(function, names)
        for name in reversed(names):
            option = f"--{name.replace('_', '-')}"
            wrapped = click.option(option, name, metavar="VALUE", help=doc_of(name))(wrapped)
        return wrapped  # type: ignore[no-any-return]

    return mark


def _with_settings(function: Callable[..., Any], names: tuple[str, ...]) -> Callable[..., Any]:
    def wrapped(**options: Any) -> Any:
        given = {name: options.pop(name) for name in names}
        loaded = settings.load(**given)
        log.configure(loaded.log_level, json=loaded.log_json)
        return function(loaded, **options)

    wrapped.__name__, wrapped.__doc__ = function.__name__, function.__doc__
    # click keeps the options of decorators below this one here.
    wrapped.__dict__.update(function.__dict__)
    return wrapped


DATABASE = ("data", "database_url")
SERVERS = ("data", "database_url", "redis_url")
"""The settings by which a command finds a running system."""
