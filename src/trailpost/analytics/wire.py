"""What a report may be asked and what is answered, as it crosses HTTP."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

RangeName = Literal["24h", "7d", "30d", "90d", "custom"]

Slug = Annotated[
    str, Meta(min_length=1, max_length=63, description="The project's name in addresses.")
]
ZoneName = Annotated[
    str,
    Meta(
        max_length=64,
        description="IANA time zone that cuts days and writes times. Default: the project's.",
    ),
]
Bots = Annotated[bool, Meta(description="Whether sessions of bots count too.")]


class Asks(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every report may be asked."""

    project: Slug = "default"
    tz: ZoneName | None = None


class PeriodAsks(Asks, frozen=True, kw_only=True):
    """A report over days."""

    range: (
        Annotated[
            RangeName,
            Meta(
                description="24h is the current local hour and the 23 before it; 7d, 30d and 90d "
                "are local days, today included; custom needs `from` and `to`. Default: 30d."
            ),
        ]
        | None
    ) = None
    from_: Annotated[date, Meta(description="First local day of a custom range.")] | None = (
        msgspec.field(default=None, name="from")
    )
    to: Annotated[date, Meta(description="Last local day of a custom range, included.")] | None = (
        None
    )
    bots: Bots = False


class FilterAsks(PeriodAsks, frozen=True, kw_only=True):
    """A report over days that can be narrowed to some sessions."""

    device: Annotated[str, Meta(max_length=20, description="desktop, mobile, tablet or other.")] | (
        None
    ) = None
    source: (
        Annotated[
            str,
            Meta(max_length=500, description="UTM source, else the referrer's host, or direct."),
        ]
        | None
    ) = None
    campaign: Annotated[str, Meta(max_length=500, description="UTM campaign.")] | None = None
    country: Annotated[str, Meta(max_length=2, description="Two letters, where known.")] | None = (
        None
    )
    option: (
        Annotated[
            str,
            Meta(
                max_length=500,
                pattern="^[^:]+:.+$",
                description="category:value, kept by the visitor as it stands.",
            ),
        ]
        | None
    ) = None
    price_list: (
        Annotated[str, Meta(max_length=64, description="Version of the last known price.")] | None
    ) = msgspec.field(default=None, name="priceList")
    converted: (
        Annotated[
            bool, Meta(description="Only sessions that converted, or only those that did not.")
        ]
        | None
    ) = None
    compare: Annotated[
        bool, Meta(description="Whether the equal period before is answered too, as `previous`.")
    ] = False


class NowAsks(Asks, frozen=True, kw_only=True):
    """A report over this moment."""

    bots: Bots = False


class SessionAsks(Asks, frozen=True, kw_only=True):
    """A report over one session."""

    session: Annotated[UUID, Meta(description="The session's id.")]
    offset: Annotated[
        int, Meta(ge=0, le=10_000_000, description="Events to leave out at the beginning.")
    ] = 0


class Definition(msgspec.Struct, frozen=True, kw_only=True):
    """What a field of an answer says, in words."""

    title: str
    definition: str
    unit: str | None = None
    """count, percent (0 to 100), eur, seconds, ms or per_second; None is no number."""
    filters: str | None = None
    """The parameter that narrows a report to this value."""


class Between(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """From a moment on, up to and without another."""

    from_: datetime = msgspec.field(name="from")
    to: datetime


class AnswerPeriod(Between, frozen=True, kw_only=True, rename="camel"):
    """What the answer covers, written in its time zone."""

    time_zone: str
    step: Literal["hour", "day"]
    previous: Between
    """The equal period before."""


class PartListed(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    title: str
    definition: str
    fields: dict[str, Definition]


class ReportListed(PartListed, frozen=True, kw_only=True):
    parameters: list[str]
    parts: list[PartListed]


class ReportList(msgspec.Struct, frozen=True):
    reports: list[ReportListed]


class Problem(msgspec.Struct, frozen=True):
    """Why there is no answer (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    field: str | None = None
    """The parameter at fault."""
