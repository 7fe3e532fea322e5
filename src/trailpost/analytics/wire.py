"""What a report may be asked and what is answered, as it crosses HTTP."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar, Literal
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

    default_range: ClassVar[RangeName] = "30d"
    range: (
        Annotated[
            RangeName,
            Meta(
                description="24h is the current local hour and the 23 before it; 7d, 30d and 90d "
                "are local days, today included; custom needs `from` and `to`. Default: 30d, "
                "unless the report says otherwise."
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


class NarrowAsks(PeriodAsks, frozen=True, kw_only=True):
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
                description="category:value, kept by the visitor as it stands. A colon of the "
                "category itself is written %3A, and its percent sign %25.",
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


class FilterAsks(NarrowAsks, frozen=True, kw_only=True):
    """One that can be compared with the period before as well."""

    compare: Annotated[
        bool, Meta(description="Whether the equal period before is answered too, as `previous`.")
    ] = False


class FunnelAsks(FilterAsks, frozen=True, kw_only=True):
    """How far sessions come."""

    ordered: Annotated[
        bool, Meta(description="Whether each step must follow the one before it.")
    ] = True
    funnel: Annotated[Slug, Meta(description="An owner's funnel, by its name in addresses.")] | (
        None
    ) = None


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
    """count, percent (0 to 100), eur, seconds, ms, per_second, bytes, or own: the one that the row
    names in its field unit. None is no number."""
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


TableName = Literal["sessions", "events", "choices", "snapshots"]
Format = Literal["csv", "jsonl", "parquet"]


class ExportAsks(Asks, frozen=True, kw_only=True):
    """A whole table, or some days of it."""

    table: Annotated[TableName, Meta(description="What is exported.")]
    format: Annotated[Format, Meta(description="jsonl is one JSON object a line.")] = "csv"
    from_: Annotated[date, Meta(description="First local day; from the beginning if none.")] | (
        None
    ) = msgspec.field(default=None, name="from")
    to: Annotated[date, Meta(description="Last local day, included; up to now if none.")] | None = (
        None
    )
    bots: Bots = False


class Exported(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What an export made."""

    file_name: Annotated[str, Meta(description="The name under which it is downloaded.")]
    rows: int
    bytes: int
    sha256: Annotated[str, Meta(description="Of the file, in hexadecimal.")]
    stored: Annotated[str, Meta(description="Its name in the server's folder of exports.")]


class ExportQueued(msgspec.Struct, frozen=True, rename="camel"):
    job_id: Annotated[
        UUID,
        Meta(description="GET /api/jobs/{jobId}/events tells its progress; DELETE cancels it."),
    ]


class ExportAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    job_id: UUID
    status: Annotated[str, Meta(description="PENDING, PROCESSING, COMPLETED, FAILED or CANCELLED.")]
    progress: Annotated[float, Meta(description="From 0 to 1.")]
    asked: ExportAsks
    error: str | None
    created_at: datetime
    finished_at: datetime | None
    made: Annotated[Exported | None, Meta(description="Null until it is COMPLETED.")]
    href: Annotated[
        str | None, Meta(description="Address of the file; null when there is none, or no longer.")
    ]
    kept_until: Annotated[datetime | None, Meta(description="The file is deleted then.")]


class ExportsAnswer(msgspec.Struct, frozen=True, rename="camel"):
    exports: list[ExportAnswer]
    next_cursor: Annotated[UUID | None, Meta(description="`cursor` of the next page.")]


class TableListed(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    title: str
    definition: str
    columns: dict[str, Definition]


class TableList(msgspec.Struct, frozen=True):
    tables: list[TableListed]
    formats: list[str]


StepName = Annotated[str, Meta(min_length=1, max_length=100, description="As it is shown.")]
_Matched = Annotated[str, Meta(max_length=500)]


class _Step(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    tag_field="kind",
):
    """One step of an owner's funnel; what it does not name may be anything."""

    name: StepName


class PageViewStep(_Step, frozen=True, kw_only=True, tag="page_view"):
    url: (
        Annotated[
            str,
            Meta(max_length=2000, description="As pages report it; * is any run of characters."),
        ]
        | None
    ) = None


class InteractionStep(_Step, frozen=True, kw_only=True, tag="interaction"):
    category: _Matched | None = None
    value: _Matched | None = None
    element: _Matched | None = None
    event: Annotated[str, Meta(max_length=500, description="click, hover, …")] | None = None


class ChoiceStep(_Step, frozen=True, kw_only=True, tag="choice"):
    """A choice that the visitor made."""

    category: _Matched | None = None
    value: _Matched | None = None


class SnapshotStep(_Step, frozen=True, kw_only=True, tag="snapshot"):
    """The configuration was saved."""


class SessionEndStep(_Step, frozen=True, kw_only=True, tag="session_end"):
    """The visitor left the page."""


class StatusStep(_Step, frozen=True, kw_only=True, tag="status"):
    status: Annotated[
        Literal["in_cart", "completed", "converted"],
        Meta(description="An event reports this status or a further one."),
    ]


FunnelStep = (
    PageViewStep | InteractionStep | ChoiceStep | SnapshotStep | SessionEndStep | StatusStep
)
FunnelSlug = Annotated[
    str,
    Meta(pattern="^[a-z0-9][a-z0-9-]{0,62}$", description="The funnel's name in addresses."),
]
FunnelName = Annotated[str, Meta(min_length=1, max_length=200)]
FunnelSteps = Annotated[list[FunnelStep], Meta(min_length=1, max_length=12)]


class FunnelChanged(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: FunnelName
    steps: FunnelSteps


class FunnelAdded(FunnelChanged, frozen=True, kw_only=True, forbid_unknown_fields=True):
    project: Slug = "default"
    slug: FunnelSlug


class FunnelAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    slug: str
    name: str
    steps: list[FunnelStep]
    created_by: Annotated[int | None, Meta(description="The user's id.")]
    created_at: datetime
    updated_at: datetime


class FunnelsAnswer(msgspec.Struct, frozen=True):
    funnels: list[FunnelAnswer]


class Problem(msgspec.Struct, frozen=True):
    """Why there is no answer (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    field: str | None = None
    """The parameter at fault."""
