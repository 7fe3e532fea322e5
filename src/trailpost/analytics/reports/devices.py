"""What visitors come with, and whether it serves them."""

from __future__ import annotations

from typing import Annotated

import msgspec

from trailpost import db
from trailpost.analytics.reports.sources import (
    FAMILY,
    AverageConfiguredValue,
    BounceRate,
    ConversionRate,
    Converted,
    Engaged,
    Sessions,
    Visitors,
)
from trailpost.analytics.rules.figures import text
from trailpost.analytics.rules.reports import Part, Report
from trailpost.analytics.wire import FilterAsks

_REPORTS = "trailpost.analytics.reports"


class Device(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    device: Annotated[
        str | None,
        text("Device", "desktop, mobile, tablet or other. None: not known.", filters="device"),
    ]
    sessions: Sessions
    visitors: Visitors
    engaged: Engaged
    converted: Converted
    conversion_rate: ConversionRate
    average_configured_value: AverageConfiguredValue
    bounce_rate: BounceRate


class Browser(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    browser: Annotated[
        str | None, text("Browser", "The browser, by its user agent. None: not known.")
    ]
    sessions: Sessions
    visitors: Visitors
    engaged: Engaged
    converted: Converted
    conversion_rate: ConversionRate
    average_configured_value: AverageConfiguredValue
    bounce_rate: BounceRate


class System(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    system: Annotated[
        str | None, text("System", "The operating system, by the user agent. None: not known.")
    ]
    sessions: Sessions
    visitors: Visitors
    engaged: Engaged
    converted: Converted
    conversion_rate: ConversionRate
    average_configured_value: AverageConfiguredValue
    bounce_rate: BounceRate


class Viewport(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    width: Annotated[
        str | None,
        text(
            "Width",
            "Width of the visible page in CSS pixels: under 640, 640 to 1023, 1024 to 1439, 1440 "
            "and over. None: not known.",
        ),
    ]
    sessions: Sessions
    visitors: Visitors
    engaged: Engaged
    converted: Converted
    conversion_rate: ConversionRate
    average_configured_value: AverageConfiguredValue
    bounce_rate: BounceRate


class Language(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    language: Annotated[
        str | None, text("Language", "The language the browser asks for. None: not known.")
    ]
    sessions: Sessions
    visitors: Visitors
    engaged: Engaged
    converted: Converted
    conversion_rate: ConversionRate
    average_configured_value: AverageConfiguredValue
    bounce_rate: BounceRate


def _part(name: str, title: str, row: type[msgspec.Struct]) -> Part:
    return Part(
        name=name,
        title=title,
        definition="The same sessions, told apart by this.",
        row=row,
        sql=db.query(_REPORTS, f"devices_{name}", row, prepare=False),
    )


REPORT = Report(
    name="devices",
    title="Devices",
    definition="Sessions begun in the period by the kind of device, the most frequent first.",
    asks=FilterAsks,
    row=Device,
    sql=db.query(_REPORTS, "devices", Device, prepare=False),
    parts=(
        _part("browsers", "Browsers", Browser),
        _part("systems", "Systems", System),
        _part("viewports", "Window widths", Viewport),
        _part("languages", "Languages", Language),
    ),
    families=(FAMILY,),
)
