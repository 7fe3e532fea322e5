"""Answers of the routes of earlier dashboards, field for field as they know them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from trailpost.analytics.http.encode import all_definitions
from trailpost.analytics.rules.reports import ReportAnswer
from trailpost.analytics.wire import Definition


class Summary(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A rate or an average of nothing is null."""

    total_sessions: int
    unique_visitors: int
    completed_configurations: int | None
    """Sessions that reached the funnel's step complete, each step by itself."""
    conversions: int
    conversion_rate: float | None
    """Percent."""
    average_order_value: Decimal | None
    """Last total price, averaged over the configured sessions that converted."""
    average_configured_value: Decimal | None
    total_configured_value: Decimal
    average_session_duration: float | None
    """Seconds."""
    bounce_rate: float | None
    """Percent."""
    active_sessions: int | None
    """At this moment."""


class Day(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    date: datetime
    sessions: int
    engaged: int
    conversions: int
    configured_value: Decimal


class OverviewData(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    summary: Summary
    previous: Summary
    """The equal period before; what needs a second look at it is null there."""
    time_range: str
    series: list[Day]
    definitions: dict[str, Definition]


class Overview(msgspec.Struct, frozen=True):
    success: bool
    data: OverviewData


class JourneyEvent(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    event_id: str
    timestamp: datetime
    type: str
    what: str | None
    category: str | None
    value: str | None
    previous_value: str | None
    source: str | None
    time_spent: int | None
    """Milliseconds."""
    total_price: Decimal | None
    price_change: Decimal | None
    completion: int | None
    configuration: dict[str, object] | None


class JourneyData(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    session: dict[str, Any]
    interactions: list[JourneyEvent]
    """Interactions and choices."""
    snapshots: list[JourneyEvent]
    timeline: list[JourneyEvent]
    """Every event in its order, up to 20,000."""


class Journey(msgspec.Struct, frozen=True):
    success: bool
    data: JourneyData


class PopularConfiguration(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    configuration_hash: str
    configuration_data: dict[str, Any] | None
    selection_count: int
    completion_count: int
    unique_visitors: int
    conversion_rate: float
    """Percent."""
    average_price: Decimal | None
    min_price: Decimal | None
    max_price: Decimal | None
    last_selected: datetime


class PopularData(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    configurations: list[PopularConfiguration]
    other_configurations: int
    """How many more there are."""
    other_selections: int


class PopularConfigurations(msgspec.Struct, frozen=True):
    success: bool
    data: PopularData


class FunnelStep(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    step: str
    category: str | None
    count: int
    percent_of_previous: float | None
    percent_of_first: float | None
    median_seconds_to_next: float | None


class FunnelData(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    time_range: str
    steps: list[FunnelStep]


class Funnel(msgspec.Struct, frozen=True):
    success: bool
    data: FunnelData


class RealTimeData(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    active_sessions: int
    events_per_second: float
    avg_response_time: float | None
    """Milliseconds."""
    error_rate: float | None
    """Percent."""
    cache_hit_rate: float | None
    """Percent."""
    queue_depth: int | None
    queue_age: float | None
    """Seconds."""


class RealTime(msgspec.Struct, frozen=True):
    success: bool
    data: RealTimeData


class PerformancePoint(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Values in the metric's own unit, most often milliseconds; null where nothing was measured."""

    timestamp: datetime
    count: int
    average: float | None
    p50: float | None
    p75: float | None
    p95: float | None
    p99: float | None


class ServerPerformance(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    requests: int
    p50: float | None
    p95: float | None
    error_rate: float | None
    """Percent."""
    efficiency: str | None


class PerformanceData(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    metric: str | None
    """None: nothing was measured."""
    time_range: str
    series: list[PerformancePoint]
    server: ServerPerformance


class Performance(msgspec.Struct, frozen=True):
    success: bool
    data: PerformanceData


def overview(
    found: ReportAnswer, taken: ReportAnswer, steps: ReportAnswer, time_range: str
) -> Overview:
    row = found.rows[0]
    complete = next(step.sessions for step in steps.rows if step.step == "complete")
    summary = _summary(row, "", complete, taken.parts["figures"][0].average)
    previous = _summary(row, "previous_", None, None)
    series = [
        Day(
            date=step.starts_at,
            sessions=step.sessions,
            engaged=step.engaged,
            conversions=step.converted,
            configured_value=step.configured_value,
        )
        for step in found.parts["series"]
    ]
    return Overview(
        success=True,
        data=OverviewData(
            summary=summary,
            previous=previous,
            time_range=time_range,
            series=series,
            definitions=all_definitions(found.report),
        ),
    )


def _summary(row: Any, prefix: str, complete: int | None, order_value: Decimal | None) -> Summary:
    def figure(name: str) -> Any:
        return getattr(row, prefix + name)

    return Summary(
        total_sessions=figure("sessions"),
        unique_visitors=figure("visitors"),
        completed_configurations=complete,
        conversions=figure("converted"),
        conversion_rate=figure("conversion_rate"),
        average_order_value=order_value,
        average_configured_value=figure("average_configured_value"),
        total_configured_value=figure("total_configured_value"),
        average_session_duration=figure("average_duration"),
        bounce_rate=figure("bounce_rate"),
        active_sessions=row.active_now if not prefix else None,
    )


def journey(pages: Sequence[ReportAnswer]) -> Journey:
    events = [(row.kind, _event(row)) for page in pages for row in page.rows]
    session = pages[0].parts["session"][0]
    return Journey(
        success=True,
        data=JourneyData(
            session=msgspec.to_builtins(session, builtin_types=(datetime, Decimal)),
            interactions=[one for kind, one in events if kind in ("interaction", "choice")],
            snapshots=[one for kind, one in events if kind == "snapshot"],
            timeline=[one for _, one in events],
        ),
    )


def _event(row: Any) -> JourneyEvent:
    return JourneyEvent(
        event_id=str(row.event_id),
        timestamp=row.occurred_at,
        type=row.kind,
        what=row.what,
        category=row.category,
        value=row.value,
        previous_value=row.previous_value,
        source=row.source,
        time_spent=row.time_spent,
        total_price=row.price,
        price_change=row.price_change,
        completion=row.completion,
        configuration=row.configuration,
    )


def popular(found: ReportAnswer) -> PopularConfigurations:
    named = [row for row in found.rows if row.configuration_hash is not None]
    rest = [row for row in found.rows if row.configuration_hash is None]
    return PopularConfigurations(
        success=True,
        data=PopularData(
            configurations=[_configuration(row) for row in named],
            other_configurations=sum(row.configurations for row in rest),
            other_selections=sum(row.sessions for row in rest),
        ),
    )


def _configuration(row: Any) -> PopularConfiguration:
    return PopularConfiguration(
        configuration_hash=row.configuration_hash,
        configuration_data=row.configuration,
        selection_count=row.sessions,
        completion_count=row.complete,
        unique_visitors=row.visitors,
        conversion_rate=row.conversion_rate,
        average_price=row.average_price,
        min_price=row.lowest_price,
        max_price=row.highest_price,
        last_selected=row.last_selected,
    )


def funnel(found: ReportAnswer, time_range: str) -> Funnel:
    steps = [
        FunnelStep(
            step=row.step,
            category=row.category,
            count=row.sessions,
            percent_of_previous=row.of_previous,
            percent_of_first=row.of_first,
            median_seconds_to_next=row.seconds_to_next,
        )
        for row in found.rows
    ]
    return Funnel(success=True, data=FunnelData(time_range=time_range, steps=steps))


def real_time(found: ReportAnswer) -> RealTime:
    row = found.rows[0]
    return RealTime(
        success=True,
        data=RealTimeData(
            active_sessions=row.active_sessions,
            events_per_second=row.events_per_second,
            avg_response_time=row.average_response_ms,
            error_rate=row.error_rate,
            cache_hit_rate=row.cache_hit_rate,
            queue_depth=row.queue_depth,
            queue_age=row.queue_age,
        ),
    )


def performance(found: ReportAnswer, time_range: str) -> Performance:
    own = found.parts["efficiency"][0]
    series = [
        PerformancePoint(
            timestamp=row.starts_at,
            count=row.measurements,
            average=row.average,
            p50=row.p50,
            p75=row.p75,
            p95=row.p95,
            p99=row.p99,
        )
        for row in found.rows
    ]
    return Performance(
        success=True,
        data=PerformanceData(
            metric=found.rows[0].metric if found.rows else None,
            time_range=time_range,
            series=series,
            server=ServerPerformance(
                requests=own.requests,
                p50=own.p50,
                p95=own.p95,
                error_rate=own.error_rate,
                efficiency=own.rating,
            ),
        ),
    )
