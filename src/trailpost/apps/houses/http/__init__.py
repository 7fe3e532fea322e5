"""The configurator's routes: its page, its API, and what its owner looks after it with."""

from __future__ import annotations

from typing import Any

from trailpost.apps.houses.http import admin, configurations, inquiries, media, page, prices, trial
from trailpost.apps.houses.http.serving import serving

__all__ = ["ROUTES", "serving"]

ROUTES: tuple[Any, ...] = (
    prices.house_options,
    prices.price_table,
    prices.calculate,
    configurations.save_configuration,
    configurations.get_configuration,
    configurations.change_configuration,
    inquiries.send_inquiry,
    media.media_file,
    media.house_media,
    page.routes,
    *admin.ROUTES,
    *trial.ROUTES,
)
