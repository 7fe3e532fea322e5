"""The journey page: the session's facts, its price over time, its timeline."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from trailpost.analytics import ReportAnswer
from trailpost.dashboard.rules import curve, figures, steps, timeline, words
from trailpost.dashboard.rules.asked import Asked
from trailpost.dashboard.rules.steps import Step
from trailpost.dashboard.rules.views import Curve, Fact, Figure, Journey, Page
from trailpost.dashboard.rules.visits import source, status_of

_ACTIVE = timedelta(minutes=5)
_FIGURES = ("session_duration", "total_choices", "completion", "total_price")


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What the page reads of the report's part `session`."""

    session_id: UUID
    start_time: datetime
    last_activity: datetime
    status: str
    session_duration: int
    total_events: int
    total_choices: int
    completion: int | None
    total_price: Decimal | None
    price_list_version: str | None
    visitor: str
    device_type: str | None
    browser_name: str | None
    os_name: str | None
    language: str | None
    viewport_width: int | None
    viewport_height: int | None
    referrer: str | None
    utm_source: str | None
    utm_campaign: str | None
    landing_page: str | None
    exit_page: str | None
    consent: str | None
    is_bot: bool
    bot_reason: str | None


def journey(
    answer: ReportAnswer, asked: Asked, number: int, skipped: int, now: datetime
) -> Journey:
    """`number`: the page of the timeline; `skipped`: events before those of the answer."""
    zone = ZoneInfo(answer.zone)
    known = msgspec.convert(answer.parts["session"][0], Known, from_attributes=True)
    shown_of = moments(answer)
    pages = timeline.pages(known.total_events)
    shown = timeline.page(shown_of, number - skipped // timeline.PER_PAGE)
    status, told = status_of(known.status, is_active=now - known.last_activity < _ACTIVE)
    return Journey(
        title=f"Session of {words.moment(known.start_time.astimezone(zone))}",
        back=f"/admin/sessions?{asked.query}",
        status=status,
        status_words=told,
        bot=(known.bot_reason or "known as one") if known.is_bot else None,
        figures=_figures(answer, known),
        facts=_facts(known, zone),
        choices=_choices(shown_of),
        curve=_curve(shown_of, known),
        entries=timeline.entries(shown, known.start_time),
        events=f"{words.count(known.total_events)} events",
        page=_page(known.session_id, asked, number, pages),
        url=f"/admin/sessions/{known.session_id}",
        erasing=f"/admin/sessions/{known.session_id}/erase?{asked.query}",
        start=known.start_time,
    )


def moments(answer: ReportAnswer) -> list[Step]:
    return [msgspec.convert(r, Step, from_attributes=True) for r in answer.rows]


def _figures(answer: ReportAnswer, known: Known) -> tuple[Figure, ...]:
    part = answer.report.part("session")
    return tuple(figures.figure(name, part, getattr(known, name)) for name in _FIGURES)


def _facts(known: Known, zone: ZoneInfo) -> tuple[Fact, ...]:
    started = known.start_time.astimezone(zone)
    browser = " on ".join(filter(None, [known.browser_name, known.os_name]))
    size = f"{known.viewport_width} × {known.viewport_height}" if known.viewport_width else None
    return (
        Fact("Began", f"{words.day(started)} {started.year}, {started:%H:%M:%S}"),
        Fact("Visitor", known.visitor),
        Fact("Device", words.label(known.device_type) if known.device_type else None),
        Fact("Browser", browser or None),
        Fact("Screen", size),
        Fact("Language", known.language),
        Fact("Source", source(known.utm_source, known.utm_campaign, known.referrer)),
        Fact("Referrer", known.referrer),
        Fact("Landing page", known.landing_page),
        Fact("Exit page", known.exit_page),
        Fact("Consent", known.consent),
        Fact("Price list", known.price_list_version),
    )


def _choices(moments: Sequence[Step]) -> tuple[Fact, ...]:
    return steps.facts(moments[-1].chosen) if moments else ()


def _curve(moments: Sequence[Step], known: Known) -> Curve | None:
    prices = [(m.occurred_at, m.price) for m in moments if m.price is not None]
    return curve.draw(prices, known.start_time, known.last_activity)


def _page(session_id: UUID, asked: Asked, number: int, pages: int) -> Page:
    def link(to: int) -> str:
        return f"/admin/sessions/{session_id}?{asked.query}&page={to}"

    return Page(
        number=number,
        of=pages,
        earlier=link(number - 1) if number > 1 else None,
        later=link(number + 1) if number < pages else None,
    )
