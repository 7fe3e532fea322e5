"""The events of one request, made a session."""

from __future__ import annotations

from collections.abc import Callable

from trailpost.tracking.rules.fold import columns
from trailpost.tracking.rules.fold.choices import add_choice, bound, first_categories
from trailpost.tracking.rules.fold.session import NEVER, Choice, Session, mark
from trailpost.tracking.rules.hashing import configuration_hash
from trailpost.tracking.wire import Context, Event

EXPLICIT_SOURCES = frozenset({"user"})
"""Sources of a choice that is the visitor's own. One that came with a shared link was another
person's, and defaults, resets and constraints are nobody's."""

# What happens on arrival decides how the visitor came; if it is lost, the first event does.
_ARRIVED, _OTHERWISE = "0", "1"
# Both are interactions, and name a category that the visitor was shown.
_NAMING = frozenset({"interaction", "choice"})


def summarise(project_id: int, context: Context, events: list[Event], received_at: int) -> Session:
    """The session that one request's events alone would make. There is at least one event."""
    times = [event.occurred_at if event.clock is None else received_at for event in events]
    session = _begin(project_id, context, min(times), max(times))
    session.total_events = len(events)
    named: list[str | None] = []
    for event, when in zip(events, times, strict=True):
        if event.kind in _NAMING:
            named.append(event.category)
        step = STEPS[event.kind]
        if step is not None:
            step(session, context, event, when, mark(when, event.event_id))
    if named:
        session.total_interactions = len(named)
        session.exposed = first_categories({name for name in named if name is not None})
        bound(session.choices)
    if session.marks.touch is NEVER:
        _arrived_otherwise(session, context, events, times)
    return session


def _begin(project_id: int, context: Context, first: int, last: int) -> Session:
    return Session(
        project_id=project_id,
        session_id=context.session_id,
        visitor=context.visitor,
        start_time=first,
        last_activity=last,
        is_bot=context.is_bot,
        client_session_id=context.client_session_id,
        bot_class=context.bot_class,
        bot_reason=context.bot_reason,
        user_agent=context.user_agent,
        device_type=context.device_type,
        browser_name=context.browser_name,
        os_name=context.os_name,
        language=context.language,
        viewport_width=context.viewport_width,
        viewport_height=context.viewport_height,
        country=context.country,
        is_recognised=context.is_recognised,
    )


def _arrived_otherwise(
    session: Session, context: Context, events: list[Event], times: list[int]
) -> None:
    """The page view that began the session is not here; the request may know all the same."""
    came = (context.referrer, context.utm_source, context.utm_medium, context.utm_campaign)
    if not any((*came, context.landing_page)):
        return
    ids = [event.event_id for event in events]
    at = _OTHERWISE + mark(*min(zip(times, ids, strict=True)))
    columns.touch(session, at, *came)
    columns.land(session, at, context.landing_page)


def _arrive(session: Session, context: Context, event: Event, _: int, at: str) -> None:
    came = (context.referrer, context.utm_source, context.utm_medium, context.utm_campaign)
    columns.touch(session, _ARRIVED + at, *came)
    columns.land(session, _ARRIVED + at, context.landing_page or event.url)


def _page_view(session: Session, context: Context, event: Event, when: int, at: str) -> None:
    _arrive(session, context, event, when, at)
    columns.leave(session, at, event.url)


def _session_end(session: Session, _: Context, event: Event, when: int, at: str) -> None:
    session.end_time = columns.latest(session.end_time, when)
    columns.leave(session, at, event.url)
    columns.reach(session, event.conversion_status, when)


def _choice(session: Session, _: Context, event: Event, when: int, at: str) -> None:
    columns.cost(session, at, event.price_cents, event.price_list_version)
    category, value = event.category, event.value
    if event.source not in EXPLICIT_SOURCES or category is None:
        return
    session.total_choices += 1
    seen = [] if value is None else [value]
    made = Choice(value, at, 1, seen, when, event.price_cents)
    add_choice(session.choices, category, made)


def _snapshot(session: Session, _: Context, event: Event, when: int, at: str) -> None:
    if event.configuration is not None:
        hashed = configuration_hash(event.configuration)
        columns.configure(session, at, when, hashed, event.configuration)
    columns.cost(session, at, event.price_cents, event.price_list_version)
    columns.complete(session, at, event.completion)
    columns.reach(session, event.conversion_status, when)


def _consent(session: Session, _: Context, event: Event, __: int, at: str) -> None:
    columns.agree(session, at, event.value)


def _identify(session: Session, _: Context, event: Event, __: int, at: str) -> None:
    columns.know(session, at, event.value)


STEPS: dict[str, Callable[[Session, Context, Event, int, str], None] | None] = {
    "session_start": _arrive,
    "page_view": _page_view,
    "interaction": None,
    "choice": _choice,
    "snapshot": _snapshot,
    "timing": None,
    "session_end": _session_end,
    "consent": _consent,
    "identify": _identify,
}
"""What each kind does to a session, given the event's time and mark; None: nothing but count."""
