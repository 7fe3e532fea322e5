"""Two parts of one session, made one."""

from __future__ import annotations

from operator import attrgetter

from trailpost.tracking.rules.fold import columns
from trailpost.tracking.rules.fold.choices import add_choices, merge_exposed
from trailpost.tracking.rules.fold.session import Session


def merge(session: Session, other: Session) -> Session:
    """Adds `other` to `session`, and returns it. Who the visitor is stays as `session` has it."""
    session.start_time = min(session.start_time, other.start_time)
    session.last_activity = max(session.last_activity, other.last_activity)
    session.end_time = columns.latest(session.end_time, other.end_time)
    session.total_events += other.total_events
    session.total_interactions += other.total_interactions
    session.total_choices += other.total_choices
    if other.exposed:
        session.exposed = merge_exposed(session.exposed, other.exposed)
    if other.choices:
        add_choices(session.choices, other.choices)
    if other.conversion_status != "ongoing":
        _reach(session, other)
    _complete_visitor(session, other)
    _merge_marked(session, other)
    return session


def _reach(session: Session, other: Session) -> None:
    # A session stored by an earlier version has a status, but not when it reached it.
    columns.advance(session, other.conversion_status)
    for status, when in other.reached.items():
        columns.reach(session, status, when)


def _merge_marked(session: Session, other: Session) -> None:
    marks = other.marks
    columns.touch(
        session,
        marks.touch,
        other.referrer,
        other.utm_source,
        other.utm_medium,
        other.utm_campaign,
    )
    columns.land(session, marks.landing, other.landing_page)
    columns.leave(session, marks.exit, other.exit_page)
    columns.agree(session, marks.consent, other.consent)
    columns.know(session, marks.user, other.user_hash)
    columns.cost(session, marks.price, other.total_price, other.price_list_version)
    columns.complete(session, marks.completion, other.completion)
    if other.configuration is not None and other.configuration_at is not None:
        hashed = other.configuration_hash or b""
        at = other.configuration_at
        columns.configure(session, marks.configuration, at, hashed, other.configuration)


_OF_THE_VISITOR = (
    "client_session_id",
    "bot_class",
    "bot_reason",
    "user_agent",
    "device_type",
    "browser_name",
    "os_name",
    "language",
    "viewport_width",
    "viewport_height",
    "country",
)


_of_the_visitor = attrgetter(*_OF_THE_VISITOR)


def _complete_visitor(session: Session, other: Session) -> None:
    if _of_the_visitor(session) == _of_the_visitor(other):
        return
    for name in _OF_THE_VISITOR:
        if getattr(session, name) is None:
            setattr(session, name, getattr(other, name))
