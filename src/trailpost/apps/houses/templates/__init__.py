"""The configurator's HTML: Jinja2 with autoescape on, compiled once."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from trailpost.http import static

_ENVIRONMENT = Environment(
    loader=PackageLoader(__name__, "."),
    autoescape=select_autoescape(default=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_ENVIRONMENT.globals["asset"] = static.asset


def render(name: str, **shown: object) -> str:
    """The page `<name>.html`."""
    return _ENVIRONMENT.get_template(f"{name}.html").render(**shown)
