"""The pages' HTML: Jinja2 with autoescape on, compiled once."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import escape as _escape

from trailpost.dashboard.rules.sections import GROUPS, SECTIONS
from trailpost.http import static

ICON = resources.files(__name__).joinpath("icon.svg").read_bytes()

_ENVIRONMENT = Environment(
    loader=PackageLoader(__name__, "."),
    autoescape=select_autoescape(default=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_ENVIRONMENT.globals["asset"] = static.asset
_ENVIRONMENT.globals["sections"] = SECTIONS
_ENVIRONMENT.globals["nav_groups"] = GROUPS
_ENVIRONMENT.globals["linked"] = ()


def render(template: str, **shown: object) -> str:
    """The page or fragment `<template>.html`."""
    return _ENVIRONMENT.get_template(f"{template}.html").render(**shown)


def link(pages: Sequence[tuple[str, str]]) -> None:
    """Title and path of other features' pages, which the navigation of every page leads to."""
    _ENVIRONMENT.globals["linked"] = tuple(pages)


def escape(text: str) -> str:
    return str(_escape(text))
