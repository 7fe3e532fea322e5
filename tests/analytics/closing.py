"""One question asked again: live, of closed hours and days, and after late events touched them."""

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
    "closed_days, built_days, daily_analytics, closed_hours, built_hours, hour_analytics, "
    "configured_sessions, configuration_days, popular_configurations, configured_prices, "
    "abandoned_days, timing_days, funnels, erased_sessions"
)
ZONES = ("UTC", "Europe/Vienna", "Asia/Kathmandu", "America/New_York")
AUTUMN = timedelta(days=210)
"""From before Vienna's change to summer time to before the one back."""
AT_A_CHANGE = {
    "UTC": (timedelta(0),),
    "Asia/Kolkata": (timedelta(0),),
    "Europe/Vienna": (timedelta(0), AUTUMN),
    "America/St_Johns": (-timedelta(days=20, hours=19.5), timedelta(days=217, hours=3.5)),
    "Australia/Lord_Howe": (timedelta(days=6, hours=14), timedelta(days=188, hours=14.5)),
}
"""How far to move a random log so that clocks change five hours after it begins, an edge of it;
in Lord Howe by half an hour."""
DEVICES = {"a": "desktop", "b": "mobile", "c": "desktop", "d": "mobile", "e": None}


class Case(msgspec.Struct, frozen=True):
    """A log, what of it arrives late, and how a report is asked."""

    early: list
    late: list
    zone: str
    now: object
    asked: dict
    required: list
    earlier: timedelta = timedelta(0)
    """How long before `now` hours were last closed."""
    seed: int = 0
    """Decides which closed hours and days turn out to be out of date."""

    @property
    def events(self):
        return [*self.early, *self.late]


def _shifted(events, by):
    return [msgspec.structs.replace(one, at=one.at + by) for one in events]


@st.composite
def cases(draw):
    by = draw(st.sampled_from((timedelta(0), AUTUMN)))
    zone = draw(st.sampled_from(ZONES))
    first = (random_log.START + by).astimezone(periods.find_zone(zone)).date()
    asked = {
        "range": "custom",
        "from": str(first + timedelta(days=draw(st.integers(-1, 1)))),
        "to": str(first + timedelta(days=draw(st.integers(2, 5)))),
    }
    now = random_log.START + by + timedelta(hours=draw(st.integers(60, 200)))
    return _case(draw, by, zone, now, asked, draw(random_log.logs(50)))


@st.composite
def recent_cases(draw):
    """Asked while sessions go on, of days or of hours, where clocks change."""
    zone = draw(st.sampled_from(sorted(AT_A_CHANGE)))
    by = draw(st.sampled_from(AT_A_CHANGE[zone]))
    now = random_log.START + by + timedelta(minutes=draw(st.integers(6 * 60, 44 * 60)))
    today = now.astimezone(periods.find_zone(zone)).date()
    before = str(today - timedelta(days=1))
    asked = draw(st.sampled_from((
        {"range": "24h"}, {"range": "7d"}, {"from": before, "to": str(today)},
    )))  # fmt: skip
    return _case(draw, by, zone, now, asked, random_log.busy(draw(st.integers(0, 10**6))))


def _case(draw, by, zone, now, asked, events):
    made = _shifted(events, by)
    late = draw(st.lists(st.sampled_from(made), unique_by=lambda e: e.id, max_size=6))
    return Case(
        early=[one for one in made if one not in late],
        late=late,
        zone=zone,
        now=now,
        asked=asked | {"bots": draw(st.sampled_from(("true", "false")))},
        required=draw(st.lists(st.sampled_from(random_log.CATEGORIES), unique=True, max_size=3)),
        earlier=timedelta(minutes=draw(st.sampled_from((0, 5, 90, 600)))),
        seed=draw(st.integers(0, 99)),
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
            filters.get("device") in (None, DEVICES.get(session.events[0].session))
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
    """Check the answer live, of closed hours and days, of some of them, after late events, and of
    those closed again."""
    families = REPORTS[name].families
    begin(db, case)
    write(db, url, case.early)
    for lot in (case.early, case.events):
        live = ask(url, case, name, **more)
        check(live, lot)
        if any(family.hours for family in families):
            asyncio.run(log.close_hours(url, case.now - case.earlier, families))
            assert told(ask(url, case, name, **more)) == told(live)
        asyncio.run(log.close(url, case.now, families))
        assert unbuilt(db) == 0
        assert told(ask(url, case, name, **more)) == told(live)
        leave_open(db, case.seed)
        assert told(ask(url, case, name, **more)) == told(live)
        if lot is case.early:
            write(db, url, case.late)


def unbuilt(db):
    return db.execute(
        """select (select count(*) from closed_days c left join built_days b
               using (project_id, date) where b.mark is distinct from c.marked)
           + (select count(*) from closed_hours c left join built_hours b
               using (project_id, starts_at) where b.mark is distinct from c.marked)"""
    ).fetchone()[0]


def leave_open(db, seed):
    """Some of what is kept is true no more, so it must not be read; its rows say nonsense."""
    db.execute(
        """with touched as (
               update closed_days set marked = marked + 1
               where hashtext(date::text || %s) %% 2 = 0 returning project_id, date)
           update daily_analytics a set count = count + 1000
           from touched t where a.project_id = t.project_id and a.date = t.date""",
        (seed,),
    )
    db.execute(
        """with touched as (
               update closed_hours set marked = marked + 1
               where hashtext(starts_at::text || %s) %% 3 = 0
               returning project_id, starts_at)
           update hour_analytics a set count = count + 1000
           from touched t where a.project_id = t.project_id and a.starts_at = t.starts_at""",
        (seed,),
    )


def told(answer):
    return answer.rows, answer.parts


def visit(session, moment, **given):
    return [
        log.event(f"{session} 1", session, moment, **given),
        log.choice(
            f"{session} 2", session, moment + timedelta(minutes=1), "nest", "nest80", **given
        ),
    ]


async def waiting_for_lock(db, kind):
    """Until somebody waits for a lock of this kind, in this database."""
    while not db.execute(
        """select count(*) from pg_locks l join pg_database d on d.oid = l.database
           where d.datname = current_database() and l.locktype = %s and not l.granted""",
        (kind,),
    ).fetchone()[0]:
        await asyncio.sleep(0.01)
