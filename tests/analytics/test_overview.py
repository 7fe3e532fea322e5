"""Twelve sessions written by hand, and every figure worked out on paper.

The project is in Vienna; it is Monday, 30 March 2026, 12:00 there (10:00 UTC). Range 7d is
24 March 00:00 to 30 March 12:15 (the end of the quarter hour that runs); before it 17 March 00:00
to 23 March 12:15. Clocks went from 02:00 to 03:00 on 29 March, a day of 23 hours.

      visitor  began (Vienna)        seconds  what
 S1   v1       23 Mar 23:30                0  in neither period: after 12:15 of 23 March
 S2   v1       24 Mar 00:10               30  no choice, but 30 s: no bounce
 S3   v2       25 Mar 09:00               29  no choice: bounce
 S4   v2       25 Mar 15:00              600  nest80 155,500; holzlattung 165,100; converted
 S5   v3       26 Mar 10:00              300  nest100 189,100; completion 50; in cart
 S6   v4       29 Mar 01:30             3600  nest80, nest120, nest80 again at 155,500
 S7   v5       29 Mar 23:59:50            20  the default nest80 at 155,500 only: bounce
 S8   v5       30 Mar 00:00:10             0  one event: bounce; 29 March in UTC, as S7
 S9   v5       30 Mar 11:58               60  fenster chosen and taken back, no price; active now
 S10  v9       27 Mar 12:00              100  a bot
 P1   v1       17 Mar 00:05              100  nest80 200,000; complete; converted
 P2   v2       23 Mar 12:00               10  bounce
"""

from decimal import Decimal

import pytest

from tests.analytics import log
from tests.analytics.log import at, choice, end, event, snapshot
from trailpost.analytics import REPORTS

NOW = at("2026-03-30 10:00")


def two(name, start, last, **given):
    return [
        event(f"{name}-1", name, at(start), **given),
        event(f"{name}-2", name, at(last), **given),
    ]


LOG = [
    event("S1", "S1", at("2026-03-23 22:30"), visitor=1),
    *two("S2", "2026-03-23 23:10:00", "2026-03-23 23:10:30", visitor=1),
    *two("S3", "2026-03-25 08:00:00", "2026-03-25 08:00:29", visitor=2),
    choice("S4-1", "S4", at("2026-03-25 14:00"), "nest", "nest80", price=155500, visitor=2),
    choice("S4-2", "S4", at("2026-03-25 14:05"), "gebaeudehuelle", "holzlattung", price=165100,
           visitor=2),
    snapshot("S4-3", "S4", at("2026-03-25 14:09"), {"nest": "nest80"}, completion=100, visitor=2),
    end("S4-4", "S4", at("2026-03-25 14:10"), "converted", visitor=2),
    choice("S5-1", "S5", at("2026-03-26 09:00"), "nest", "nest100", price=189100, visitor=3),
    snapshot("S5-2", "S5", at("2026-03-26 09:05"), {"nest": "nest100"}, completion=50,
             status="in_cart", visitor=3),
    choice("S6-1", "S6", at("2026-03-29 00:30"), "nest", "nest80", price=155500, visitor=4),
    choice("S6-2", "S6", at("2026-03-29 00:40"), "nest", "nest120", price=222700, visitor=4),
    choice("S6-3", "S6", at("2026-03-29 01:30"), "nest", "nest80", price=155500, visitor=4),
    event("S7-1", "S7", at("2026-03-29 21:59:50"), visitor=5),
    choice("S7-2", "S7", at("2026-03-29 22:00:10"), "nest", "nest80", source="default",
           price=155500, visitor=5),
    event("S8", "S8", at("2026-03-29 22:00:10"), visitor=5),
    choice("S9-1", "S9", at("2026-03-30 09:58"), "fenster", "fichte", visitor=5),
    choice("S9-2", "S9", at("2026-03-30 09:59"), "fenster", None, visitor=5),
    choice("S10-1", "S10", at("2026-03-27 11:00:00"), "nest", "nest160", price=300000, visitor=9,
           bot=True),
    event("S10-2", "S10", at("2026-03-27 11:01:40"), visitor=9, bot=True),
    choice("P1-1", "P1", at("2026-03-16 23:05:00"), "nest", "nest80", price=200000, visitor=1),
    snapshot("P1-2", "P1", at("2026-03-16 23:06:40"), {}, completion=100, status="converted",
             visitor=1),
    *two("P2", "2026-03-23 11:00:00", "2026-03-23 11:00:10", visitor=2),
]  # fmt: skip

# 8 sessions: S2 to S9.
FIGURES = {
    "sessions": 8,
    # v1 on 23 March (UTC; S1 came first, before the period), v2 on the 25th, v3 on the 26th, v4
    # and v5 (S7 and S8) on the 29th, v5 on the 30th.
    "visitors": 6,
    "converted": 1,  # S4
    "conversion_rate": 12.5,  # 1 of 8
    "configured": 3,  # S4, S5, S6; S7 chose nothing, S9 has no price
    "average_configured_value": Decimal("169900.00"),  # 509,700 / 3
    "total_configured_value": Decimal("509700.00"),  # 165,100 + 189,100 + 155,500
    "average_duration": 579.875,  # (30 + 29 + 600 + 300 + 3600 + 20 + 0 + 60) / 8 = 4639 / 8
    "bounce_rate": 37.5,  # S3, S7, S8 of 8
    "engaged_rate": 50.0,  # S4, S5, S6, S9 of 8
    "completion": 75.0,  # (100 + 50) / 2
    "active_now": 1,  # S9, at 11:59
    "previous_sessions": 2,  # P1, P2
    "previous_visitors": 2,
    "previous_converted": 1,
    "previous_conversion_rate": 50.0,
    "previous_configured": 1,
    "previous_average_configured_value": Decimal("200000.00"),
    "previous_total_configured_value": Decimal("200000.00"),
    "previous_average_duration": 55.0,  # (100 + 10) / 2
    "previous_bounce_rate": 50.0,
    "previous_engaged_rate": 50.0,
    "previous_completion": 100.0,
}


@pytest.fixture
def written(db, database_url, run):
    log.project(db, "Europe/Vienna")
    run(log.store(database_url, LOG))
    return database_url


def overview(run, url, now=NOW, **params):
    return run(log.ask(url, "overview", params, now=now))


def figures(answer):
    return {name: getattr(answer.rows[0], name) for name in answer.rows[0].__struct_fields__}


def test_every_figure_is_what_it_is_on_paper(written, run):
    assert figures(overview(run, written, range="7d")) == FIGURES


def test_the_order_of_arrival_changes_no_figure(db, database_url, run):
    log.project(db, "Europe/Vienna")
    lots = [LOG[i::5][::-1] for i in (3, 0, 4, 1, 2)]
    run(log.store(database_url, *lots))
    assert figures(overview(run, database_url, range="7d")) == FIGURES


def test_bots_count_only_when_asked_for(written, run):
    with_bots = overview(run, written, range="7d", bots="true").rows[0]
    assert (with_bots.sessions, with_bots.visitors, with_bots.configured) == (9, 7, 4)
    assert with_bots.total_configured_value == 809_700


def test_the_series_has_a_row_for_each_local_day(written, run):
    rows = overview(run, written, range="7d").parts["series"]
    assert [(row.starts_at, row.sessions, row.engaged, row.converted) for row in rows] == [
        (at("2026-03-23 23:00"), 1, 0, 0),  # S2
        (at("2026-03-24 23:00"), 2, 1, 1),  # S3, S4
        (at("2026-03-25 23:00"), 1, 1, 0),  # S5
        (at("2026-03-26 23:00"), 0, 0, 0),
        (at("2026-03-27 23:00"), 0, 0, 0),
        (at("2026-03-28 23:00"), 2, 1, 0),  # S6, S7
        (at("2026-03-29 22:00"), 2, 1, 0),  # S8, S9
    ]
    assert sum(row.configured_value for row in rows) == FIGURES["total_configured_value"]


def test_visitors_of_the_series_add_up_to_those_of_the_period(written, run):
    rows = overview(run, written, range="7d").parts["series"]
    # v1 came on 23 March (UTC) before the period already, and counts once within it. v5 came back
    # on the same UTC day in S8, and on another one in S9.
    assert [row.visitors for row in rows] == [1, 1, 1, 0, 0, 2, 1]
    assert sum(row.visitors for row in rows) == FIGURES["visitors"]


def test_a_session_is_active_in_each_quarter_until_5_minutes_after_its_last_event(written, run):
    rows = overview(run, written, range="30d").parts["active"]
    assert (rows[0].starts_at, rows[-1].starts_at) == (at("2026-03-29 10:15"), NOW)
    assert {r.starts_at: r.active_sessions for r in rows if r.active_sessions} == {
        at("2026-03-29 21:45"): 1,  # S7
        at("2026-03-29 22:00"): 2,  # S7, S8
        at("2026-03-30 09:45"): 1,  # S9
        NOW: 1,  # S9, until 10:04
    }
    later = overview(run, written, now=at("2026-03-30 10:16")).parts["active"]
    assert [r.active_sessions for r in later][-3:] == [1, 1, 0]


def test_a_session_of_many_hours_is_active_from_the_first_quarter_on(db, database_url, run):
    log.project(db)
    run(log.store(database_url, two("a", "2026-03-20 10:00", "2026-03-29 10:26")))
    rows = overview(run, database_url).parts["active"]
    assert [r.active_sessions for r in rows] == [1, 1] + [0] * 94
    gone = overview(run, database_url, now=at("2026-03-30 10:15")).parts["active"]
    assert [r.active_sessions for r in gone] == [1] + [0] * 95  # active until 10:31


def test_another_zone_cuts_other_days(written, run):
    rows = overview(run, written, range="7d", tz="UTC").parts["series"]
    # S7 and S8 began on 29 March in UTC; S2 lies before 24 March there.
    assert [row.sessions for row in rows] == [0, 2, 1, 0, 0, 3, 1]


def test_a_custom_day_of_23_hours_has_23_steps(written, run):
    params = {"range": "custom", "from": "2026-03-29", "to": "2026-03-29"}
    answer = overview(run, written, **params)
    series = answer.parts["series"]
    assert (len(series), answer.rows[0].sessions, answer.rows[0].visitors) == (23, 2, 2)
    assert [i for i, row in enumerate(series) if row.sessions] == [1, 22]


def test_no_session_means_no_data_and_never_a_made_up_rate(db, database_url, run):
    log.project(db)
    answer = overview(run, database_url, range="24h").rows[0]
    assert (answer.sessions, answer.visitors, answer.total_configured_value) == (0, 0, 0)
    nothing = ("conversion_rate", "average_configured_value", "average_duration", "bounce_rate",
               "engaged_rate", "completion", "previous_conversion_rate")  # fmt: skip
    assert [getattr(answer, name) for name in nothing] == [None] * len(nothing)


def test_a_project_sees_only_its_own(db, database_url, run):
    log.project(db, "Europe/Vienna")
    log.project(db, slug="other")
    run(log.store(database_url, [event("o", "o", NOW, project=2)]))
    assert overview(run, database_url).rows[0].sessions == 0
    assert overview(run, database_url, project="other").rows[0].sessions == 1


def test_an_event_of_the_future_makes_no_session_active(db, database_url, run):
    log.project(db)
    far, near = at("2031-01-01 00:00"), at("2026-03-30 10:01")
    run(log.store(database_url, [event("f", "f", far, received=NOW), event("n", "n", near)]))
    assert overview(run, database_url).rows[0].active_now == 0


def test_the_options_are_what_they_are_on_paper(written, run):
    rows = run(log.ask(written, "options", {"range": "7d"}, now=NOW)).rows
    third = pytest.approx(100 / 3)
    found = [
        (r.category, r.value, r.chosen, r.kept, r.switched_away, r.keep_rate, r.share, r.decided)
        for r in rows
    ]
    assert found == [
        # S4, S5 and S6 kept a nest: nest80 twice, nest100 once; S6 came back from nest120. The
        # default of S7 is nobody's choice.
        ("nest", "nest80", 2, 2, 0, 100.0, pytest.approx(200 / 3), 3),
        ("nest", "nest100", 1, 1, 0, 100.0, third, 3),
        ("nest", "nest120", 1, 0, 1, 0.0, 0.0, 3),
        ("gebaeudehuelle", "holzlattung", 1, 1, 0, 100.0, 100.0, 1),
        ("fenster", "fichte", 1, 0, 1, 0.0, None, 0),  # S9 took it back
    ]


def test_the_recent_sessions_are_those_that_began_last(written, run):
    rows = run(log.ask(written, "sessions", {"range": "7d"}, now=NOW)).rows
    assert [row.session_id for row in rows] == [log.uuid(f"S{n}") for n in (9, 8, 7, 6, 5, 4, 3, 2)]
    assert [row.is_active for row in rows][:2] == [True, False]
    assert [row.status for row in rows][:1] == ["ongoing"]
    assert rows[5].status == "converted"
    assert rows[4].status == "abandoned"


def test_the_series_adds_up_to_the_figures_over_any_range(written, run):
    for params in ({"range": "24h"}, {"range": "30d"}, {"range": "90d", "bots": "true"}):
        answer = overview(run, written, **params)
        assert sum(r.sessions for r in answer.parts["series"]) == answer.rows[0].sessions


def plan_of(db, sql):
    db.execute("set enable_seqscan = off")
    text = sql.text
    named = {name: f"'{NOW.isoformat()}'" for name in sql.params}
    named |= {"project_id": "1", "bots": "false", "filters": "'{}'"}
    for name, value in named.items():
        text = text.replace(f"%({name})s", value)
    return "\n".join(row[0] for row in db.execute(f"explain {text}"))


def test_active_sessions_are_read_from_an_index_range_of_the_last_day(written, db):
    db.execute(
        """insert into user_sessions
           select made.*
           from (select * from user_sessions limit 1) s,
               generate_series(%(now)s::timestamptz - interval '200 days', %(now)s, '1 hour') t,
               jsonb_populate_record(s.*::user_sessions, jsonb_build_object(
                   'session_id', gen_random_uuid(), 'start_time', t, 'last_activity', t,
                   'last_bucket', bucket_of(t))) made""",
        {"now": NOW},
    )
    db.execute("analyze user_sessions")
    part = REPORTS["overview"].part("active")
    for sql in (part.sql, part.filtered):
        plan = plan_of(db, sql)
        assert "user_sessions_last" in plan, plan
        assert "Index Cond: ((project_id = 1) AND (last_bucket >= " in plan


def test_the_report_reads_rollups_and_two_narrow_indexes(written, db, run):
    """Events never; sessions only of a first partial day, and those active just now."""
    plan = plan_of(db, REPORTS["overview"].sql)
    scans = {line.split(" on ")[1].split()[0] for line in plan.splitlines() if " Scan" in line
             and " on " in line and "CTE" not in line and "Subquery" not in line}  # fmt: skip
    assert scans <= {
        "rollup_sessions", "rollup_sessions_pkey", "user_sessions", "user_sessions_start",
        "user_sessions_last",
    }, plan  # fmt: skip
    assert "user_sessions_start" in plan
    assert "user_sessions_last" in plan
