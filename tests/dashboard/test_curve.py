from datetime import UTC, datetime, timedelta
from decimal import Decimal

from trailpost.dashboard.rules import curve

START = datetime(2026, 11, 20, 10, tzinfo=UTC)


def at(seconds, price):
    return START + timedelta(seconds=seconds), Decimal(price)


def test_a_price_holds_until_the_next_one():
    drawn = curve.draw(
        [at(0, 100), at(50, 200), at(50, 200)], START, START + timedelta(seconds=100)
    )
    assert drawn.line == "M0.0,94.0 H500.0 V19.2 H1000"
    assert drawn.area == "M0.0,94.0 H500.0 V19.2 H1000 V100 H0.0 Z"
    assert drawn.words.startswith("The price went from")


def test_a_price_that_never_changed_is_no_curve():
    assert curve.draw([at(0, 100), at(9, 100)], START, START) is None
    assert curve.draw([], START, START) is None


def test_a_session_of_one_instant_still_draws():
    drawn = curve.draw([at(0, 100), at(0, 200)], START, START)
    assert drawn is not None
    assert "nan" not in drawn.line
