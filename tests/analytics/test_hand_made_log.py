"""Who came, from where and on what: each figure counted by hand in tests/analytics/hand_made.py.

A comment beside a figure names the sessions it counts, or the ones it leaves out. Each test runs
for the log as it happened, shuffled, with its days closed, and with late events after that.
"""

import asyncio
from datetime import timedelta

import pytest

from tests.analytics import hand_made, log
from tests.analytics.conftest import HandMade, told
from tests.analytics.hand_made import local

DATES = (
    "03-23", "03-24", "03-25", "03-26", "03-27", "03-28", "03-29", "03-30", "03-31", "04-01",
)  # fmt: skip
DAYS = [local(f"{date} 00:00") for date in DATES]


def of(part, whole):
    """Percent."""
    return pytest.approx(100 * part / whole)


def mean(total, number):
    return pytest.approx(total / number, abs=0.0051)


def near(value):
    """To within 1 %, as the definition says."""
    return pytest.approx(value, rel=0.0101)


def test_overview(spring):
    (row,) = spring.rows("overview")
    assert row == (
        58,  # s01 to s61 but for the bots s16, s25, s48
        # Twice on one UTC day, s11, s35, s43 and s49: a10 came at 22:00 and 23:30 UTC of the
        # 23rd, f3 twice on the 27th, g4 at 21:30 and 23:15 UTC of the 28th, h4 at 21:50 and
        # 23:30 UTC of the 29th.
        54,
        7,  # s04 s15 s20 s29 s35 s49 s57
        of(7, 58),
        33,  # of the 35 with a choice s19 and s26 name no price; s08, s18: nobody's choice
        mean(6_800_000, 33),
        6_800_000,  # by day, in thousands: 910 845 620 550 640 610 915 600 500 610
        mean(5935, 58),  # by day 709 + 535 + 570 + 389 + 441 + 230 + 2321 + 265 + 125 + 360 - 10
        of(15, 58),  # s01 s02 (29 s) s09 s12 s17 s22 s28 s33 s37 s41 s42 s45 s53 s56 s61
        of(35, 58),  # the 33, s19 and s26
        92.5,  # 17 times 100 and 3 times 50 (s10 s23 s40), of 20 saved ones
        2,  # s60, s61; the last event of s59 is exactly 5 minutes old
        # e01 e02 e03; e04 began after 12:15 of the 22nd, which today has not reached.
        3, 3, 1, of(1, 3), 2, 175_000, 350_000, mean(130, 3), of(1, 3), of(2, 3), None,
    )  # fmt: skip


def test_overview_with_bots(spring):
    names = ("sessions", "visitors", "converted", "total_configured_value", "bounce_rate",
             "active_now")  # fmt: skip
    # s16 converted, at 160; s25 and s62 bounced, s48 stayed 40 s; s62 is active.
    assert spring.rows("overview", *names, bots="true") == [(62, 58, 8, 6_960_000, of(17, 62), 3)]


def test_overview_by_day(spring):
    names = ("starts_at", "sessions", "engaged", "converted", "configured_value")
    assert spring.part("overview", "series", *names) == [
        (DAYS[0], 10, 5, 1, 910_000),  # s01 to s10: 160 + 170 + 170 + 200 + 210
        (DAYS[1], 7, 4, 1, 845_000),  # s11 to s15 s17 s18: 230 + 250 + 200 + 165
        (DAYS[2], 7, 5, 1, 620_000),  # s19 to s24 s26: 170 + 200 + 250; s19, s26 no price
        (DAYS[3], 5, 3, 1, 550_000),  # s27 to s31: 200 + 170 + 180
        (DAYS[4], 6, 3, 1, 640_000),  # s32 to s37: 200 + 220 + 220
        (DAYS[5], 5, 3, 0, 610_000),  # s38 to s42: 180 + 190 + 240
        (DAYS[6], 5, 4, 0, 915_000),  # s43 to s47: 180 + 320 + 185 + 230
        (DAYS[7], 5, 3, 1, 600_000),  # s49 to s53: 230 + 180 + 190
        (DAYS[8], 3, 2, 0, 500_000),  # s54 s55 s56: 320 + 180
        (DAYS[9], 5, 3, 1, 610_000),  # s57 to s61: 190 + 240 + 180
    ]


def test_the_days_of_the_overview_make_its_figures(spring):
    (whole,) = spring.ask("overview").rows
    days = spring.ask("overview").parts["series"]
    assert days[0].configured == 5
    assert days[0].average_configured_value == 182_000  # 910 of five
    assert sum(day.configured for day in days) == whole.configured
    for name in ("average_duration", "bounce_rate"):
        total = sum(getattr(day, name) * day.sessions for day in days if day.sessions)
        assert total / whole.sessions == pytest.approx(getattr(whole, name))


def test_the_day_of_23_hours_by_hour(spring):
    found = spring.part("overview", "series", **{"from": "2026-03-29", "to": "2026-03-29"})
    hours = [local("03-29 00:00") + timedelta(hours=n) for n in range(23)]
    begun = {local("03-29 00:00"): 1, local("03-29 01:00"): 1, local("03-29 03:00"): 1,
             local("03-29 12:00"): 1, local("03-29 23:00"): 1}  # fmt: skip
    # s43, s44, s45 (03:00, an hour after 01:00), s46, s47
    assert [(at, sessions) for at, sessions, *_ in found] == [(h, begun.get(h, 0)) for h in hours]


@pytest.mark.parametrize(
    ("asked", "figures"),
    [
        ({"device": "mobile"}, (24, 22, 1, 3_015_000)),  # s35, s43 came earlier that UTC day
        ({"source": "google.com"}, (16, 16, 1, 1_540_000)),
        ({"campaign": "fruehling"}, (12, 11, 2, 1_990_000)),
        ({"country": "DE"}, (9, 8, 1, 1_280_000)),
        # Kept by s04 s07 s10 s15 s19 s20 s27 s29 s32 s38 s39 s43 s46 s51 s52 s55 s57 s60
        ({"option": "nest:nest80"}, (18, 18, 5, 3_060_000)),
        # All with a price since the 28th: s38 s39 s40 s43 s44 s46 s47 s49 s51 s52 s54 s55 s57
        # s58 s60
        ({"priceList": "2"}, (15, 14, 2, 3_235_000)),
        ({"converted": "true"}, (7, 7, 7, 1_315_000)),  # 170 165 170 170 220 230 190
        ({"converted": "false", "device": "tablet"}, (4, 4, 0, 0)),
        ({"device": "desktop", "bots": "true"}, (32, 30, 7, 3_945_000)),  # with s16 s48 s62
    ],
)
def test_overview_of_some_sessions(spring, asked, figures):
    names = ("sessions", "visitors", "converted", "total_configured_value")
    assert spring.rows("overview", *names, **asked) == [figures]


ARRIVED = {
    # Sessions, visitors by local day, engaged, converted, rate, average value, bounced
    "direct": (25, 25, 17, 4, of(4, 25), mean(3_080_000, 15), of(5, 25)),
    "google.com": (16, 16, 7, 1, of(1, 16), 220_000, of(6, 16)),
    "newsletter": (7, 6, 5, 1, of(1, 7), 218_000, of(1, 7)),  # s34, s35: one visitor, one day
    "blog.example": (5, 5, 1, 0, 0, 190_000, of(3, 5)),
    "google": (5, 5, 5, 1, 20, 180_000, 0),
}


def test_sources(spring):
    # google.com: s02 s03 s05 s17 s20 s22 s23 s30 s33 s36 s38 s45 s51 s54 s58 s61, of them
    #   converted s20; bounced s02 s17 s22 s33 s45 s61; 200 + 170 + 250 + 180 + 180 + 320 + 240
    # newsletter: s06 s18 s21 s34 s35 s40 s56; 210 + 200 + 220 + 220 + 240
    # blog.example: s12 s24 s41 s52 s53; bounced s12 s41 s53
    # google: s07 s15 s27 s46 s55; 170 + 165 + 200 + 185 + 180
    # direct: the other 25; converted s04 s29 s49 s57, bounced s01 s09 s28 s37 s42; a10 and g4
    #   came on two local days, each counts twice
    assert spring.rows("sources") == [(name, name, *told) for name, told in ARRIVED.items()]


def test_sources_by_first_touch(spring):
    # R1 came by the newsletter (e01), so s07 (google), s29 and s50 (direct) are its; R2 came by
    # google (e02): so are s14 (direct) and s40 (newsletter). R3 came by google.com.
    assert spring.rows("sources", touch="first") == [
        ("direct", None, 22, 22, 15, 3, of(3, 22), mean(2_710_000, 13), of(5, 22)),
        ("google.com", None, *ARRIVED["google.com"]),
        ("newsletter", None, 9, 8, 6, 2, of(2, 9), mean(1_190_000, 6), of(1, 9)),
        ("google", None, 6, 6, 6, 1, of(1, 6), 195_000, 0),
        ("blog.example", None, *ARRIVED["blog.example"]),
    ]


def test_sources_by_day(spring):
    by_day = {
        "direct": (5, 3, 2, 3, 2, 2, 3, 2, 0, 3),
        "google.com": (3, 1, 3, 1, 2, 1, 1, 1, 1, 2),
        "newsletter": (1, 1, 1, 0, 2, 1, 0, 0, 1, 0),
        "blog.example": (0, 1, 1, 0, 0, 1, 0, 2, 0, 0),
        "google": (1, 1, 0, 1, 0, 0, 1, 0, 1, 0),
    }
    assert spring.part("sources", "series") == [
        (day, name, sessions[n]) for n, day in enumerate(DAYS) for name, sessions in by_day.items()
    ]


def test_campaigns_and_countries(spring):
    assert spring.part("sources", "campaigns") == [
        (None, 46, 46, 25, 5, of(5, 46), mean(4_810_000, 23), of(14, 46)),
        # The seven of the newsletter and the five of google; bounced s56
        ("fruehling", 12, 11, 10, 2, of(2, 12), 199_000, of(1, 12)),
    ]
    assert spring.part("sources", "campaigns", touch="first")[1] == (
        # R1 and R2 first came by it: s14, s29 and s50 as well
        "fruehling", 15, 14, 12, 3, of(3, 15), mean(2_360_000, 12), of(1, 15),
    )  # fmt: skip
    assert spring.part("sources", "countries") == [
        ("AT", 47, 47, 29, 6, of(6, 47), mean(5_520_000, 27), of(11, 47)),
        # s06 s12 s14 s22 s24 s34 s35 s40 s52; converted s35, bounced s12 s22
        ("DE", 9, 8, 6, 1, of(1, 9), mean(1_280_000, 6), of(2, 9)),
        (None, 2, 2, 0, 0, 0, None, 100),  # s09 s37
    ]


@pytest.mark.parametrize(
    ("by", "rows"),
    [
        ("medium", [(None, 46), ("email", 7), ("cpc", 5)]),
        ("referrer", [(None, 37), ("google.com/search", 16), ("blog.example/artikel", 5)]),
        ("landing", [("/haus", 32), ("/", 22), ("/preise", 4)]),  # s31 came to /haus?x=1
        ("country", [("AT", 47), ("DE", 9), (None, 2)]),
    ],
)
def test_other_ways_to_tell_sources_apart(spring, by, rows):
    assert spring.rows("sources", "value", "sessions", by=by) == rows


DESKTOP = (29, 29, 20, 6, of(6, 29), mean(3_785_000, 18), of(5, 29))
# s03 s05 s06 s14 s17 s18 s21 s22 s27 s30 s33 s34 s35 s38 s40 s42 s43 s46 s51 s55 s56 s58 s60 s61;
# s34 and s35 are one visitor; converted s35, bounced s17 s22 s33 s42 s56 s61
MOBILE = (24, 23, 15, 1, of(1, 24), 201_000, 25)
TABLET = (4, 4, 0, 0, 0, None, 75)  # s12 s24 s41 s53; s24 stayed 60 s
UNKNOWN = (1, 1, 0, 0, 0, None, 100)  # s09


def test_devices(spring):
    answer = spring.ask("devices")
    parts = answer.parts
    assert told(answer.rows) == [
        ("desktop", *DESKTOP), ("mobile", *MOBILE), ("tablet", *TABLET), (None, *UNKNOWN),
    ]  # fmt: skip
    assert told(parts["browsers"]) == [
        ("Firefox", *DESKTOP), ("Safari", *MOBILE), ("Chrome", *TABLET), (None, *UNKNOWN),
    ]  # fmt: skip
    assert told(parts["systems"]) == [
        ("Windows", *DESKTOP), ("iOS", *MOBILE), ("Android", *TABLET), (None, *UNKNOWN),
    ]  # fmt: skip
    assert told(parts["viewports"]) == [
        ("1440 and over", *DESKTOP), ("under 640", *MOBILE), ("640 to 1023", *TABLET),
        (None, *UNKNOWN),
    ]  # fmt: skip
    assert told(parts["languages"]) == [
        # Desktops and tablets
        ("de-AT", 33, 33, 20, 6, of(6, 33), mean(3_785_000, 18), of(8, 33)),
        ("de-DE", *MOBILE),
        (None, *UNKNOWN),
    ]


def test_pages(spring):
    assert spring.rows("pages") == [
        # Page, views, sessions by local day, first, last, exit rate, time in sight
        # All but the 22 that never saw it; s47 saw it before and after midnight. Last of all of
        # those but s30, and of s52; nobody reported the time.
        ("/haus", 37, 37, 32, 35, of(35, 37), None),
        # First of s01 s02 s03 s06 s08 s09 s17 s18 s22 s28 s30 s33 s36 s37 s42 s43 s45 s50 s53 s56
        # s59 s61, and seen by s12; last of all of them but s06 s30 s43
        ("/", 23, 23, 22, 20, of(20, 23), near(29)),  # 15 29 30 31 s
        ("/preise", 5, 5, 4, 3, 60, near(30)),  # s12 s24 s30 s41 s52; last of s24 s30 s41
    ]


def test_retention(spring):
    found = spring.ask("retention", {"range": "custom", "from": "2026-03-16", "to": "2026-04-01"})
    first, second = local("03-16 00:00"), local("03-23 00:00")
    assert told(found.rows)[:4] == [
        (first, 2, 0, 2, 100),  # R1 (e01), R2 (e02)
        (first, 2, 1, 2, 100),  # s07, s14
        (first, 2, 2, 1, 50),  # R1: s50; R2 came last on the 28th
        (first, 2, 3, None, None),  # from the 6th of April on
    ]
    assert told(found.rows)[9:12] == [
        (second, 1, 0, 1, 100),  # R3 (s23)
        (second, 1, 1, 1, 100),  # s54
        (second, 1, 2, None, None),
    ]
    assert len(found.rows) == 18
    # s07 s14 s23 s29 s40 s50 s54 e01 e02, of 58 and e01 to e04
    assert told(found.parts["known"]) == [(62, 9, of(9, 62))]


def test_heatmap(spring):
    begun = {
        # Mondays: s49; s01 s02 s03 s50; s04 s51; s05 s52; s06 s53; s07; s08; s09; s10
        1: {1: 1, 9: 4, 10: 2, 11: 2, 12: 2, 14: 1, 15: 1, 16: 1, 23: 1},
        # Tuesdays: s11; s12; s13 s54; s14 s55; s15 s56; s17; s18
        2: {0: 1, 8: 1, 9: 2, 10: 2, 11: 2, 13: 1, 14: 1},
        # Wednesdays: s19 s20 s57; s21 s22; s23 s58 s59 s60 s61; s24; s26
        3: {9: 3, 10: 2, 11: 5, 12: 1, 14: 1},
        4: {9: 1, 10: 1, 11: 1, 12: 1, 13: 1},  # s27 to s31
        5: {9: 1, 10: 1, 11: 1, 12: 1, 13: 1, 20: 1},  # s32 s33 s34 s36 s37 s35
        6: {9: 1, 10: 1, 11: 1, 12: 1, 22: 1},  # s38 to s42
        7: {0: 1, 1: 1, 3: 1, 12: 1, 23: 1},  # s43 to s47: 3 o'clock comes after 1 o'clock
    }
    # s49, s04, s15, s20 and s57, s29, s35
    converted = {(1, 1): 1, (1, 10): 1, (2, 11): 1, (3, 9): 2, (4, 11): 1, (5, 20): 1}
    for weekday, hour, sessions, orders, rate in spring.rows("heatmap"):
        assert sessions == begun[weekday].get(hour, 0)
        assert orders == converted.get((weekday, hour), 0)
        assert rate == (of(orders, sessions) if sessions else None)


def test_growth(spring):
    three_weeks = {"range": "custom", "from": "2026-03-16", "to": "2026-04-01"}
    assert told(spring.ask("growth", three_weeks).rows) == [
        (local("03-16 00:00"), True, 4, None, 4, None, 1, None, 350_000, None),  # e01 to e04
        # 45 sessions; s11, s35 and s43 not the first of their UTC day
        (local("03-23 00:00"), True, 45, 1025, 42, 950, 5, 400, 5_090_000, of(4740, 350)),
        # 13 from s49 on, not over yet; h4 came first on the 29th
        (local("03-30 00:00"), False, 13, None, 12, None, 2, None, 1_710_000, None),
    ]
    # Of a period that begins on the 30th, s49 is the first h4 came.
    names = ("sessions", "visitors")
    assert spring.rows("growth", *names, **{"from": "2026-03-30"}) == [(13, 13)]
    assert told(spring.ask("growth").parts["months"], "is_whole", *names, "converted") == [
        (False, 53, 49, 6), (False, 5, 5, 1),
    ]  # fmt: skip


def test_the_list_of_sessions(spring):
    found = spring.ask("sessions", limit="5")
    names = ("session_id", "is_active", "status", "total_choices", "session_duration",
             "total_price")  # fmt: skip
    assert told(found.rows, *names) == [
        (log.uuid("s61"), True, "ongoing", 0, 0, None),
        (log.uuid("s60"), True, "ongoing", 1, 60, 180_000),
        (log.uuid("s59"), False, "ongoing", 0, 60, None),
        (log.uuid("s58"), False, "ongoing", 2, 60, 240_000),  # last active 30 minutes ago
        (log.uuid("s57"), False, "converted", 2, 180, 190_000),
    ]
    every = spring.ask("sessions", limit="200").rows
    assert len(every) == 58
    assert sum(row.total_choices for row in every) == 60
    assert sum(row.session_duration for row in every) == 5935
    for status, number in (("converted", 7), ("ongoing", 4), ("abandoned", 47), ("expired", 0)):
        assert len(spring.ask("sessions", limit="200", status=status).rows) == number


def test_the_journey_of_one_session(spring):
    found = spring.ask("user_journey", {"session": str(log.uuid("s14"))})
    names = ("place", "seconds_since_previous", "price", "price_change", "completion", "chosen")
    both = {"nest": "nest80", "huelle": "holz"}
    last = {"nest": "nest100", "huelle": "holz"}
    assert told(found.rows, *names) == [
        (1, None, None, None, None, None),
        (2, 30, 160_000, None, None, {"nest": "nest80"}),
        (3, 30, 170_000, 10_000, None, both),
        (4, 30, 200_000, 30_000, None, last),
        (5, 10, 200_000, 0, 100, last),
        (6, 30, 200_000, 0, 100, last),
    ]
    names = ("session_duration", "total_events", "total_interactions", "total_choices",
             "total_price", "completion", "viewport_width", "status", "reached")  # fmt: skip
    assert told(found.parts["session"], *names) == [
        (130, 6, 3, 3, 200_000, 100, 390, "abandoned", "in_cart")
    ]


def test_real_time(spring):
    found = spring.ask("real_time", {})
    assert found.rows[0].active_sessions == 2
    last = told(found.parts["events"], "session_id", "kind", "price")
    assert last[:4] == [
        (log.uuid("s61"), "page_view", None),
        (log.uuid("s60"), "choice", 180_000),
        (log.uuid("s60"), "page_view", None),
        (log.uuid("s59"), "interaction", None),
    ]
    assert len(last) == 20


# The longest day


@pytest.fixture(params=[False, True], ids=["live", "closed"])
def autumn(db, database_url, request):
    log.project(db, hand_made.ZONE)
    now = local("10-26 12:00")
    asyncio.run(log.store(database_url, hand_made.events_of(hand_made.AUTUMN)))
    if request.param:
        assert asyncio.run(log.close(database_url, now)) == 2
    return HandMade(database_url, now)


def test_the_day_of_25_hours(autumn):
    three = {"range": "custom", "from": "2026-10-24", "to": "2026-10-26"}
    sunday = {"range": "custom", "from": "2026-10-25", "to": "2026-10-25"}
    found = autumn.ask("overview", three)
    # o1 | o2 o3 o4 o5 | o6
    assert [step.sessions for step in found.parts["series"]] == [1, 4, 1]
    assert (found.rows[0].sessions, found.rows[0].converted) == (6, 1)
    assert found.rows[0].total_configured_value == 360_000  # o2 160, o4 200
    hours = autumn.ask("overview", sunday).parts["series"]
    # 0 o'clock (o2), 2 (o3), 2 again (o4), and the 25th hour (o5)
    assert [(n, h.sessions) for n, h in enumerate(hours) if h.sessions] == [
        (0, 1), (2, 1), (3, 1), (24, 1),
    ]  # fmt: skip
    assert len(hours) == 25
    heat = {(r.weekday, r.hour): r.sessions for r in autumn.ask("heatmap", three).rows}
    assert {k: v for k, v in heat.items() if v} == {
        (6, 23): 1, (7, 0): 1, (7, 2): 2, (7, 23): 1, (1, 0): 1,
    }  # fmt: skip
    steps = autumn.ask("funnel", sunday).rows
    assert [(s.step, s.sessions) for s in steps] == [
        ("session", 4), ("first_choice", 2), ("order_attempt", 1), ("complete", 1),
        ("converted", 1),
    ]  # fmt: skip
    week, next_week = told(autumn.ask("growth", three).rows, "sessions", "is_whole")
    assert (week, next_week) == ((5, False), (1, False))
    assert told(autumn.ask("pages", sunday).rows, "path", "views", "median_seconds") == [
        ("/", 2, near(40)), ("/haus", 2, None),
    ]  # fmt: skip
