"""What a session is, as a function of its events: whatever their order, however they are split.

`summarise` makes a session of one request's events, `merge` makes one of two. Both give the same
session for the same set of events, because every column is a sum, a minimum, a maximum, or is
decided by marks: (time, event id) of the event that won it.

The one exception: who the visitor is (visitor, device, bot) is taken from whatever was stored
first, and only completed later; rollups are keyed by it, so it must not change.
"""

from __future__ import annotations

import struct
from binascii import b2a_base64
from collections.abc import Callable

import msgspec

from trailpost.tracking.rules.hashing import configuration_hash
from trailpost.tracking.wire import Context, Event

EXPLICIT_SOURCES = frozenset({"user"})
"""Sources of a choice that is the visitor's own. One that came with a shared link was another
person's, and defaults, resets and constraints are nobody's."""

STATUSES = {"ongoing": 0, "in_cart": 1, "completed": 2, "converted": 3}
"""A session only moves forward."""

# One session must not grow without end, whatever a client sends. The first in alphabetical order
# are kept: so it does not matter which came first, and none comes back once it was left out.
MOST_CATEGORIES = 100
MOST_SEEN = 200

BUCKET = 900_000_000
"""15 minutes in microseconds."""

_LONGEST = 2**31 - 1
_SORTED = bytes.maketrans(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    b"-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz",
)
_pack = struct.Struct(">Q16s").pack
_OFFSET = 2**63

# Sort before and after every mark.
_NONE = ""
_NEVER = "~"
# What happens on arrival decides how the visitor came; if it is lost, the first event does.
_ARRIVED, _OTHERWISE = "0", "1"


def mark(at: int, event_id: bytes) -> str:
    """Of two events, the later one's mark is the greater text; the id decides between equals."""
    return b2a_base64(_pack(at + _OFFSET, event_id), newline=False).translate(_SORTED).decode()


class Choice(msgspec.Struct, frozen=True, gc=False):
    """What became of one category. `value` None: taken back. `at` is a mark."""

    value: str | None
    at: str
    count: int
    seen: list[str]


class Marks(msgspec.Struct, omit_defaults=True, gc=False):
    """Which event decided a column."""

    touch: str = _NEVER
    landing: str = _NEVER
    exit: str = _NONE
    consent: str = _NONE
    user: str = _NONE
    configuration: str = _NONE
    price: str = _NONE
    completion: str = _NONE


class Session(msgspec.Struct, kw_only=True, gc=False):
    """A row of user_sessions; times in microseconds since 1970, the price in cents."""

    project_id: int
    session_id: bytes
    visitor: int
    start_time: int
    last_activity: int
    end_time: int | None = None
    configuration_at: int | None = None
    total_events: int = 0
    total_interactions: int = 0
    total_choices: int = 0
    viewport_width: int | None = None
    viewport_height: int | None = None
    completion: int | None = None
    is_bot: bool = False
    conversion_status: str = "ongoing"
    client_session_id: str | None = None
    user_hash: str | None = None
    bot_class: str | None = None
    bot_reason: str | None = None
    user_agent: str | None = None
    device_type: str | None = None
    browser_name: str | None = None
    os_name: str | None = None
    language: str | None = None
    referrer: str | None = None
    utm_source: str | None = None
    utm_medium: str | None = None
    utm_campaign: str | None = None
    landing_page: str | None = None
    exit_page: str | None = None
    consent: str | None = None
    total_price: int | None = None
    price_list_version: str | None = None
    configuration_hash: bytes | None = None
    configuration: bytes | None = None
    choices: dict[str, Choice] = {}
    marks: Marks = msgspec.field(default_factory=Marks)

    @property
    def last_bucket(self) -> int:
        return self.last_activity - self.last_activity % BUCKET

    @property
    def session_duration(self) -> int:
        """Seconds from the first event to the last, as many as the column holds."""
        return min((self.last_activity - self.start_time) // 1_000_000, _LONGEST)


# Summarise: the events of one request


def summarise(project_id: int, context: Context, events: list[Event]) -> Session:
    """The session that one request's events alone would make. There is at least one event."""
    times = [event.occurred_at for event in events]
    session = _begin(project_id, context, min(times), max(times))
    session.total_events = len(events)
    for event in events:
        step = STEPS[event.kind]
        if step is not None:
            step(session, context, event, mark(event.occurred_at, event.event_id))
        else:
            session.total_interactions += event.kind == "interaction"
    if session.marks.touch is _NEVER:
        _arrived_otherwise(session, context, events)
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
    )


def _arrived_otherwise(session: Session, context: Context, events: list[Event]) -> None:
    """The page view that began the session is not here; the request may know all the same."""
    came = (context.referrer, context.utm_source, context.utm_medium, context.utm_campaign)
    if not any((*came, context.landing_page)):
        return
    at = _OTHERWISE + mark(*min((event.occurred_at, event.event_id) for event in events))
    _touch(session, at, *came)
    _land(session, at, context.landing_page)


def _arrive(session: Session, context: Context, event: Event, at: str) -> None:
    came = (context.referrer, context.utm_source, context.utm_medium, context.utm_campaign)
    _touch(session, _ARRIVED + at, *came)
    _land(session, _ARRIVED + at, context.landing_page or event.url)


def _page_view(session: Session, context: Context, event: Event, at: str) -> None:
    _arrive(session, context, event, at)
    _exit(session, at, event.url)


def _session_end(session: Session, _: Context, event: Event, at: str) -> None:
    session.end_time = _latest(session.end_time, event.occurred_at)
    _exit(session, at, event.url)
    _reach(session, event.conversion_status)


def _choice(session: Session, _: Context, event: Event, at: str) -> None:
    session.total_interactions += 1
    _price(session, at, event.price_cents, event.price_list_version)
    if event.source not in EXPLICIT_SOURCES or event.category is None:
        return
    session.total_choices += 1
    seen = [] if event.value is None else [event.value]
    made = Choice(event.value, at, 1, seen)
    known = session.choices.get(event.category)
    session.choices[event.category] = made if known is None else _merge_choice(known, made)
    if len(session.choices) > MOST_CATEGORIES:
        session.choices = _first_categories(session.choices)


def _snapshot(session: Session, _: Context, event: Event, at: str) -> None:
    if event.configuration is not None:
        hashed = configuration_hash(event.configuration)
        _configure(session, at, event.occurred_at, hashed, event.configuration)
    _price(session, at, event.price_cents, event.price_list_version)
    _complete(session, at, event.completion)
    _reach(session, event.conversion_status)


def _consent(session: Session, _: Context, event: Event, at: str) -> None:
    _agree(session, at, event.value)


def _identify(session: Session, _: Context, event: Event, at: str) -> None:
    _know(session, at, event.value)


STEPS: dict[str, Callable[[Session, Context, Event, str], None] | None] = {
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


# Merge: two parts of one session


def merge(session: Session, other: Session) -> Session:
    """Adds `other` to `session`, and returns it. Who the visitor is stays as `session` has it."""
    session.start_time = min(session.start_time, other.start_time)
    session.last_activity = max(session.last_activity, other.last_activity)
    session.end_time = _latest(session.end_time, other.end_time)
    session.total_events += other.total_events
    session.total_interactions += other.total_interactions
    session.total_choices += other.total_choices
    session.choices = merge_choices(session.choices, other.choices)
    _reach(session, other.conversion_status)
    _complete_visitor(session, other)
    _merge_marked(session, other)
    return session


def _merge_marked(session: Session, other: Session) -> None:
    marks = other.marks
    _touch(
        session,
        marks.touch,
        other.referrer,
        other.utm_source,
        other.utm_medium,
        other.utm_campaign,
    )
    _land(session, marks.landing, other.landing_page)
    _exit(session, marks.exit, other.exit_page)
    _agree(session, marks.consent, other.consent)
    _know(session, marks.user, other.user_hash)
    _price(session, marks.price, other.total_price, other.price_list_version)
    _complete(session, marks.completion, other.completion)
    if other.configuration is not None and other.configuration_at is not None:
        hashed = other.configuration_hash or b""
        at = other.configuration_at
        _configure(session, marks.configuration, at, hashed, other.configuration)


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
)


def _complete_visitor(session: Session, other: Session) -> None:
    for name in _OF_THE_VISITOR:
        if getattr(session, name) is None:
            setattr(session, name, getattr(other, name))


def merge_choices(some: dict[str, Choice], others: dict[str, Choice]) -> dict[str, Choice]:
    if not others:
        return some
    merged = some | {
        category: _merge_choice(some[category], choice) if category in some else choice
        for category, choice in others.items()
    }
    if len(merged) > MOST_CATEGORIES:
        return _first_categories(merged)
    return merged


def _first_categories(choices: dict[str, Choice]) -> dict[str, Choice]:
    return {category: choices[category] for category in sorted(choices)[:MOST_CATEGORIES]}


def _merge_choice(one: Choice, other: Choice) -> Choice:
    last = other if other.at > one.at else one
    seen = one.seen
    if not set(seen).issuperset(other.seen):
        seen = sorted({*one.seen, *other.seen})[:MOST_SEEN]
    return Choice(last.value, last.at, one.count + other.count, seen)


# One column, or a few that belong together, decided by one mark


def _latest(one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return other if one is None else one
    return max(one, other)


def _reach(session: Session, status: str | None) -> None:
    if status is not None and STATUSES[status] > STATUSES[session.conversion_status]:
        session.conversion_status = status


def _touch(
    session: Session,
    at: str,
    referrer: str | None,
    utm_source: str | None,
    utm_medium: str | None,
    utm_campaign: str | None,
) -> None:
    if at < session.marks.touch:
        session.marks.touch = at
        session.referrer = referrer
        session.utm_source = utm_source
        session.utm_medium = utm_medium
        session.utm_campaign = utm_campaign


def _land(session: Session, at: str, page: str | None) -> None:
    if page is not None and at < session.marks.landing:
        session.marks.landing = at
        session.landing_page = page


def _exit(session: Session, at: str, page: str | None) -> None:
    if page is not None and at > session.marks.exit:
        session.marks.exit = at
        session.exit_page = page


def _agree(session: Session, at: str, consent: str | None) -> None:
    if consent is not None and at > session.marks.consent:
        session.marks.consent = at
        session.consent = consent


def _know(session: Session, at: str, user_hash: str | None) -> None:
    if user_hash is not None and at > session.marks.user:
        session.marks.user = at
        session.user_hash = user_hash


def _price(session: Session, at: str, cents: int | None, version: str | None) -> None:
    if cents is not None and at > session.marks.price:
        session.marks.price = at
        session.total_price = cents
        session.price_list_version = version


def _complete(session: Session, at: str, percent: int | None) -> None:
    if percent is not None and at > session.marks.completion:
        session.marks.completion = at
        session.completion = percent


def _configure(session: Session, at: str, when: int, hashed: bytes, configuration: bytes) -> None:
    if at > session.marks.configuration:
        session.marks.configuration = at
        session.configuration_at = when
        session.configuration_hash = hashed
        session.configuration = configuration
