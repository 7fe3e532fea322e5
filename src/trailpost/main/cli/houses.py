"""`trailpost houses …`: the configurator's price lists in a terminal."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trailpost.base.errors import BadRequest
from trailpost.base.settings import Settings
from trailpost.main.cli.root import DATABASE, takes_settings

if TYPE_CHECKING:
    from trailpost import db
    from trailpost.apps.houses import Comparison, PriceList, Prices

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def houses() -> None:
    """The house configurator."""


@houses.group()
def prices() -> None:
    """Price lists: look at them, compare a file with them, take one."""


@prices.command("import")
@takes_settings(*DATABASE)
@click.argument("file", type=_FILE)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--valid-from",
    metavar="TIME",
    help="When it begins, as 2027-01-01T00:00+01:00; at once when not given.",
)
@click.option("--note", default="", help="What it is, for the list of lists.")
def import_prices(
    settings: Settings, file: Path, yes: bool, valid_from: str | None, note: str
) -> None:
    """Show what FILE (CSV or XLSX) changes, and take it as the next price list."""
    from trailpost.apps import houses as app
    from trailpost.main.cli.servers import with_connection

    start = _time(valid_from)
    wanted = app.read_prices(file.read_bytes())
    found = with_connection(settings, lambda conn: app.compare_prices(conn, wanted, start))
    _show(found)
    if not found.changes:
        return
    if not yes and not click.confirm(f"Take it as price list {found.newest + 1}?"):
        return
    taken = with_connection(
        settings, lambda conn: _take(conn, wanted, start, note or file.name, found.newest)
    )
    since = taken.valid_from.isoformat(sep=" ", timespec="seconds")
    click.echo(f"Price list {taken.table.version} is in force from {since} on.")


@prices.command("export")
@takes_settings(*DATABASE)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path, allow_dash=True))
@click.option("--version", type=int, help="Another than the one in force.")
def export_prices(settings: Settings, file: Path, version: int | None) -> None:
    """Write a price list to FILE: .xlsx, or CSV; `-` writes CSV to the terminal."""
    from trailpost.apps import houses as app
    from trailpost.main.cli.servers import with_connection

    found = with_connection(settings, lambda conn: app.price_list(conn, version))
    content = app.write_prices(found.table, "xlsx" if file.suffix == ".xlsx" else "csv")
    if str(file) == "-":
        sys.stdout.buffer.write(content)
        return
    file.write_bytes(content)
    click.echo(f"Wrote price list {found.table.version} to {file}.")


@prices.command("diff")
@takes_settings(*DATABASE)
@click.argument("file", type=_FILE)
@click.option("--valid-from", metavar="TIME", help="Compare with the list in force then.")
def diff_prices(settings: Settings, file: Path, valid_from: str | None) -> None:
    """Show what FILE would change. Exit status 1 when it would change something."""
    from trailpost.apps import houses as app
    from trailpost.main.cli.servers import with_connection

    wanted, start = app.read_prices(file.read_bytes()), _time(valid_from)
    found = with_connection(settings, lambda conn: app.compare_prices(conn, wanted, start))
    _show(found)
    sys.exit(1 if found.changes else 0)


async def _take(
    conn: db.Connection, wanted: Prices, start: datetime | None, note: str, after: int
) -> PriceList:
    from trailpost.apps import houses as app

    async with conn.transaction():
        return await app.take_prices(conn, wanted, valid_from=start, note=note, after=after)


def _time(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as e:
        raise BadRequest(f"{text!r} is no time; write it as 2027-01-01T00:00+01:00") from e
    if found.tzinfo is None:
        raise BadRequest(f"{text!r} says no time zone; write +01:00, or Z for UTC, after it")
    return found


def _show(found: Comparison) -> None:
    against = f"price list {found.before.table.version}"
    if not found.changes:
        click.echo(f"It changes nothing of {against}.")
        return
    for change in found.changes:
        percent = "" if change.percent is None else f"  {change.percent:+.1f} %"
        click.echo(f"{change.item:<48} {change.before:>11,g}  ->  {change.after:>11,g}{percent}")
    many = len(found.changes)
    click.echo(f"{many} {'figure' if many == 1 else 'figures'} of {against} would change.")


COMMANDS = (houses,)
