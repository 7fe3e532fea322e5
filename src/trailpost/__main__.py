"""`python -m trailpost` is the command `trailpost`."""

from trailpost.main import cli

cli()
