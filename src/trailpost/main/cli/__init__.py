"""The command `trailpost`. Each command imports what it needs when it runs, to start quickly."""

from trailpost.main.cli import houses, issues, jobs, keep, look, run
from trailpost.main.cli.root import cli

__all__ = ["cli"]

for command in (
    *run.COMMANDS,
    *look.COMMANDS,
    *jobs.COMMANDS,
    *issues.COMMANDS,
    *keep.COMMANDS,
    *houses.COMMANDS,
):
    cli.add_command(command)
