"""Commands that look and change nothing."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import click

from trailpost import __version__
from trailpost.base.settings import Settings
from trailpost.main.cli.root import DATABASE, SERVERS, takes_settings

if TYPE_CHECKING:
    from datetime import datetime

    from trailpost.main.doctor import Check

_MARKS = {"ok": "[green]ok[/]", "warning": "[yellow]warning[/]", "failed": "[red]failed[/]"}


@click.command()
@takes_settings(*SERVERS)
@click.option("--url", metavar="URL", help="Address of the web server, when it is not the usual.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON instead of a table.")
def doctor(settings: Settings, url: str | None, as_json: bool) -> None:
    """Check everything, and send a probe event that must arrive in PostgreSQL.

    The exit status is 0 when nothing has failed.
    """
    from trailpost.main.doctor import examine, is_well

    found = asyncio.run(examine(settings, url))
    if as_json:
        _as_json(found)
    else:
        _as_table(found)
    sys.exit(0 if is_well(found) else 1)


def _as_json(found: list[Check]) -> None:
    import msgspec

    from trailpost.main.doctor import is_well

    content = msgspec.json.encode({"well": is_well(found), "checks": found})
    click.echo(msgspec.json.format(content, indent=2).decode())


def _as_table(found: list[Check]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for check in found:
        told = Text(check.found)
        if check.advice:
            told.append(f"\n{check.advice}", style="dim")
        table.add_row(_MARKS[check.state], check.name, told)
    Console().print(table)


@click.command()
@takes_settings(*DATABASE)
@click.argument("name")
@click.option("--project", default="default", show_default=True, help="Slug of the project.")
@click.option("--range", "span", metavar="RANGE", help="24h, 7d, 30d, 90d or FROM..TO (days).")
@click.option("--tz", metavar="ZONE", help="IANA time zone; the project's when not given.")
@click.option("--bots", is_flag=True, help="Count bots too.")
@click.option("--session", metavar="ID", help="The session that `user_journey` is about.")
@click.option(
    "--where",
    "-w",
    multiple=True,
    metavar="NAME=VALUE",
    help="What else its route takes, such as device=mobile or compare=true; any number of them.",
)
@click.option("--part", metavar="NAME", help="The part of the report that is written as CSV.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
    help="How it is written.",
)
def report(
    settings: Settings,
    name: str,
    project: str,
    span: str | None,
    tz: str | None,
    bots: bool,
    session: str | None,
    where: tuple[str, ...],
    part: str | None,
    form: str,
) -> None:
    """Print the report NAME, such as `overview` or `options`."""
    from trailpost.main.cli.reports import more_parameters, parameters, print_report

    asked = parameters(span, tz, session, bots, project) | more_parameters(where)
    print_report(settings, name, asked, form, part)


_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command()
@takes_settings(*DATABASE)
@click.argument("table", type=click.Choice(["sessions", "events", "choices", "snapshots"]))
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "jsonl", "parquet"]),
    default="csv",
    show_default=True,
    help="How it is written.",
)
@click.option("--from", "first", type=_DAY, help="First local day; the oldest when not given.")
@click.option("--to", "last", type=_DAY, help="Last local day; today when not given.")
@click.option("--project", default="default", show_default=True, help="Slug of the project.")
@click.option("--tz", metavar="ZONE", help="IANA time zone; the project's when not given.")
@click.option("--bots", is_flag=True, help="With what bots did.")
@click.option(
    "--output",
    "-o",
    metavar="FILE",
    help="File to write; `-` is standard output. Named after what it holds when not given.",
)
def export(
    settings: Settings,
    table: str,
    form: str,
    first: datetime | None,
    last: datetime | None,
    project: str,
    tz: str | None,
    bots: bool,
    output: str | None,
) -> None:
    """Write the TABLE sessions, events, choices or snapshots into a file."""
    from trailpost.main.cli.exports import asked_of, write_export

    days = (first and first.date(), last and last.date())
    write_export(settings, asked_of(table, form, *days, tz, bots, project), output)


@click.command("settings")
@click.option("--json", "as_json", is_flag=True, help="Write JSON instead of a table.")
def list_settings(as_json: bool) -> None:
    """List every setting with its default and what it does."""
    from trailpost.main.settings_doc import described

    if as_json:
        import msgspec

        rows = [{"variable": d.variable, **msgspec.structs.asdict(d)} for d in described()]
        click.echo(msgspec.json.format(msgspec.json.encode(rows), indent=2).decode())
        return
    for setting in described():
        click.secho(f"{setting.variable}={setting.default}", bold=True)
        click.echo(f"    {setting.doc} ({setting.kind})")


@click.command()
def version() -> None:
    """Print the version of this program."""
    click.echo(f"trailpost {__version__}")


COMMANDS = (doctor, report, export, list_settings, version)
