"""One log, one answer: whatever report is asked, the same sessions add up to the same figures."""

import asyncio
from datetime import timedelta
from decimal import Decimal

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.analytics import closing, log, random_log, random_visits
from tests.analytics.closing import ZONES
from trailpost import analytics
from trailpost import db as database
from trailpost.analytics import REPORTS
from trailpost.analytics.rules import periods
from trailpost.analytics.rules.reports import decode_asked

SETTINGS = settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
WAYS = ("source", "referrer", "medium", "campaign", "landing", "country")
ARRIVALS = st.sampled_from(("live", "closed", "late"))


class Asking:
    """The same question to several reports, over one connection."""

    def __init__(self, conn, case, filters):
        self.conn, self.now, self.asked = conn, case.now, case.asked | filters

    async def __call__(self, name, **given):
        return await analytics.run_report(self.conn, name, self.asked | given, now=self.now)

    async def rows(self, name, **given):
        return (await self(name, **given)).rows

    async def every_session(self):
        """The whole list, page by page."""
        found, cursor = [], ""
        while cursor is not None:
            answer = await self("sessions", limit="3", cursor=cursor)
            assert len(answer.rows) <= 3
            found += answer.rows
            cursor = answer.next
        return found


def total(rows, name):
    return sum(getattr(row, name) for row in rows)


def arrange(db, url, case, arrival):
    closing.begin(db, case)
    closing.write(db, url, case.events if arrival == "live" else case.early)
    if arrival != "live":
        asyncio.run(log.close_hours(url, case.now))
        asyncio.run(log.close(url, case.now))
        if arrival == "late":
            closing.write(db, url, case.late)


def asked(url, case, filters, check):
    async def main():
        async with await database.connect(url) as conn:
            ask = Asking(conn, case, filters)
            (overview,) = await ask.rows("overview")
            await check(ask, overview)

    asyncio.run(main())


@st.composite
def questions(draw):
    case = draw(closing.cases() | random_visits.cases())
    zone = draw(st.sampled_from((None, None, *ZONES)))
    if zone:
        case = msgspec.structs.replace(case, asked=case.asked | {"tz": zone})
    return case, draw(closing.FILTERS | random_visits.FILTERS), draw(ARRIVALS)


@SETTINGS
@given(questions())
def test_every_report_counts_the_same_sessions(db, database_url, question):
    case, filters, arrival = question
    arrange(db, database_url, case, arrival)

    async def check(ask, overview):
        for name, figures in (await counts(ask)).items():
            sessions, converted = figures
            assert sessions == overview.sessions, name
            assert converted in (None, overview.converted), name

    asked(database_url, case, filters, check)


async def counts(ask):
    """By report, its sessions and those that converted; None where it does not say."""
    overview, funnel, growth = await ask("overview"), await ask("funnel"), await ask("growth")
    anyhow = await ask("funnel", ordered="false")
    devices, sources = await ask("devices"), await ask("sources")
    listed = await ask.every_session()
    (known,) = (await ask("retention")).parts["known"]
    steps = [step for step in anyhow.parts["series"] if step.step == "session"]
    taken = [step for step in anyhow.parts["series"] if step.step == "converted"]
    assert len({row.session_id for row in listed}) == len(listed)
    return {
        "funnel": (funnel.rows[0].sessions, None),
        "funnel in any order": (anyhow.rows[0].sessions, anyhow.rows[-1].sessions),
        "funnel over time": (total(steps, "sessions"), total(taken, "sessions")),
        "sessions": (len(listed), sum(row.status == "converted" for row in listed)),
        "known": (known.sessions, None),
        "overview series": both(overview.parts["series"]),
        **summed("growth", {"weeks": growth.rows, **growth.parts}),
        **summed("devices", {"kinds": devices.rows, **devices.parts}),
        **summed("sources", {k: v for k, v in sources.parts.items() if k != "series"}),
        **{
            f"{by} {touch}": both(await ask.rows("sources", by=by, touch=touch))
            for by in WAYS
            for touch in ("last", "first")
        },
        "heatmap": both(await ask.rows("heatmap")),
    }


def both(rows):
    return total(rows, "sessions"), total(rows, "converted")


def summed(name, parts):
    return {f"{name} {part}": both(rows) for part, rows in parts.items()}


@SETTINGS
@given(questions())
def test_choices_and_values_add_up(db, database_url, question):
    case, filters, arrival = question
    arrange(db, database_url, case, arrival)

    async def check(ask, overview):
        await _same_values(ask, overview)
        listed = await ask.every_session()
        engaged = [row for row in listed if row.total_choices]
        paths, stopped = await ask.rows("journeys"), await ask.rows("drop_off")
        assert both(paths) == (len(engaged), sum(row.status == "converted" for row in engaged))
        assert (await ask.rows("funnel"))[1].sessions == len(engaged)
        assert total(stopped, "sessions") == overview.sessions - overview.converted
        idle = [row for row in listed if not row.total_choices and row.status != "converted"]
        assert sum(r.sessions for r in stopped if r.category is None) == len(idle)
        by_option = (await ask("drop_off")).parts["options"]
        assert total(by_option, "sessions") == total(stopped, "sessions") - len(idle)

    asked(database_url, case, filters, check)


async def _same_values(ask, overview):
    """Sums and numbers of the overview, and those of each report on prices."""
    evolution, spread = await ask("price_evolution"), await ask("price_distribution")
    growth, series = await ask("growth"), (await ask("overview")).parts["series"]
    (figures,) = spread.parts["figures"]
    value = overview.total_configured_value
    for rows in (spread.rows, evolution.rows, evolution.parts["versions"]):
        assert total(rows, "sessions") == overview.configured
    assert figures.sessions == overview.configured
    assert (figures.average is None) == (overview.average_configured_value is None)
    if overview.configured:
        assert abs(figures.average - overview.average_configured_value) <= Decimal("0.01")
    assert total(evolution.rows, "total") == value
    for rows in (series, growth.rows, growth.parts["months"]):
        assert total(rows, "configured_value") == value
    # Whoever comes on two days counts twice, in both.
    assert total(growth.rows, "visitors") == overview.visitors
    assert total(growth.parts["months"], "visitors") == overview.visitors


@SETTINGS
@given(questions())
def test_the_period_before_is_the_same_one_for_every_report(db, database_url, question):
    case, filters, arrival = question
    arrange(db, database_url, case, arrival)

    async def check(ask, overview):
        for name in ("heatmap", "devices", "sources", "growth"):
            answer = await ask(name, compare="true")
            assert total(answer.previous, "sessions") == overview.previous_sessions, name
            assert total(answer.previous, "converted") == overview.previous_converted, name
        funnel = await ask("funnel", compare="true")
        assert funnel.previous[0].sessions == overview.previous_sessions
        prices = await ask("price_evolution", compare="true")
        assert total(prices.previous, "sessions") == overview.previous_configured
        assert total(prices.previous, "total") == overview.previous_total_configured_value

    asked(database_url, case, filters, check)


# What is kept of closed days


@SETTINGS
@given(random_log.logs(60), st.sampled_from(ZONES), st.booleans())
def test_the_tables_of_closed_days_agree_with_the_reports(db, database_url, events, zone, bots):
    case = closing.Case(
        early=events,
        late=[],
        zone=zone,
        now=random_log.START + timedelta(days=6),
        asked={"from": "2026-03-26", "to": "2026-04-01", "bots": str(bots).lower()},
        required=["nest"],
    )
    arrange(db, database_url, case, "closed")
    period = periods.resolve(decode_asked(REPORTS["overview"], case.asked), zone, case.now)

    async def check(ask, overview):
        assert kept(db, "funnel_any", "session", bots) == overview.sessions
        assert kept(db, "funnel_any", "converted", bots) == overview.converted
        assert kept(db, "visit_device", "sessions", bots) == overview.sessions
        assert kept(db, "visit_device", "converted", bots) == overview.converted
        assert kept(db, "visit_device", "configured", bots) == overview.configured
        series = (await ask("overview")).parts["series"]
        assert [kept_on(db, step.starts_at, zone, bots) for step in series] == [
            step.sessions for step in series
        ]
        if not bots:
            _same_popular(db, await ask.rows("popular_configurations", limit="1000"))

    # All days that are closed, and today, on which nothing happened.
    assert period.span.start < random_log.START
    assert period.span.end > random_log.START + timedelta(seconds=random_log.SECONDS)
    asked(database_url, case, {}, check)


def kept(db, metric, category, bots):
    return db.execute(
        """select coalesce(sum(count), 0) from daily_analytics
           where metric_type = %s and category = %s and (not is_bot or %s)""",
        (metric, category, bots),
    ).fetchone()[0]


def kept_on(db, starts_at, zone, bots):
    day = starts_at.astimezone(periods.find_zone(zone)).date()
    return db.execute(
        """select coalesce(sum(count), 0) from daily_analytics where metric_type = 'funnel_any'
           and category = 'session' and date = %s and (not is_bot or %s)""",
        (day, bots),
    ).fetchone()[0]


def _same_popular(db, rows):
    """Bots' own configurations stay in the table with 0 sessions."""
    table = db.execute(
        """select encode(configuration_hash, 'hex'), configuration_data, selection_count,
               completion_count, average_price
           from popular_configurations where selection_count > 0"""
    ).fetchall()
    assert sorted(table, key=str) == sorted(
        ((r.configuration_hash, r.configuration, r.sessions, r.complete, r.average_price)
         for r in rows),
        key=str,
    )  # fmt: skip
