from hypothesis import given
from hypothesis import strategies as st

from trailpost.http.buckets import Buckets


def test_a_caller_may_spend_two_seconds_worth_at_once():
    buckets = Buckets(10)
    assert buckets.wait("a", 0) == 0
    buckets.spend("a", 19, 0)
    assert buckets.wait("a", 0) == 0
    buckets.spend("a", 1, 0)
    assert buckets.wait("a", 0) > 0


def test_a_large_batch_passes_and_its_debt_is_waited_for():
    buckets = Buckets(10)
    buckets.spend("a", 500, 0)
    wait = buckets.wait("a", 0)
    assert wait == (500 - 20 + 1) / 10
    assert buckets.wait("a", wait - 0.2) > 0
    assert buckets.wait("a", wait) == 0


def test_callers_do_not_pay_for_each_other():
    buckets = Buckets(1)
    buckets.spend("a", 100, 0)
    assert buckets.wait("b", 0) == 0


def test_a_rate_of_zero_is_no_limit():
    buckets = Buckets(0)
    buckets.spend("a", 10**9, 0)
    assert buckets.wait("a", 0) == 0


def test_the_memory_for_callers_is_bounded_and_the_latest_are_kept():
    buckets = Buckets(1, most=10)
    for n in range(100):
        buckets.spend(n, 50, 0)
    assert len(buckets._held) <= 10
    assert buckets.wait(99, 0) > 0


@given(st.lists(st.tuples(st.floats(0, 10), st.integers(1, 50)), max_size=50))
def test_no_caller_gets_more_than_the_rate_and_one_batch(steps):
    rate, now, spent = 10, 0.0, 0
    buckets = Buckets(rate)
    for later, cost in steps:
        now += later
        if buckets.wait("a", now) == 0:
            buckets.spend("a", cost, now)
            spent += cost
    assert spent <= rate * now + 2 * rate + 50


def test_a_slow_rate_may_have_a_burst():
    buckets = Buckets(0.01, burst=3)
    for _ in range(3):
        assert buckets.wait("a", 0) == 0
        buckets.spend("a", 1, 0)
    assert buckets.wait("a", 0) == 100
    assert buckets.wait("a", 101) == 0
