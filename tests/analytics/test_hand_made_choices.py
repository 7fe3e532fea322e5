"""What was chosen, at which price, and how fast the page was: counted by hand.

Sessions are those of tests/analytics/hand_made.py. Categories that are required: nest, huelle.
"""

import pytest

from tests.analytics.conftest import told
from tests.analytics.hand_made import CONFIGURATIONS, local
from tests.analytics.test_hand_made_log import DAYS, mean, near, of

# First choices: 35 sessions. A choice in nest that is not taken back: all but s26 (it took back
# what it never chose) and s31 (windows alone). In huelle as well: s04 s06 s07 s11 s14 s15 s20 s27
# s32 s34 s35 s39 s44 s46 s52 s54 s57 s58; s07 and s11 chose it before nest.


def test_funnel(spring):
    assert spring.rows("funnel") == [
        # Place, step, category, sessions, of the previous, of the first, seconds to the next
        (1, "session", None, 58, None, 100, near(20)),  # 5, 12 times 10, 15 15, 5 times 20, more
        (2, "first_choice", None, 35, of(35, 58), of(35, 58), 0),  # nest is mostly the first
        (3, "decided", "nest", 33, of(33, 35), of(33, 58), near(30)),
        # s07 s11 chose it earlier. 10 10 20 30 30 30 30 30 30 60 60 60 60 60 80 1140
        (4, "decided", "huelle", 16, of(16, 33), of(16, 58), 0),
        (5, "complete", None, 16, 100, of(16, 58), near(50)),  # 30 30 30 40 50 50 60 60 70 120 120
        # s14 s20 s32 s52 in cart, s27 s46 s54 completed, s04 s15 s35 s57 converted at once
        (6, "order_attempt", None, 11, of(11, 16), of(11, 58), 0),  # 0 0 0 0 and s20: 180
        (7, "converted", None, 5, of(5, 11), of(5, 58), None),  # s04 s15 s20 s35 s57
    ]


def test_funnel_in_any_order(spring):
    names = ("sessions", "of_previous", "of_first", "seconds_to_next")
    assert spring.rows("funnel", *names, ordered="false") == [
        (58, None, 100, near(20)),
        (35, of(35, 58), of(35, 58), 0),
        (33, of(33, 35), of(33, 58), near(30)),
        (18, of(18, 33), of(18, 58), 0),  # with s07 s11: nest 30 and 50 s later
        (18, 100, of(18, 58), near(50)),
        (13, of(13, 18), of(13, 58), 0),  # with s29 and s49, which converted without huelle
        (7, of(7, 13), of(7, 58), None),
    ]


def test_funnel_by_day(spring):
    sessions = {}
    for starts_at, _, number in spring.part("funnel", "series", "starts_at", "place", "sessions"):
        sessions.setdefault(starts_at, []).append(number)
    assert sessions == dict(zip(DAYS, (
        [10, 5, 5, 2, 2, 1, 1],  # s04 s05 s06 s07 s10 | s04 s06 (not s07) | s04
        [7, 4, 4, 2, 2, 2, 1],  # s11 s13 s14 s15 | s14 s15 (not s11) | s15
        [7, 5, 4, 1, 1, 1, 1],  # s19 s20 s21 s23 s26 | not s26 | s20
        [5, 3, 2, 1, 1, 1, 0],  # s27 s29 s31 | not s31 | s27; s29 skipped huelle
        [6, 3, 3, 3, 3, 2, 1],  # s32 s34 s35 | s32 s35 | s35
        [5, 3, 3, 1, 1, 0, 0],  # s38 s39 s40 | s39
        [5, 4, 4, 2, 2, 1, 0],  # s43 s44 s46 s47 | s44 s46 | s46
        [5, 3, 3, 1, 1, 1, 0],  # s49 s51 s52 | s52
        [3, 2, 2, 1, 1, 1, 0],  # s54 s55 | s54
        [5, 3, 3, 2, 2, 1, 1],  # s57 s58 s60 | s57 s58 | s57
    ), strict=True))  # fmt: skip


def test_drop_off(spring):
    assert spring.rows("drop_off") == [
        # Category, sessions, of the 51 that did not convert, average and median price
        (None, 23, of(23, 51), None, None),
        # s05 s07 s10 s11 s14 s19 s21 s23 s26 s38 s40 s43 s47 s51 s55 s60; s19 and s26 no price:
        # 160 170 180 180 180 180 180 200 200 200 230 230 240 250
        ("nest", 16, of(16, 51), mean(2_780_000, 14), near(180_000)),
        # s06 s27 s34 s39 s44 s46 s52 s54 s58: 185 190 190 200 210 220 240 320 320
        ("huelle", 9, of(9, 51), mean(2_075_000, 9), near(210_000)),
        # s13 s31 s32: 180 200 250
        ("fenster", 3, of(3, 51), 210_000, near(200_000)),
    ]


def test_drop_off_by_option(spring):
    names = ("category", "value", "sessions", "share", "average_price", "median_price")
    assert spring.part("drop_off", "options", *names) == [
        # s07 s10 s19 s38 s43 s51 s55 s60: 160 170 180 180 180 180 180, one unknown
        ("nest", "nest80", 8, of(8, 16), mean(1_230_000, 7), near(180_000)),
        # s05 s11 s14 s21 s40 s47: 200 200 200 230 230 240
        ("nest", "nest100", 6, of(6, 16), mean(1_300_000, 6), near(200_000)),
        ("huelle", "holz", 3, of(3, 9), 200_000, near(190_000)),  # s34 s39 s52: 190 190 220
        ("huelle", "platten", 3, of(3, 9), 280_000, near(320_000)),  # s27 s44 s54: 200 320 320
        ("huelle", "trapez", 3, of(3, 9), mean(635_000, 3), near(210_000)),  # s06 s46 s58
        ("fenster", None, 1, of(1, 3), 250_000, near(250_000)),  # s13 took it back
        ("fenster", "alu", 1, of(1, 3), 200_000, near(200_000)),  # s32
        ("fenster", "holz", 1, of(1, 3), 180_000, near(180_000)),  # s31
        ("nest", None, 1, of(1, 16), None, None),  # s26
        ("nest", "nest120", 1, of(1, 16), 250_000, near(250_000)),  # s23
    ]


def test_options(spring):
    names = ("category", "value", "exposed", "chosen", "kept", "switched_away", "keep_rate",
             "keep_rate_low", "keep_rate_high", "share", "decided", "decision_seconds",
             "decision_seconds_p90")  # fmt: skip
    # Nest was shown in the 34 sessions that chose in it, s08 (default), s17, s28 and s59 (a
    # click) and s18 (a shared link); huelle in the 18 that chose it and s18.
    # Wilson with z² = 3.8415: of 20 kept 18 (0.9 + 0.0960 ∓ 0.1628) / 1.1921, of 4 all 4 / 7.8415.
    assert spring.rows("options", *names) == [
        # s06 and s14 switched to nest100. 5, 6 times 10, 15, 20 20, 4 times 30, 40 50 60 60 s
        ("nest", "nest80", 39, 20, 18, 2, 90, bound(69.90), bound(97.21), of(18, 33), 33, near(20),
         near(50)),
        # s05 s06 s11 s14 s21 s34 s35 s40 s47 s49 s58: 20 60 50 30 60 30 10 20 30 10 30
        ("nest", "nest100", 39, 11, 11, 0, 100, bound(74.12), bound(100), of(11, 33), 33, near(30),
         near(60)),
        ("nest", "nest120", 39, 4, 4, 0, 100, bound(51.01), bound(100), of(4, 33), 33, near(20),
         near(45)),  # s13 s23 s44 s54: 45 20 60 10
        # s04 s07 s11 s14 s20 s32 s34 s35 s39 s52 s57: 60 10 10 30 30 30 60 10 60 60 30
        ("huelle", "holz", 19, 11, 11, 0, 100, bound(74.12), bound(100), of(11, 18), 18, near(30),
         near(60)),
        ("huelle", "trapez", 19, 4, 4, 0, 100, bound(51.01), bound(100), of(4, 18), 18, near(30),
         near(30)),  # s06 s15 s46 s58: 80 (from the first choice in nest) 10 30 30
        ("huelle", "platten", 19, 3, 3, 0, 100, bound(43.85), bound(100), of(3, 18), 18, near(60),
         near(60)),  # s27 s44 s54: 60 1140 20
        ("fenster", "alu", 3, 2, 1, 1, 50, bound(9.45), bound(90.55), 50, 2, near(60),
         near(60)),  # s32 kept it, s31 went back to holz
        ("fenster", "holz", 3, 2, 1, 1, 50, bound(9.45), bound(90.55), 50, 2, near(15),
         near(15)),  # s31 kept it, s13 took it back
    ]  # fmt: skip


def bound(percent):
    return pytest.approx(percent, abs=0.01)


def test_journeys(spring):
    found = spring.ask("journeys")
    assert told(found.rows) == [
        # 50 60 60 60 100 100 120 120 and longer; converted s04 s15 s20 s35 s57
        (["nest", "huelle"], 1, 15, of(15, 35), 5, of(5, 15), near(120)),
        # s05 s10 s19 s21 s23 s26 s29 s38 s40 s43 s47 s49 s51 s55 s60: 40 40 40 40 40 50 50 60 60 …
        (["nest"], 1, 15, of(15, 35), 2, of(2, 15), near(60)),
        (["huelle", "nest"], 1, 2, of(2, 35), 0, 0, near(50)),  # s07 s11: 50 60
        (["fenster"], 1, 1, of(1, 35), 0, 0, near(90)),  # s31
        (["nest", "fenster"], 1, 1, of(1, 35), 0, 0, near(180)),  # s13
        (["nest", "huelle", "fenster"], 1, 1, of(1, 35), 0, 0, near(170)),  # s32
    ]
    assert told(found.parts["links"]) == [
        (1, "nest", "huelle", 16),  # the 15 and s32
        (1, "huelle", "nest", 2),
        (1, "nest", "fenster", 1),
        (2, "huelle", "fenster", 1),
    ]
    assert told(found.parts["categories"]) == [
        # The 33 that kept a nest and s26; s14 came back to it after huelle. The 17th and 18th of
        # 34 times: 5, 10 times 10, 15, 5 times 20, then 30
        ("nest", 34, near(20), 1, of(1, 34)),
        # 10 10 10 10 20 30 30 30 30 of 18
        ("huelle", 18, near(30), 0, 0),
        ("fenster", 3, near(60), 0, 0),  # s13 60, s31 15, s32 60
    ]


POPULAR = [
    # Configuration, sessions, visitors, complete, converted, lowest, average, highest, by day
    # s04 s07 s20 s29 s39 s52 s57; s29 did not choose the huelle that it saved
    ("A", 7, 7, 6, 4, 170, 1250 / 7, 190, [2, 0, 1, 1, 0, 1, 0, 1, 0, 1]),
    ("E", 3, 2, 3, 1, 200, 640 / 3, 220, [0, 1, 0, 0, 2, 0, 0, 0, 0, 0]),  # s14, s34 and s35: f3
    ("F", 2, 2, 2, 1, 165, 175, 185, [0, 1, 0, 0, 0, 0, 1, 0, 0, 0]),  # s15 s46
    ("C", 2, 2, 2, 0, 320, 320, 320, [0, 0, 0, 0, 0, 0, 1, 0, 1, 0]),  # s44 s54
]
LAST = (local("04-01 09:02"), local("03-27 20:00:40"), local("03-29 12:01"),
        local("03-31 09:00:40"))  # fmt: skip


def test_popular_configurations(spring):
    names = ("configuration", "configurations", "sessions", "share", "visitors", "complete",
             "converted", "conversion_rate", "lowest_price", "average_price", "highest_price",
             "last_selected", "trend")  # fmt: skip
    found = spring.rows("popular_configurations", *names, limit="4")
    assert found[:4] == [
        (CONFIGURATIONS[letter], 1, sessions, of(sessions, 20), visitors, complete, converted,
         of(converted, sessions), low * 1000, mean(average * 1000, 1), high * 1000, last, trend)
        for (letter, sessions, visitors, complete, converted, low, average, high, trend), last
        in zip(POPULAR, LAST, strict=True)
    ]  # fmt: skip
    # s06 s10 s23 s27 s32 s40, a configuration each: 210 160 250 200 200 240. Only s06, s27 and
    # s32 decided on both.
    assert found[4:] == [
        (None, 6, 6, 30, 6, 3, 0, 0, 160_000, 210_000, 250_000, local("03-28 11:00:40"),
         [2, 0, 1, 1, 1, 1, 0, 0, 0, 0])
    ]  # fmt: skip
    assert len(spring.rows("popular_configurations")) == 10


def test_price_distribution(spring):
    found = spring.ask("price_distribution")
    bars = {
        160: (2, 1),  # s10 (160), s15 (165)
        170: (4, 3),  # s04 s07 s20 s29
        180: (7, 0),  # s31 s38 s43 s46 (185) s51 s55 s60
        190: (3, 1),  # s39 s52 s57
        200: (5, 0),  # s05 s14 s21 s27 s32
        210: (1, 0),  # s06
        220: (2, 1),  # s34 s35
        230: (3, 1),  # s11 s47 s49
        240: (2, 0),  # s40 s58
        250: (2, 0),  # s13 s23
        320: (2, 0),  # s44 s54
    }
    # A twentieth of 320 less 160 is 8: the next round width is 10.
    assert told(found.rows) == [
        (low * 1000, (low + 10) * 1000, sessions, converted,
         of(converted, sessions) if sessions else None)
        for low in range(160, 330, 10)
        for sessions, converted in [bars.get(low, (0, 0))]
    ]  # fmt: skip
    # In order the 4th of 33 (at least 3.3), the 17th (16.5) and the 30th (29.7)
    assert told(found.parts["figures"]) == [
        (33, 160_000, 170_000, 200_000, mean(6_800_000, 33), 250_000, 320_000)
    ]


def test_price_evolution(spring):
    found = spring.ask("price_evolution")
    assert told(found.rows) == [
        # Sessions, average, median, 10th and 90th percentile, total
        (DAYS[0], 5, 182_000, 170_000, 160_000, 210_000, 910_000),  # 160 170 170 200 210
        (DAYS[1], 4, 211_250, 200_000, 165_000, 250_000, 845_000),  # 165 200 230 250
        (DAYS[2], 3, mean(620_000, 3), 200_000, 170_000, 250_000, 620_000),  # 170 200 250
        (DAYS[3], 3, mean(550_000, 3), 180_000, 170_000, 200_000, 550_000),  # 170 180 200
        (DAYS[4], 3, mean(640_000, 3), 220_000, 200_000, 220_000, 640_000),  # 200 220 220
        (DAYS[5], 3, mean(610_000, 3), 190_000, 180_000, 240_000, 610_000),  # 180 190 240
        (DAYS[6], 4, 228_750, 185_000, 180_000, 320_000, 915_000),  # 180 185 230 320
        (DAYS[7], 3, 200_000, 190_000, 180_000, 230_000, 600_000),  # 180 190 230
        (DAYS[8], 2, 250_000, 180_000, 180_000, 320_000, 500_000),  # 180 320
        (DAYS[9], 3, mean(610_000, 3), 190_000, 180_000, 240_000, 610_000),  # 180 190 240
    ]
    assert told(found.parts["versions"]) == [
        # s04 to s35; converted s04 s15 s20 s29 s35; 160 165 170 170 170 170 180 180 200 200 …
        ("1", 18, local("03-23 10:00"), local("03-27 20:00"), mean(3_565_000, 18), 200_000,
         of(5, 18)),
        # s38 to s60; s49 s57; 180 180 180 180 180 185 190 190 190 …
        ("2", 15, local("03-28 09:00"), local("04-01 11:56"), mean(3_235_000, 15), 190_000,
         of(2, 15)),
    ]  # fmt: skip


def test_abandoned_value(spring):
    assert spring.rows("abandoned_value") == [
        # s58 (240, its last event is 30 minutes old, no more), s60 (180)
        ("open", 2, 420_000, 210_000, of(2, 23)),
        # s05 200, s06 210, s11 230 (a10: not s10), s13 250, s40 240 (R2: not s14), s21 200, s54
        # 320 (R3: not s23), s27 200, s31 180, s32 200, s38 180, s39 190, s43 180, s44 320,
        # s46 185, s51 180, s52 190, s55 180
        ("abandoned", 18, 3_835_000, mean(3_835_000, 18), of(18, 23)),
        # R1 left s07 and took s29 (170), f3 s34 and s35 (220), h4 s47 and s49 (230). In no state:
        # s04 s15 s20 s57 took the first they made.
        ("recovered", 3, 620_000, mean(620_000, 3), of(3, 23)),
    ]


def test_performance(spring):
    found = spring.ask("performance")
    nothing = (0, None, None, None, None, None)
    of_days = {
        0: (3, near(20), near(20), near(20), near(20), pytest.approx(20)),  # s04 s05 s06: 10 20 30
        2: (1, near(40), near(40), near(40), near(40), 40),  # s20
        3: (1, near(60), near(60), near(60), near(60), 60),  # of no session
        5: (1, near(100), near(100), near(100), near(100), 100),  # s39
    }
    assert told(found.rows) == [
        (day, "preis", "ms", *of_days.get(n, nothing)) for n, day in enumerate(DAYS)
    ]
    # Of n values in order, from 0 on, quantile q is at place q (n - 1), rounded down.
    assert told(found.parts["metrics"]) == [
        # 10 20 30 40 60 100: places 2, 3, 4, 4
        ("preis", "ms", 6, near(30), near(40), near(60), near(60), mean(260, 6)),
        # 1000 1500 2000 3000 5000: places 2, 3, 3, 3; s16 is a bot
        ("LCP", "ms", 5, near(2000), near(3000), near(3000), near(3000), 2500),
        # 0 0.05 0.3: places 1, 1, 1, 1
        ("CLS", None, 3, near(0.05), near(0.05), near(0.05), near(0.05), pytest.approx(0.35 / 3)),
    ]
    assert told(found.parts["endpoints"]) == [
        ("/liste", "preis", "ms", 1, near(60), near(60), near(60), 0),
        # 10 20 30 40 100: places 2, 3, 3; s20 of the four that name a status failed
        ("/preis", "preis", "ms", 5, near(30), near(40), near(40), 25),
    ]
    assert told(found.parts["vitals"]) == [
        ("lcp", "ms", 5, 60, 20, 20, near(3000), "needs improvement", 2500, 4000),
        ("cls", None, 3, of(2, 3), 0, of(1, 3), near(0.05), "good", 0.1, 0.25),
    ]
    bots = spring.ask("performance", bots="true", metric="LCP")
    assert told(bots.rows, "measurements")[:3] == [(4,), (1,), (1,)]  # s04 to s07, s16, s20


def test_the_ledger(spring):
    found = spring.ask("ledger")
    by_day = {0: (100, 88, 5, 3, 2, 2), 6: (50, 50, 0, 0, 0, 0), 7: (7, 6, 1, 0, 0, 0)}
    nothing = (0, 0, 0, 0, 0, 0)
    assert told(found.rows) == [(day, *by_day.get(n, nothing)) for n, day in enumerate(DAYS)]
    names = ("received", "stored", "duplicate", "rejected", "dead_lettered", "erased", "adds_up")
    assert told(found.parts["totals"], *names) == [(157, 144, 6, 3, 2, 2, True)]


def test_a_funnel_of_ones_own(spring):
    names = ("sessions", "of_previous", "of_first", "seconds_to_next")
    assert spring.rows("funnel", *names, funnel="haus") == [
        (36, None, 100, near(20)),  # all who saw /haus
        # But for s30 and s31; the 17th of 34 times: 5, 10 times 10, 15, 5 times 20
        (34, of(34, 36), of(34, 36), near(50)),
        (7, of(7, 34), of(7, 36), None),  # 30 40 50 50 110 150 270 s after the first nest
    ]
