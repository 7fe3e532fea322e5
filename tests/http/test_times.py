from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trailpost.http import times
from trailpost.http.times import DAY, FIRST, LAST, SECOND

NOW = 1_770_000_000 * SECOND


def test_iso_and_milliseconds_mean_the_same():
    at = datetime(2026, 3, 14, 9, 26, 53, 589_000, tzinfo=UTC)
    ms = int(at.timestamp() * 1000)
    assert times.micros(at) == times.micros(ms) == times.micros(float(ms)) == ms * 1000


def test_a_time_without_a_zone_is_utc():
    assert times.micros(datetime(1970, 1, 1, 1)) == 3600 * SECOND  # noqa: DTZ001


def test_a_zone_is_applied():
    vienna = timezone(timedelta(hours=2))
    assert times.micros(datetime(1970, 1, 1, 2, tzinfo=vienna)) == 0


def test_times_at_the_edge_of_the_calendar_stay_in_it():
    far = timezone(timedelta(hours=20))
    assert times.micros(datetime.min.replace(tzinfo=far)) == FIRST
    assert times.micros(datetime.max.replace(tzinfo=timezone(-timedelta(hours=20)))) == LAST
    assert times.moment(FIRST).year == 1
    assert times.moment(LAST).year == 9999


def test_the_utc_day_of_a_moment():
    assert times.utc_day(-1) == date(1969, 12, 31)
    assert times.day_number(DAY - 1) == 0
    assert times.day_number(-1) == -1


@pytest.mark.parametrize(
    ("sent_at", "wanted"),
    [
        (None, 0),
        (NOW, 0),
        (NOW - SECOND, 0),
        (NOW - SECOND - 1, SECOND + 1),
        (NOW + 3600 * SECOND, -3600 * SECOND),
    ],
)
def test_a_clock_is_corrected_when_it_is_off_by_more_than_a_second(sent_at, wanted):
    assert times.skew(sent_at, NOW) == wanted


@pytest.mark.parametrize(
    ("given_at", "skew", "wanted"),
    [
        (NOW - 5 * SECOND, 0, (NOW - 5 * SECOND, None)),
        (NOW - 3605 * SECOND, 3600 * SECOND, (NOW - 5 * SECOND, None)),
        # A little ahead: it cannot have happened after we heard of it.
        (NOW + SECOND, 0, (NOW, None)),
        (NOW + DAY, 0, (NOW, None)),
        (NOW + DAY + 1, 0, (NOW + DAY + 1, "future")),
        (NOW + 400 * DAY, -400 * DAY, (NOW, None)),
        (NOW - 90 * DAY, 0, (NOW - 90 * DAY, None)),
        (NOW - 90 * DAY - 1, 0, (NOW - 90 * DAY - 1, "ancient")),
        (FIRST, 0, (FIRST, "ancient")),
        (LAST, 0, (LAST, "future")),
    ],
)
def test_an_unbelievable_time_is_kept_and_flagged(given_at, skew, wanted):
    assert times.place(given_at, skew, NOW) == wanted


@given(st.integers(0, LAST), st.binary(min_size=10, max_size=10))
def test_a_uuid7_holds_its_moment(us, random):
    made = times.uuid7(us, random)
    assert UUID(bytes=made).version == 7
    assert UUID(bytes=made).variant == "specified in RFC 4122"
    assert times.uuid7_time(made) == us // 1000 * 1000


def test_other_uuids_hold_no_moment():
    assert times.uuid7_time(UUID(int=0).bytes) is None
    assert times.uuid7_time(UUID("8f14e45f-ceea-467f-a8f2-1d2b4b1d2b4b").bytes) is None
    # A year past 9999.
    assert times.uuid7_time(UUID("ffffffff-ffff-7fff-bfff-ffffffffffff").bytes) is None
