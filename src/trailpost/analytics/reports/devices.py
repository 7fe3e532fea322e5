"""What visitors come with, and whether it serves them."""

from __future__ import annotations

from typing import Annotated

from trailpost import db
from trailpost.analytics.reports.sources import FAMILY, Visits
from trailpost.analytics.rules.figures import text
from trailpost.analytics.rules.reports import Part, Report
from trailpost.analytics.wire import FilterAsks

_REPORTS = "trailpost.analytics.reports"


class Device(Visits, frozen=True, rename="camel"):
    device: Annotated[
        str | None,
        text("Device", "desktop, mobile, tablet or other. None: not known.", filters="device"),
    ]


class Browser(Visits, frozen=True, rename="camel"):
    browser: Annotated[
        str | None, text("Browser", "The browser, by its user agent. None: not known.")
    ]


class System(Visits, frozen=True, rename="camel"):
    system: Annotated[
        str | None, text("System", "The operating system, by the user agent. None: not known.")
    ]


class Viewport(Visits, frozen=True, rename="camel"):
    width: Annotated[
        str | None,
        text(
            "Width",
            "Width of the visible page in CSS pixels: under 640, 640 to 1023, 1024 to 1439, 1440 "
            "and over. None: not known.",
        ),
    ]


class Language(Visits, frozen=True, rename="camel"):
    language: Annotated[
        str | None, text("Language", "The language the browser asks for. None: not known.")
    ]


class _Told(Visits, frozen=True, rename="camel"):
    part: str
    device: str | None
    browser: str | None
    system: str | None
    width: str | None
    language: str | None


_DEVICES = db.query(_REPORTS, "devices", _Told, prepare=False)


def _part(name: str, title: str, row: type[Visits]) -> Part:
    return Part(
        name=name,
        title=title,
        definition="The same sessions, told apart by this.",
        row=row,
        sql=_DEVICES,
    )


REPORT = Report(
    name="devices",
    title="Devices",
    definition="Sessions begun in the period by the kind of device, the most frequent first.",
    asks=FilterAsks,
    row=Device,
    sql=_DEVICES,
    parts=(
        _part("browsers", "Browsers", Browser),
        _part("systems", "Systems", System),
        _part("viewports", "Window widths", Viewport),
        _part("languages", "Languages", Language),
    ),
    families=(FAMILY,),
)
