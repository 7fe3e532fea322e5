from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from trailpost.dashboard.rules import words


def plain(text):
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0, "count", "0"),
        (12345, "count", "12,345"),
        (12_345_678, "count", "12.3M"),
        (Decimal("278210.00"), "eur", "€ 278,210"),
        (-490, "eur", "€ −490"),
        (3.44, "percent", "3.4 %"),
        (61.2, "percent", "61 %"),
        (48, "seconds", "48 s"),
        (252, "seconds", "4 m 12 s"),
        (3780, "seconds", "1 h 03 m"),
        (4.25, "ms", "4.2 ms"),
        (1234, "ms", "1,234 ms"),
        (75_000, "ms", "1 m 15 s"),
        (0, "per_second", "0"),
        (0.04, "per_second", "0.04"),
        (3.44, "per_second", "3.4"),
        (1400, "per_second", "1,400"),
    ],
)
def test_a_figure_reads_in_its_unit(value, unit, text):
    assert plain(words.figure(value, unit)) == text


def test_no_value_stays_no_value():
    assert words.figure(None, "eur") is None


def test_a_change_of_price_has_its_sign():
    assert plain(words.euro_change(Decimal(9600))) == "+€ 9,600"
    assert plain(words.euro_change(-490)) == "−€ 490"


def test_days_name_a_year_once_when_they_share_it():
    assert words.days(date(2026, 10, 22), date(2026, 11, 20)) == "22 Oct – 20 Nov 2026"
    assert words.days(date(2025, 12, 20), date(2026, 1, 3)) == "20 Dec 2025 – 3 Jan 2026"
    assert words.days(date(2026, 11, 20), date(2026, 11, 20)) == "20 Nov 2026"


def test_pauses_and_offsets_read_as_times():
    assert plain(words.pause(timedelta(minutes=4, seconds=10))) == "4 min pause"
    assert plain(words.pause(timedelta(hours=2, minutes=5))) == "2 h 5 min pause"
    assert plain(words.pause(timedelta(days=1, hours=2))) == "1 d 2 h pause"
    assert words.offset(timedelta(seconds=247)) == "4:07"
    assert words.offset(timedelta(hours=1, minutes=2, seconds=33)) == "1:02:33"


def test_what_was_today_is_told_as_ago():
    now = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    assert words.ago(now - timedelta(seconds=20), now) == "just now"
    assert plain(words.ago(now - timedelta(minutes=5), now)) == "5 min ago"
    assert plain(words.ago(now - timedelta(hours=3), now)) == "3 h ago"
    assert words.ago(now - timedelta(days=3), now) == "17 Nov, 12:00"


def test_codes_become_words():
    assert words.label("fassadenplatten_schwarz") == "Fassadenplatten schwarz"
