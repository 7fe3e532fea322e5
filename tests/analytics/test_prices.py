"""Prices and what visitors left: live, closed and mixed, each equal to plain Python."""

import asyncio
import math
from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analytics import closing, log, recomputed
from tests.analytics.log import at, choice, end, event
from trailpost import analytics
from trailpost import db as databases
from trailpost.analytics import REPORTS
from trailpost.analytics.rules import periods
from trailpost.analytics.rules.reports import decode_asked

NAMES = ("price_distribution", "price_evolution", "abandoned_value")
START = at("2026-03-27 22:00")
"""Vienna's summer time begins in the second night."""
IDLE = timedelta(minutes=30)
MINUTE = timedelta(minutes=1)
PRICES = st.sampled_from(
    (
        st.sampled_from((15_550_000, 18_910_000)),
        st.integers(0, 300),
        st.integers(27_790_000, 27_920_000),
        st.integers(27_800_000, 27_800_060),
        st.builds(
            lambda digits, zeros: digits * 10**zeros, st.integers(1, 2000), st.integers(0, 8)
        ),
    )
)
"""Few, of cents, around the edges of bins, all within one, over decades."""


@st.composite
def visits(draw, number, prices):
    """The events of a configured session, and those of them that come late: all or its last."""
    visitor = draw(st.sampled_from((1, 2, 3, 100 + number)))
    given = {"visitor": visitor, "bot": draw(st.integers(0, 5)) == 0}
    moment = START + draw(st.integers(0, 3)) * timedelta(days=1)
    moment += MINUTE * draw(st.integers(0, 24 * 60 - 1) | st.sampled_from((0, 59, 60, 120, 1439)))
    events = [
        event(
            f"{number} {n}", str(number), moment + n * MINUTE, "choice",
            category="nest", value="nest80", source="user", price_cents=draw(prices),
            price_list_version=draw(st.sampled_from((None, "1", "2"))), **given,
        )
        for n in range(draw(st.sampled_from((1, 1, 2))))
    ]  # fmt: skip
    if draw(st.booleans()):
        events.append(end(f"{number} end", str(number), moment + 3 * MINUTE, "converted", **given))
    late = draw(st.sampled_from((0, 0, 0, 1, len(events))))
    return events[: len(events) - late], events[len(events) - late :]


@st.composite
def cases(draw):
    prices = draw(PRICES)
    made = [draw(visits(n, prices)) for n in range(draw(st.integers(1, 16)))]
    zone = draw(st.sampled_from(("UTC", "Europe/Vienna")))
    now = START + timedelta(minutes=draw(st.integers(2 * 24 * 60, 5 * 24 * 60)))
    today = now.astimezone(periods.find_zone(zone)).date()
    return closing.Case(
        early=[one for early, _ in made for one in early],
        late=[one for _, late in made for one in late],
        zone=zone,
        now=now,
        asked={
            "from": str(today - timedelta(days=draw(st.integers(1, 5)))),
            "to": str(today - timedelta(days=draw(st.integers(0, 1)))),
            "bots": draw(st.sampled_from(("true", "false"))),
        },
        required=[],
    )


@settings(closing.SETTINGS, max_examples=30)
@given(
    cases(),
    st.sampled_from(({"priceList": "1"}, {"converted": "true"}, {"converted": "false"})),
    st.integers(0, 99),
)
def test_closed_live_and_mixed_days_say_what_plain_python_says(
    db, database_url, case, filters, seed
):
    closing.begin(db, case)
    asyncio.run(log.store(database_url, case.early))
    _same_as_python(_ask(database_url, case), case, case.early)
    asyncio.run(log.close(database_url, case.now, _families()))
    _same_as_python(_ask(database_url, case), case, case.early)
    asyncio.run(log.store(database_url, case.late))
    _same_as_python(_ask(database_url, case), case, case.events)
    asyncio.run(log.close(database_url, case.now, _families()))
    _same_as_python(_ask(database_url, case), case, case.events)
    _touch_some(db, seed)
    _same_as_python(_ask(database_url, case), case, case.events)
    _same_as_python(_ask(database_url, case, filters), case, case.events, filters)


def _families():
    return REPORTS["price_distribution"].families


def _ask(url, case, filters=None):
    async def answers():
        async with await databases.connect(url) as conn:
            return [
                await analytics.run_report(conn, name, case.asked | (filters or {}), now=case.now)
                for name in NAMES
            ]

    return asyncio.run(answers())


def _touch_some(db, seed):
    """Some of what is kept is true no more, so its sums must not be read."""
    db.execute(
        "update closed_days set marked = marked + 1 where hashtext(date::text || %s) %% 2 = 0",
        (seed,),
    )
    for table, column in (("configured_prices", "sessions"), ("abandoned_days", "left_visitors")):
        db.execute(
            f"update {table} k set {column} = 1000 from closed_days c join built_days b"
            " using (project_id, date) where k.date = c.date and b.mark <> c.marked"
        )


def _same_as_python(answers, case, events, filters=None):
    distribution, evolution, abandoned = answers
    period = periods.resolve(decode_asked(REPORTS[NAMES[0]], case.asked), case.zone, case.now)
    found = [
        s
        for s in recomputed.sessions_of(events, case.asked["bots"] == "true")
        if s.configured and period.span.start <= s.start < period.span.end
        and _is_asked_for(s, filters or {})
    ]  # fmt: skip
    _same_bars(distribution.rows, found)
    _same_figures(distribution.parts["figures"][0], found)
    _same_steps(evolution.rows, period.edges, found)
    _same_lists(evolution.parts["versions"], found)
    assert {r.state: (r.visitors, r.value) for r in abandoned.rows} == _states(found, case.now)


def _is_asked_for(session, filters):
    return filters.get("priceList") in (None, _price_list(session)) and filters.get(
        "converted"
    ) in (None, str(session.converted).lower())


def _price_list(session):
    return session.mine[-1].fields["price_list_version"]


def _euros(cents):
    return (Decimal(cents) / 100).quantize(Decimal("0.01"))


def _quantile(sessions, share):
    prices = sorted(s.price for s in sessions)
    return _euros(prices[max(math.ceil(share * len(prices)), 1) - 1])


def _about(found, sessions):
    """An average, to half a cent however it is rounded."""
    exact = Decimal(sum(s.price for s in sessions)) / len(sessions) / 100
    return abs(found - exact) <= Decimal("0.005")


def _same_bars(bars, sessions):
    assert sum(b.sessions for b in bars) == len(sessions)
    for bar in bars:
        mine = [s for s in sessions if bar.price_from * 100 <= s.price < bar.price_to * 100]
        assert (bar.sessions, bar.converted) == (len(mine), sum(s.converted for s in mine))


def _same_figures(row, sessions):
    assert row.sessions == len(sessions)
    if not sessions:
        assert (row.lowest, row.median, row.average) == (None, None, None)
        return
    prices = [s.price for s in sessions]
    assert (row.lowest, row.highest) == (_euros(min(prices)), _euros(max(prices)))
    assert (row.p10, row.median, row.p90) == tuple(_quantile(sessions, q) for q in (0.1, 0.5, 0.9))
    assert _about(row.average, sessions)


def _same_steps(rows, edges, sessions):
    assert [r.starts_at for r in rows] == list(edges)
    for n, row in enumerate(rows):
        until = edges[n + 1] if n + 1 < len(edges) else None
        mine = [s for s in sessions if row.starts_at <= s.start and (not until or s.start < until)]
        assert (row.sessions, row.total) == (len(mine), _euros(sum(s.price for s in mine)))
        if mine:
            found = row.p10, row.median, row.p90
            assert found == tuple(_quantile(mine, q) for q in (0.1, 0.5, 0.9))
            assert _about(row.average, mine)


def _same_lists(rows, sessions):
    by_list = defaultdict(list)
    for session in sessions:
        by_list[_price_list(session)].append(session)
    assert {r.version for r in rows} == set(by_list)
    for row in rows:
        mine = by_list[row.version]
        starts = [s.start for s in mine]
        assert (row.sessions, row.median) == (len(mine), _quantile(mine, 0.5))
        assert (row.first_seen, row.last_seen) == (min(starts), max(starts))
        assert row.conversion_rate == 100 * sum(s.converted for s in mine) / len(mine)
        assert _about(row.average, mine)


def _states(sessions, now):
    visitors = defaultdict(list)
    for session in sessions:
        if session.price > 0:
            visitors[session.bot, session.visitor].append(session)
    found = {"open": [], "abandoned": [], "recovered": []}
    for mine in visitors.values():
        mine.sort(key=lambda s: (s.start, s.price))
        taken = [s for s in mine if s.converted]
        if not taken:
            state = "open" if max(s.last for s in mine) >= now - IDLE else "abandoned"
            found[state].append(mine[-1].price)
        elif any(not s.converted and s.start < taken[-1].start for s in mine):
            found["recovered"].append(taken[-1].price)
    return {state: (len(prices), _euros(sum(prices))) for state, prices in found.items()}


def test_many_sessions_of_a_few_neighbouring_prices_keep_their_exact_quantiles(db, database_url):
    """So many that a bin of a day holds more than the quantile that is looked for in it."""
    case = closing.Case(
        early=[
            choice(
                f"{day} {n}", f"{day} {n}", START + timedelta(days=day, minutes=3 * n), "nest",
                "nest80", price=278_000 + (n * 7919 + day) % 100_000 / 100, visitor=n + 1,
                price_list_version=str(n % 3),
            )
            for day in range(3) for n in range(400)
        ],
        late=[],
        zone="Europe/Vienna",
        now=START + timedelta(days=3, hours=12),
        asked={"range": "7d", "bots": "false"},
        required=[],
    )  # fmt: skip
    closing.begin(db, case)
    asyncio.run(log.store(database_url, case.early))
    for _ in range(2):
        _same_as_python(_ask(database_url, case), case, case.early)
        asyncio.run(log.close(database_url, case.now, _families()))


def test_who_left_something_yesterday_and_is_still_there_is_open(db, database_url):
    zone, midnight = "Europe/Vienna", at("2026-03-10 23:00")
    case = closing.Case(
        early=[
            choice("1", "here", midnight - 5 * MINUTE, "nest", "nest80", price=170_000, visitor=1),
            event("2", "here", midnight + 10 * MINUTE, visitor=1),
            choice("3", "gone", midnight - 50 * MINUTE, "nest", "nest80", price=160_000, visitor=2),
            choice("4", "left", midnight - 900 * MINUTE, "nest", "nest80", price=1, visitor=3),
            choice("5", "took", midnight - 10 * MINUTE, "nest", "nest80", price=150_000, visitor=3),
            end("6", "took", midnight - 9 * MINUTE, "converted", visitor=3),
        ],
        late=[],
        zone=zone,
        now=midnight + 15 * MINUTE,
        asked={"range": "7d", "bots": "false"},
        required=[],
    )
    closing.begin(db, case)
    asyncio.run(log.store(database_url, case.early))
    assert asyncio.run(log.close(database_url, case.now, _families())) == 1
    (*_, abandoned) = _ask(database_url, case)
    assert {r.state: (r.visitors, r.value) for r in abandoned.rows} == {
        "open": (1, Decimal("170000.00")),
        "abandoned": (1, Decimal("160000.00")),
        "recovered": (1, Decimal("150000.00")),
    }
