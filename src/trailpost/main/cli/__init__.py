"""The command `trailpost`. Each command imports what it needs when it runs, to start quickly."""

from trailpost.main.cli import erase, houses, issues, jobs, keep, look, run
from trailpost.main.cli.root import cli

__all__ = ["cli"]

GROUPS = (run, look, jobs, issues, keep, erase, houses)

for command in (command for group in GROUPS for command in group.COMMANDS):
    cli.add_command(command)
