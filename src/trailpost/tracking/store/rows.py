"""Rows as PostgreSQL's binary COPY takes them, packed column by column.

psycopg's own row writer needs 4 to 5 µs for an event, this 1.3: texts repeat from row to row, so
their bytes come out of a dict, and no Python code runs for a single value that it holds.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import Any

import msgspec

from trailpost.tracking.rules import fold
from trailpost.tracking.rules.hashing import configuration_hash
from trailpost.tracking.wire import Event

_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"
_NULL = b"\xff\xff\xff\xff"

# PostgreSQL counts time from 2000-01-01.
_EPOCH = 946_684_800_000_000
_EPOCH_DAY = 10_957

# Years 1 to 9999, in microseconds since 1970: PostgreSQL has more, but Python could not read them.
EARLIEST, LATEST = -62_135_596_800_000_000, 253_402_300_799_000_000

# Bytes of values that were seen before; about 10 MB of short texts at most.
_REMEMBERED = 50_000

Packed = Iterable[bytes]


class _Packer(dict[object, bytes]):
    """Packs each different value once; None is null."""

    def __init__(self, pack: Callable[..., bytes]) -> None:
        super().__init__({None: _NULL})
        self._pack = pack

    def __missing__(self, value: object) -> bytes:
        if len(self) > _REMEMBERED:
            self.clear()
            self[None] = _NULL
        packed = self[value] = self._pack(value)
        return packed


def _text(value: str) -> bytes:
    return _bytes(value.encode())


def _bytes(value: bytes) -> bytes:
    return len(value).to_bytes(4, "big") + value


def _json(value: bytes) -> bytes:
    return _bytes(b"\x01" + value)


def _json_or_null(value: bytes | None) -> bytes:
    return _NULL if value is None else _json(value)


def _numeric(cents: int) -> bytes:
    """numeric(…, 2): digits to base 10,000, of which the last holds the cents."""
    whole, part = divmod(abs(cents), 100)
    digits = [part * 100]
    weight = -1
    while whole:
        whole, digit = divmod(whole, 10_000)
        digits.append(digit)
        weight += 1
    digits.reverse()
    sign = 0x4000 if cents < 0 else 0
    head = struct.pack(">ihhHh", 8 + 2 * len(digits), len(digits), weight, sign, 2)
    return head + struct.pack(f">{len(digits)}h", *digits)


def _float_or_null(value: float | None) -> bytes:
    return _NULL if value is None else _FLOAT(8, value)


_INT2 = struct.Struct(">ih").pack
_INT4 = struct.Struct(">ii").pack
_INT8 = struct.Struct(">iq").pack
_FLOAT = struct.Struct(">id").pack
_BOOL = struct.Struct(">i?").pack
_ARRAY = struct.Struct(">iiiiii").pack
_TEXT_TYPE = 25
_EMPTY_ARRAY = struct.pack(">iiii", 12, 0, 0, _TEXT_TYPE)

texts = _Packer(_text).__getitem__
smallints = _Packer(lambda value: _INT2(2, value)).__getitem__
ints = _Packer(lambda value: _INT4(4, value)).__getitem__
prices = _Packer(_numeric).__getitem__
booleans = _Packer(lambda value: _BOOL(1, value)).__getitem__
hashes = _Packer(_bytes).__getitem__


def _times(values: Iterable[int | None]) -> Packed:
    return (_NULL if value is None else _INT8(8, value - _EPOCH) for value in values)


def _text_array(values: Sequence[str]) -> bytes:
    """text[]: dimensions, no nulls, the type of an element, then size and first index of each."""
    if not values:
        return _EMPTY_ARRAY
    packed = b"".join(map(texts, values))
    return _ARRAY(20 + len(packed), 1, 0, _TEXT_TYPE, len(values), 1) + packed


def _ids(values: Iterable[bytes]) -> Packed:
    # A wrong length would shift every column after it; ingest and the stream never have one.
    return map(b"\x00\x00\x00\x10".__add__, values)


def data(rows: Iterable[bytes]) -> bytes:
    """The whole text of a COPY."""
    return b"".join((_HEADER, *rows, _TRAILER))


def _zipped(columns: int, packed: Iterable[Packed]) -> bytes:
    start = columns.to_bytes(2, "big")
    return b"".join(map(b"".join, zip(repeat(start), *packed, strict=False)))


def _without_nulls(
    columns: Iterable[tuple[Callable[..., bytes], Sequence[object]]],
) -> Iterator[Packed]:
    """Runs of columns without a single value become one column of nulls."""
    nulls = 0
    for pack, values in columns:
        if _all_null(values):
            nulls += 1
            continue
        if nulls:
            yield repeat(_NULL * nulls)
            nulls = 0
        yield map(pack, values)
    if nulls:
        yield repeat(_NULL * nulls)


def _all_null(values: Sequence[object]) -> bool:
    # `any` ends at the first value that is not empty, which nearly always is the first one.
    return not any(values) and values.count(None) == len(values)


# Events

_EVENT_COLUMNS = 34
_CONFIGURATION = 11
# Between `occurred_at` and `configuration_hash`, as in wire.Event.
_PACKERS: tuple[Callable[..., bytes], ...] = (
    texts,  # event_type
    texts,  # category
    texts,  # element_id
    texts,  # value
    texts,  # previous_value
    ints,  # time_spent
    texts,  # url
    texts,  # source
    prices,  # price
    prices,  # price_before
    texts,  # price_list_version
    _json_or_null,  # configuration
    smallints,  # completion
    texts,  # trigger_event
    texts,  # conversion_status
    texts,  # metric_name
    _float_or_null,  # metric_value
    texts,  # unit
    texts,  # endpoint
    texts,  # method
    smallints,  # status
    texts,  # device_type
    smallints,  # viewport_width
    smallints,  # viewport_height
    texts,  # clock
    _json_or_null,  # additional_data
)
_START = struct.Struct(">i16sii").pack
_COUNT = struct.Struct(">hiii16siq").pack
_astuple = msgspec.structs.astuple


class Origin(msgspec.Struct, frozen=True, gc=False):
    """Where events come from: one request of one session, and its events."""

    project_id: int
    session_id: bytes
    received_at: int
    events: Sequence[Event]


def events(origins: Iterable[Origin]) -> bytes:
    """Rows of `staged`. Raises struct.error or msgspec.DecodeError for a value that fits none.

    Kind by kind, since events of one kind leave the same columns empty.
    """
    found: dict[str, list[tuple[object, ...]]] = {}
    ends: dict[str, list[bytes]] = {}
    for origin in origins:
        end = _end(origin)
        for event in origin.events:
            kind = event.kind
            if kind not in found:
                found[kind], ends[kind] = [], []
            found[kind].append(_astuple(event))
            ends[kind].append(end)
    return b"".join([_of_kind(kind, found[kind], ends[kind]) for kind in found])


def _of_kind(kind: str, found: list[tuple[object, ...]], ends: list[bytes]) -> bytes:
    event_id, _, occurred_at, day, *rest = _columns(found)
    if min(occurred_at) < EARLIEST or max(occurred_at) > LATEST:
        raise ValueError("a time beyond the calendar")
    hashed = [raw and configuration_hash(raw) for raw in rest[_CONFIGURATION]]
    starts = [
        _START(16, i, 4, d - _EPOCH_DAY) + texts(kind) + _INT8(8, at - _EPOCH)
        for i, d, at in zip(event_id, day, occurred_at, strict=True)
    ]
    packers = zip((*_PACKERS, hashes), (*rest, hashed), strict=True)
    return _zipped(_EVENT_COLUMNS, [starts, *_without_nulls(packers), ends])


def _columns(found: list[tuple[object, ...]]) -> Any:
    # What zip gives is typed by position, which no annotation can say.
    return zip(*found, strict=True)


def _end(origin: Origin) -> bytes:
    return (
        _bytes(origin.session_id)
        + _INT8(8, origin.received_at - _EPOCH)
        + _INT4(4, origin.project_id)
    )


# What hooks read of them

CountKey = tuple[int, bytes, int, str]
"""Project, session, bucket, kind."""


def counts(found: Mapping[CountKey, int]) -> bytes:
    """Rows of `stored_counts`."""
    return b"".join(
        [
            _COUNT(5, 4, project, 16, session, 8, bucket - _EPOCH) + texts(kind) + _INT4(4, events)
            for (project, session, bucket, kind), events in found.items()
        ]
    )


def timings(origins: Iterable[Origin]) -> bytes:
    """Rows of `stored_timings`."""
    return b"".join(
        [
            _COUNT(7, 4, origin.project_id, 16, origin.session_id, 8, _bucket(event) - _EPOCH)
            + texts(event.metric_name)
            + texts(event.endpoint)
            + smallints(event.status)
            + _FLOAT(8, event.metric_value)
            for origin in origins
            for event in origin.events
            if event.kind == "timing"
            and event.metric_name is not None
            and event.metric_value is not None
        ]
    )


def _bucket(event: Event) -> int:
    return event.occurred_at - event.occurred_at % fold.BUCKET


# Sessions

_SESSION_COLUMNS: tuple[Callable[[Sequence[fold.Session]], Packed], ...] = (
    lambda s: (_INT4(4, one.project_id) for one in s),
    lambda s: _ids(one.session_id for one in s),
    lambda s: (_INT8(8, one.visitor) for one in s),
    lambda s: _times(one.start_time for one in s),
    lambda s: _times(one.last_activity for one in s),
    lambda s: _times(one.last_bucket for one in s),
    lambda s: _times(one.end_time for one in s),
    lambda s: _times(one.configuration_at for one in s),
    lambda s: (ints(one.session_duration) for one in s),
    lambda s: (ints(one.total_events) for one in s),
    lambda s: (ints(one.total_interactions) for one in s),
    lambda s: (ints(one.total_choices) for one in s),
    lambda s: (smallints(one.viewport_width) for one in s),
    lambda s: (smallints(one.viewport_height) for one in s),
    lambda s: (smallints(one.completion) for one in s),
    lambda s: (booleans(one.is_bot) for one in s),
    lambda s: (texts(one.conversion_status) for one in s),
    lambda s: (texts(one.client_session_id) for one in s),
    lambda s: (texts(one.user_hash) for one in s),
    lambda s: (texts(one.bot_class) for one in s),
    lambda s: (texts(one.bot_reason) for one in s),
    lambda s: (texts(one.user_agent) for one in s),
    lambda s: (texts(one.device_type) for one in s),
    lambda s: (texts(one.browser_name) for one in s),
    lambda s: (texts(one.os_name) for one in s),
    lambda s: (texts(one.language) for one in s),
    lambda s: (texts(one.referrer) for one in s),
    lambda s: (texts(one.utm_source) for one in s),
    lambda s: (texts(one.utm_medium) for one in s),
    lambda s: (texts(one.utm_campaign) for one in s),
    lambda s: (texts(one.landing_page) for one in s),
    lambda s: (texts(one.exit_page) for one in s),
    lambda s: (texts(one.consent) for one in s),
    lambda s: (prices(one.total_price) for one in s),
    lambda s: (texts(one.price_list_version) for one in s),
    lambda s: (hashes(one.configuration_hash) for one in s),
    lambda s: (_json_or_null(one.configuration) for one in s),
    lambda s: (_json(msgspec.json.encode(one.choices)) for one in s),
    lambda s: (_json(msgspec.json.encode(one.marks)) for one in s),
    lambda s: (texts(one.country) for one in s),
    lambda s: (booleans(one.is_recognised) for one in s),
    lambda s: (_json(msgspec.json.encode(one.reached)) for one in s),
    lambda s: (_text_array(one.exposed) for one in s),
)


def sessions(found: Sequence[fold.Session]) -> bytes:
    """Rows of `sessions_after`."""
    columns = (column(found) for column in _SESSION_COLUMNS)
    return _zipped(len(_SESSION_COLUMNS), columns)


def session_keys(keys: Iterable[tuple[int, bytes]]) -> bytes:
    """Rows of `touched_sessions`."""
    start = b"\0\2"
    return b"".join(start + _INT4(4, project) + _bytes(session) for project, session in keys)
