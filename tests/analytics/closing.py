"""One question asked three times: live, of closed days, and after late events touched them."""

import asyncio
from datetime import timedelta

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests.analytics import log, random_log
from trailpost.analytics import REPORTS
from trailpost.analytics.rules import periods
from trailpost.analytics.rules.reports import decode_asked

SETTINGS = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
TABLES = (
    "events, user_sessions, rollup_sessions, rollup_events, rollup_timings, report_settings, "
    "closed_days, built_days, daily_analytics, configured_sessions, configuration_days, "
    "popular_configurations, timing_days, funnels, erased_sessions"
)
ZONES = ("UTC", "Europe/Vienna", "Asia/Kathmandu", "America/New_York")
AUTUMN = timedelta(days=210)
"""From before Vienna's change to summer time to before the one back."""
DEVICES = {"a": "desktop", "b": "mobile", "c": "desktop", "d": "mobile", "e": None}


class Case(msgspec.Struct, frozen=True):
    """A log, what of it arrives late, and how a report is asked."""

    early: list
    late: list
    zone: str
    now: object
    asked: dict
    required: list

    @property
    def events(self):
        return [*self.early, *self.late]


def _shifted(events, by):
    return [msgspec.structs.replace(one, at=one.at + by) for one in events]


@st.composite
def cases(draw):
    by = draw(st.sampled_from((timedelta(0), AUTUMN)))
    made = _shifted(draw(random_log.logs(50)), by)
    late = draw(st.lists(st.sampled_from(made), unique_by=lambda e: e.id, max_size=6))
    asked = {"range": "custom"}
    zone = draw(st.sampled_from(ZONES))
    first = (random_log.START + by).astimezone(periods.find_zone(zone)).date()
    asked["from"] = str(first + timedelta(days=draw(st.integers(-1, 1))))
    asked["to"] = str(first + timedelta(days=draw(st.integers(2, 5))))
    return Case(
        early=[one for one in made if one not in late],
        late=late,
        zone=zone,
        now=random_log.START + by + timedelta(hours=draw(st.integers(60, 200))),
        asked=asked | {"bots": draw(st.sampled_from(("true", "false")))},
        required=draw(st.lists(st.sampled_from(random_log.CATEGORIES), unique=True, max_size=3)),
    )


FILTERS = st.sampled_from(
    ({}, {"device": "desktop"}, {"option": "nest:nest80"}, {"converted": "false"},
     {"converted": "true"}, {"device": "mobile", "option": "fenster:8"})
)  # fmt: skip


def only(filters):
    """The sessions that a filter leaves, by the log alone."""

    def is_left(session):
        kept = {e.fields["category"]: e.fields["value"] for e in session.mine}
        wanted = filters.get("option", ":").partition(":")
        return (
            filters.get("device") in (None, DEVICES[session.events[0].session])
            and filters.get("converted") in (None, str(session.converted).lower())
            and ("option" not in filters or kept.get(wanted[0]) == wanted[2])
        )

    return is_left


def begin(db, case):
    db.execute(f"truncate {TABLES}, projects restart identity cascade")
    log.project(db, case.zone)
    db.execute("insert into report_settings values (1, %s)", (case.required,))


def write(db, url, events):
    asyncio.run(log.store(url, events))
    for session, device in DEVICES.items():
        db.execute(
            "update user_sessions set device_type = %s where session_id = %s",
            (device, log.uuid(session)),
        )


def span_of(case, name):
    return periods.resolve(decode_asked(REPORTS[name], case.asked), case.zone, case.now)


def ask(url, case, name, **more):
    return asyncio.run(log.ask(url, name, case.asked | more, now=case.now))


def same_closed(db, url, case, name, check, **more):
    """Check the answer live, of closed days, after late events, and of days closed again."""
    begin(db, case)
    write(db, url, case.early)
    for lot in (case.early, case.events):
        live = ask(url, case, name, **more)
        check(live, lot)
        asyncio.run(log.close(url, case.now, REPORTS[name].families))
        assert unbuilt(db) == 0
        assert told(ask(url, case, name, **more)) == told(live)
        if lot is case.early:
            write(db, url, case.late)


def unbuilt(db):
    return db.execute(
        """select count(*) from closed_days c left join built_days b using (project_id, date)
           where b.mark is distinct from c.marked"""
    ).fetchone()[0]


def told(answer):
    return answer.rows, answer.parts
