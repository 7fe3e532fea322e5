"""The overview: the strip of this moment, cards, the chart, options, sessions, the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import msgspec

from trailpost.analytics import Balance, Report, ReportAnswer, definitions
from trailpost.dashboard.charts import Sparkline, sparkline
from trailpost.dashboard.panels import cards, lines
from trailpost.dashboard.panels.around import Page
from trailpost.dashboard.rules import figures, sums, visits, words
from trailpost.dashboard.rules.views import (
    Category,
    Figure,
    Head,
    Option,
    Overview,
)

CARDS = (
    "sessions",
    "visitors",
    "average_duration",
    "bounce_rate",
    "engaged_rate",
    "configured",
    "completion",
    "average_configured_value",
    "total_configured_value",
    "conversion_rate",
)
"""Fields of the overview report, in the order of the page."""
# What is chosen more rarely is in the section of options.
_OPTIONS_SHOWN = 8
_DRAWN = ("sessions", "engaged")


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """Everything one overview shows, as it was answered in one moment."""

    overview: ReportAnswer
    real_time: ReportAnswer
    options: ReportAnswer
    sessions: ReportAnswer
    ledger: ReportAnswer
    balance: Balance
    snippet: str | None


def overview(answers: Answers, head: Head, page: Page) -> Overview:
    totals = answers.ledger.parts["totals"][0]
    part = answers.overview.report.part("series")
    before = answers.overview.previous_parts.get("series") if page.asked.compare else None
    drawn = lines.lines(
        part.row, answers.overview.parts["series"], before, answers.overview.period, page, _DRAWN
    )
    return Overview(
        head=head,
        strip=(_active(answers.overview), *strip(answers.real_time, answers.balance)[1:]),
        cards=_cards(answers.overview),
        series=drawn,
        series_title=" and ".join(n.title for n in drawn.drawn if not n.before).capitalize(),
        categories=categories(answers.options.rows),
        options_definition=_options_definition(answers.options.report),
        sessions=tuple(
            visits.session_line(s, page.asked, page.zone, page.now) for s in answers.sessions.rows
        ),
        ledger=sums.ledger(totals, answers.balance),
        snippet=answers.snippet,
    )


def _cards(answer: ReportAnswer) -> tuple[Figure, ...]:
    before = answer.previous[0] if answer.previous else None
    series = cards.series(answer)
    made = cards.cards(answer.rows[0], before, {**_derived(series), **series})
    by_name = {card.name: card for card in made}
    return tuple(by_name[name] for name in CARDS if name in by_name)


def _derived(series: cards.Series) -> dict[str, cards.Values]:
    """Rates and sums of the cards, step by step, from what the report says of each step."""
    sessions = series.get("sessions", ())

    def rate(name: str) -> cards.Values:
        pairs = zip(series.get(name, ()), sessions, strict=False)
        return tuple(100 * n / of if n is not None and of else None for n, of in pairs)

    return {
        "conversion_rate": rate("converted"),
        "engaged_rate": rate("engaged"),
        "total_configured_value": series.get("configured_value", ()),
    }


def _active(answer: ReportAnswer) -> Figure:
    """Of the sessions that the page shows, as its cards are."""
    now = figures.figure("active_now", answer.report, answer.rows[0].active_now)
    course = tuple(float(row.active_sessions) for row in answer.parts["active"])
    title = "Active sessions per quarter of an hour, 24 hours"
    drawn = Sparkline(title=title, values=course, open=True)
    return msgspec.structs.replace(now, spark=sparkline(drawn))


def strip(answer: ReportAnswer, balance: Balance) -> tuple[Figure, ...]:
    row, report = answer.rows[0], answer.report
    failing = bool(row.error_rate)
    return (
        figures.figure("active_sessions", report, row.active_sessions),
        figures.figure("events_per_second", report, row.events_per_second),
        sums.queue(balance),
        figures.figure("average_response_ms", report, row.average_response_ms),
        figures.figure("error_rate", report, row.error_rate, alarm=failing),
    )


def categories(rows: Sequence[msgspec.Struct]) -> tuple[Category, ...]:
    """The report gives the most decided category first; its order is kept."""
    chosen = [r for r in rows if getattr(r, "value", None) is not None]
    read = [msgspec.convert(r, _OptionRow, from_attributes=True) for r in chosen]
    grouped = groupby(read, key=lambda r: r.category)
    return tuple(_category(name, list(options)) for name, options in grouped)


class _OptionRow(msgspec.Struct, frozen=True, kw_only=True):
    category: str
    value: str
    chosen: int
    kept: int
    keep_rate: float | None
    share: float | None
    decided: int


def _category(name: str, rows: Sequence[_OptionRow]) -> Category:
    whole = max([rows[0].decided, *(r.chosen for r in rows)]) or 1
    decided = words.count(rows[0].decided)
    return Category(
        label=words.label(name),
        sessions=f"{decided} {'session' if rows[0].decided == 1 else 'sessions'}",
        options=tuple(_option(r, whole) for r in rows[:_OPTIONS_SHOWN]),
    )


def _option(row: _OptionRow, whole: int) -> Option:
    return Option(
        label=words.label(row.value),
        share=words.figure(row.share, "percent") or "no data",
        width=round(100 * row.chosen / whole, 1),
        kept=words.figure(row.keep_rate, "percent") or "no data",
        kept_width=round(100 * row.kept / whole, 1),
        sessions=f"chosen in {words.count(row.chosen)} sessions, kept in {words.count(row.kept)}",
    )


def _options_definition(report: Report) -> str:
    told = definitions(report.row)
    share, kept = told["share"], told["keepRate"]
    return (
        f"{report.definition.partition('. ')[0]}. {share.title}: {share.definition} "
        f"{kept.title}: {kept.definition}"
    )
