"""The pages about settings and commands list what there is, no more and no less."""

import re
from pathlib import Path

import click

from trailpost.main import cli
from trailpost.main.features import declared_jobs
from trailpost.main.settings_doc import described

DOCS = Path(__file__).parents[2] / "docs"


def commands(group=cli, prefix=""):
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{prefix}{name} ")
        elif not command.hidden:
            yield f"{prefix}{name}", command


def visible_options(command):
    options = [p for p in command.params if isinstance(p, click.Option) and not p.hidden]
    return {o.opts[0] for o in options}


def sections():
    text = (DOCS / "cli.md").read_text()
    parts = re.split(r"(?m)^## `trailpost ([^`]*)`$", text)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_settings_md_lists_every_setting_as_it_is():
    rows = re.findall(
        r"(?m)^\| `(TRAILPOST_\w+)` \| (.*?) \| (.*?) \|", (DOCS / "settings.md").read_text()
    )
    assert rows == [
        (s.variable, f"`{s.default}`" if s.default else "none", s.doc) for s in described()
    ]


def test_jobs_md_lists_the_platforms_own_work():
    text = (DOCS / "jobs.md").read_text().partition("## The platform's own work")[2]
    rows = re.findall(r"(?m)^\| `(\w+)` \| `([^`]+)` \|", text)
    scheduled = {k: j.schedule.cron for k, j in declared_jobs().items() if j.schedule}
    assert dict(rows) == scheduled


def test_cli_md_lists_every_command():
    written = [re.sub(r" *\[?[A-Z]+\]?(\.\.\.)?", "", title) for title in sections()]
    assert written == [name for name, _ in commands()]


def test_cli_md_lists_every_option():
    for (name, command), text in zip(commands(), sections().values(), strict=True):
        assert set(re.findall(r"`(--[\w-]+)`", text)) == visible_options(command), name


def test_every_command_and_option_has_a_help_text():
    for name, command in commands():
        assert command.help, name
        options = [p for p in command.params if isinstance(p, click.Option)]
        assert [o.name for o in options if not o.help] == [], name
