"""Whether the tracker and the dashboard's scripts were bundled when this package was installed."""

from __future__ import annotations

from importlib import resources

from trailpost.base.errors import StartupError


def check() -> None:
    if not resources.files("trailpost").joinpath("static", "manifest.json").is_file():
        raise StartupError(
            "the web bundles are missing: install the package again, or in a checkout run "
            "`python hatch_build.py`"
        )
