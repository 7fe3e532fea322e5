"""Which views of the house are open, and which one is shown first.

The browser does the same in web/src/houses/views.ts, and decides there how choices switch them.
"""

from __future__ import annotations

from typing import Literal

from trailpost.apps.houses.wire import Configuration

View = Literal["exterior", "interior", "pv", "fenster"]
VIEWS: tuple[View, ...] = ("exterior", "interior", "pv", "fenster")
_BY_PREFERENCE: tuple[View, ...] = ("fenster", "pv", "interior", "exterior")


def opened(configuration: Configuration) -> tuple[View, ...]:
    """A view opens with the first choice that it shows."""
    is_open: dict[View, bool] = {
        "exterior": True,
        "interior": bool(configuration.innenverkleidung or configuration.fussboden),
        "pv": configuration.pvanlage is not None,
        "fenster": configuration.fenster is not None,
    }
    return tuple(view for view in VIEWS if is_open[view])


def start_view(configuration: Configuration) -> View:
    open_views = opened(configuration)
    return next(view for view in _BY_PREFERENCE if view in open_views)
