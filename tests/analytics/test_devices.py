"""What visitors come with: by hand, and against plain Python, live and from closed days."""

from collections import defaultdict

from hypothesis import given, settings

from tests.analytics import closing, log, random_visits
from tests.analytics.log import at, choice, event
from tests.analytics.random_visits import FILTERS, measured, measures, visits_of, within

SETTINGS = settings(closing.SETTINGS, max_examples=12)
NOW = at("2026-03-10 18:00")
NOON = at("2026-03-10 12:00")
PHONE = {"device_type": "mobile", "browser_name": "Safari", "os_name": "iOS", "language": "de-AT",
         "viewport_width": 390}  # fmt: skip
DESK = {"device_type": "desktop", "browser_name": "Firefox", "os_name": "Windows",
        "language": "en", "viewport_width": 1440}  # fmt: skip


def test_each_way_to_tell_sessions_apart_holds_all_of_them(db, database_url, run):
    log.project(db)
    run(log.store(database_url, [
        choice("1", "a", NOON, "nest", "nest80", price=155_500, visitor=1, context=PHONE),
        event("2", "b", NOON, visitor=1, context=PHONE | {"viewport_width": 640}),
        event("3", "c", NOON, visitor=2, context=DESK),
        event("4", "d", NOON, visitor=3),
        event("5", "e", NOON, visitor=4, bot=True, context=DESK),
    ]))  # fmt: skip
    answer = run(log.ask(database_url, "devices", now=NOW))

    def told(rows, name):
        return [(getattr(r, name), r.sessions, r.visitors) for r in rows]

    assert told(answer.rows, "device") == [("mobile", 2, 1), ("desktop", 1, 1), (None, 1, 1)]
    assert [r.engaged for r in answer.rows] == [1, 0, 0]
    parts = answer.parts
    assert told(parts["browsers"], "browser") == [("Safari", 2, 1), ("Firefox", 1, 1), (None, 1, 1)]
    assert told(parts["systems"], "system") == [("iOS", 2, 1), ("Windows", 1, 1), (None, 1, 1)]
    assert told(parts["languages"], "language") == [("de-AT", 2, 1), ("en", 1, 1), (None, 1, 1)]
    assert told(parts["viewports"], "width") == [
        ("1440 and over", 1, 1), ("640 to 1023", 1, 1), ("under 640", 1, 1), (None, 1, 1),
    ]  # fmt: skip


def width_of(visit):
    width = visit.context["viewport_width"]
    if width is None:
        return None
    edges = ((640, "under 640"), (1024, "640 to 1023"), (1440, "1024 to 1439"))
    return next((name for edge, name in edges if width < edge), "1440 and over")


@SETTINGS
@given(random_visits.cases(), FILTERS)
def test_devices_equal_a_recomputation_live_and_of_closed_days(db, database_url, case, filters):
    zone = closing.periods.find_zone(case.zone)
    span = closing.span_of(case, "devices").span

    def check(answer, events):
        shown = within(visits_of(events, case.asked["bots"] == "true", filters), span)

        def by(key):
            found = defaultdict(list)
            for visit in shown:
                found[key(visit)].append(visit)
            return {k: measured(v, zone) for k, v in found.items()}

        assert measures(answer.rows, "device") == by(lambda v: v.context["device_type"])
        parts = answer.parts
        assert measures(parts["browsers"], "browser") == by(lambda v: v.context["browser_name"])
        assert measures(parts["systems"], "system") == by(lambda v: v.context["os_name"])
        assert measures(parts["languages"], "language") == by(lambda v: v.context["language"])
        assert measures(parts["viewports"], "width") == by(width_of)

    closing.same_closed(db, database_url, case, "devices", check, **filters)
