"""Ranges, in zones where days are 23 and 25 hours long, and where midnight does not exist."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.analytics.log import at
from trailpost.analytics.rules import periods
from trailpost.analytics.wire import PeriodAsks
from trailpost.base.errors import BadRequest

QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)
ZERO = datetime(2000, 1, 1, tzinfo=UTC)
PATIENT = settings(deadline=None)
ZONES = st.sampled_from(sorted(periods.zone_names()))
NOWS = st.integers(0, 33 * 365 * 86_400_000).map(
    lambda ms: datetime(2002, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
)


def resolve(zone, now, **asked):
    return periods.resolve(PeriodAsks(**asked), zone, now)


def local(moment, zone):
    return moment.astimezone(ZoneInfo(zone))


@PATIENT
@given(ZONES, NOWS, st.sampled_from(("24h", "7d", "30d", "90d")))
@example("Europe/Vienna", at("2026-03-29 12:00"), "7d")
@example("Australia/Lord_Howe", at("2026-10-04 12:00"), "24h")
@example("Pacific/Apia", at("2012-01-02 12:00"), "7d")
@example("Africa/Cairo", at("2024-04-26 00:00"), "7d")
def test_any_range_in_any_zone_lies_on_buckets_and_holds_now(zone, now, name):
    found = resolve(zone, now, range=name)
    span, before = found.span, found.before
    marks = (*found.edges, span.start, span.end, before.start, before.end)
    assert all((mark - ZERO) % QUARTER == timedelta(0) for mark in marks)
    assert all(mark.tzinfo is UTC for mark in marks)
    assert span.start <= now < span.end <= now + QUARTER
    assert before.start <= before.end <= span.start
    assert found.edges[0] == span.start
    assert list(found.edges) == sorted(set(found.edges))
    assert found.edges[-1] < span.end
    assert span.day_before <= span.start <= span.day_after < span.day_before + timedelta(days=2)
    assert span.day_before.hour == span.day_after.hour == 0


@PATIENT
@given(ZONES, NOWS, st.integers(0, 400), st.integers(0, 120))
def test_days_are_those_of_the_calendar(zone, now, back, length):
    today = local(now, zone).date()
    first = today - timedelta(days=back)
    last = first + timedelta(days=length)
    found = resolve(zone, now, from_=first, to=last)
    assert found.step == ("hour" if (min(last, today) - first).days < 2 else "day")
    assert local(found.span.start, zone).date() == first
    assert local(found.span.start - timedelta(microseconds=1), zone).date() < first
    assert found.span.end <= now + QUARTER
    if last < today:
        assert local(found.span.end, zone).date() > last
        assert local(found.span.end - timedelta(microseconds=1), zone).date() <= last
        assert found.before.end == found.span.start
    if found.step == "day":
        days = [local(edge, zone).date() for edge in found.edges]
        assert days == sorted(set(days))


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Vienna", date(2026, 3, 29), 23),
        ("Europe/Vienna", date(2026, 10, 25), 25),
        ("Europe/Vienna", date(2026, 6, 1), 24),
        ("Asia/Kathmandu", date(2026, 6, 1), 24),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
        ("Africa/Cairo", date(2026, 4, 24), 23),
        ("America/Havana", date(2026, 11, 1), 25),
    ],
)
def test_a_day_is_as_long_as_the_zone_makes_it(zone, day, hours):
    found = resolve(zone, at("2027-01-01 00:00"), from_=day, to=day)
    assert (found.span.end - found.span.start) / HOUR == hours
    # The hour in which clocks move by half of one is as much longer or shorter.
    assert len(found.edges) == hours // 1


def test_a_day_begins_after_a_midnight_that_clocks_skip():
    # In Cairo, clocks went from 00:00 to 01:00 on 24 April 2026.
    found = periods.midnight(date(2026, 4, 24), ZoneInfo("Africa/Cairo"))
    assert found == at("2026-04-23 22:00")
    assert local(found, "Africa/Cairo").hour == 1


def test_a_day_a_zone_skipped_is_no_step():
    found = resolve(
        "Pacific/Apia", at("2013-01-01 00:00"), from_=date(2011, 12, 28), to=date(2012, 1, 2)
    )
    days = [local(edge, "Pacific/Apia").date().day for edge in found.edges]
    assert days == [28, 29, 31, 1, 2]


def test_zones_of_odd_quarters_cut_days_on_bucket_edges():
    found = resolve("Asia/Kathmandu", at("2026-03-10 12:00"), range="7d")
    assert found.span.start == at("2026-03-03 18:15")


def test_seven_days_are_today_and_the_six_before_it():
    found = resolve("Europe/Vienna", at("2026-03-10 23:30"), range="7d")
    # It is already 11 March in Vienna.
    assert found.span.start == at("2026-03-04 23:00")
    assert found.span.end == at("2026-03-10 23:45")
    assert len(found.edges) == 7


def test_today_is_compared_with_as_much_of_the_day_it_is_compared_with():
    found = resolve("UTC", at("2026-03-10 14:07"), range="7d")
    assert found.span.end == at("2026-03-10 14:15")
    assert (found.before.start, found.before.end) == (
        at("2026-02-25 00:00"), at("2026-03-03 14:15"),
    )  # fmt: skip


def test_past_days_are_compared_with_the_days_just_before():
    found = resolve("UTC", at("2026-03-10 14:07"), from_=date(2026, 3, 1), to=date(2026, 3, 5))
    assert found.before == periods.Span(at("2026-02-24 00:00"), at("2026-03-01 00:00"))


def test_a_day_is_24_local_hours_with_the_one_that_runs():
    found = resolve("Asia/Kathmandu", at("2026-03-10 12:00"), range="24h")
    # 17:45 there; the hour began at 17:00, 11:15 in UTC.
    assert found.span == periods.Span(at("2026-03-09 12:15"), at("2026-03-10 12:15"))
    assert len(found.edges) == 24
    assert found.before == periods.Span(at("2026-03-08 12:15"), at("2026-03-09 12:15"))


def test_a_bucket_that_just_began_belongs_to_the_period():
    assert resolve("UTC", at("2026-03-10 12:00"), range="24h").span.end == at("2026-03-10 12:15")


def test_days_given_without_a_range_are_a_custom_one_and_nothing_is_30_days():
    day = date(2026, 3, 1)
    assert resolve("UTC", at("2026-03-10 12:00"), from_=day, to=day).span.start == at(
        "2026-03-01 00:00"
    )
    assert len(resolve("UTC", at("2026-03-10 12:00")).edges) == 30


def test_a_custom_range_ends_today_at_the_latest():
    found = resolve("UTC", at("2026-03-10 12:00"), from_=date(2026, 3, 9), to=date(2026, 4, 9))
    assert found.span.end == at("2026-03-10 12:15")
    assert found.before == periods.Span(at("2026-03-07 00:00"), at("2026-03-08 12:15"))


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"range": "custom"}, "from"),
        ({"range": "custom", "from_": date(2026, 3, 1)}, "to"),
        ({"from_": date(2026, 3, 2), "to": date(2026, 3, 1)}, "to"),
        ({"from_": date(2026, 3, 11), "to": date(2026, 3, 12)}, "from"),
        ({"from_": date(1999, 3, 1), "to": date(2026, 3, 1)}, "from"),
        ({"from_": date(2010, 3, 1), "to": date(2026, 3, 1)}, "from"),
        ({"range": "7d", "from_": date(2026, 3, 1)}, "from"),
        ({"range": "24h", "to": date(2026, 3, 1)}, "to"),
    ],
)
def test_a_wrong_range_names_the_parameter(asked, field):
    with pytest.raises(BadRequest) as wrong:
        resolve("UTC", at("2026-03-10 12:00"), **asked)
    assert wrong.value.field == field


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../../etc/passwd", "europe", "localtime"])
def test_an_unknown_zone_names_the_parameter(name):
    with pytest.raises(BadRequest) as wrong:
        resolve(name, at("2026-03-10 12:00"))
    assert wrong.value.field == "tz"
