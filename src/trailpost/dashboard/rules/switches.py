"""Parameters that one section offers to change: their choices are those its reports allow."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from typing import Any

import msgspec

from trailpost.analytics import Report
from trailpost.dashboard.rules import sections, words
from trailpost.dashboard.rules.asked import Asked
from trailpost.dashboard.rules.sections import Section
from trailpost.dashboard.rules.views import Choice, Switch


def switches(section: Section, reports: Mapping[str, Report], asked: Asked) -> tuple[Switch, ...]:
    found = (_switch(name, section, reports, asked) for name in section.switches)
    return tuple(switch for switch in found if switch is not None)


def _switch(
    name: str, section: Section, reports: Mapping[str, Report], asked: Asked
) -> Switch | None:
    for placed in sections.placed(section, reports):
        field = next(
            (f for f in msgspec.structs.fields(placed.report.asks) if f.name == name), None
        )
        if field is None:
            continue
        hint = typing.get_type_hints(placed.report.asks)[name]
        default = field.default if isinstance(field.default, str) else ""
        chosen = getattr(asked, name) or default
        values = _literals(hint)
        if default not in values:
            values = ["", *values]
        choices = tuple(
            Choice("" if v == default else v, words.label(v) or "Any", v == chosen) for v in values
        )
        return Switch(name=name, title=words.label(name), choices=choices)
    return None


def _literals(hint: Any) -> list[str]:
    if typing.get_origin(hint) is typing.Literal:
        return [str(v) for v in typing.get_args(hint)]
    return [v for member in typing.get_args(hint) for v in _literals(member)]
