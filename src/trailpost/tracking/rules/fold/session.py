"""A session as the fold makes it, and the marks by which one event wins over another."""

from __future__ import annotations

import struct
from binascii import b2a_base64

import msgspec

STATUSES = {"ongoing": 0, "in_cart": 1, "completed": 2, "converted": 3}
"""A session only moves forward."""

# One session must not grow without end, whatever a client sends. The first in alphabetical order
# are kept: so it does not matter which came first, and none comes back once it was left out.
MOST_CATEGORIES = 100
MOST_SEEN = 200

BUCKET = 900_000_000
"""15 minutes in microseconds."""

# Sort before and after every mark.
NONE = ""
NEVER = "~"

_LONGEST = 2**31 - 1
_SORTED = bytes.maketrans(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    b"-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz",
)
_pack = struct.Struct(">Q16s").pack
_OFFSET = 2**63


def mark(when: int, event_id: bytes) -> str:
    """Of two events, the later one's mark is the greater text; the id decides between equals."""
    return b2a_base64(_pack(when + _OFFSET, event_id), newline=False).translate(_SORTED).decode()


class Choice(msgspec.Struct, frozen=True, gc=False):
    """What became of one category. `value` None: taken back. `at` is a mark."""

    value: str | None
    at: str
    count: int
    seen: list[str]
    first: int | None = None
    """Microseconds since 1970 of the first choice. None: it was stored before this was kept."""
    price: int | None = None
    """Cents, after the last choice; None when that did not say."""


class Marks(msgspec.Struct, omit_defaults=True, gc=False):
    """Which event decided a column."""

    touch: str = NEVER
    landing: str = NEVER
    exit: str = NONE
    consent: str = NONE
    user: str = NONE
    configuration: str = NONE
    price: str = NONE
    completion: str = NONE


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
    country: str | None = None
    is_recognised: bool = False
    """`visitor` outlives the day. It stays as it was first, as `visitor` does."""
    reached: dict[str, int] = {}
    """Status -> time of the first event that reported it."""
    exposed: list[str] = []
    """Categories that an interaction or a choice named, whoever made it; sorted."""

    @property
    def last_bucket(self) -> int:
        return self.last_activity - self.last_activity % BUCKET

    @property
    def session_duration(self) -> int:
        """Seconds from the first event to the last, as many as the column holds."""
        return min((self.last_activity - self.start_time) // 1_000_000, _LONGEST)
