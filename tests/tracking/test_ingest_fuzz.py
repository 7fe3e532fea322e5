import json
import struct

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.tracking.ingesting import SESSION, Ingest

ROUTES = [
    "/api/ingest",
    "/api/sessions/create",
    "/api/sessions/track",
    "/api/sessions/track-interaction",
    "/api/sessions/save-config",
    "/api/sessions/finalize",
    "/api/performance/track",
]
WORDS = st.sampled_from(
    [
        "id",
        "events",
        "session",
        "type",
        "page_view",
        "choice",
        "snapshot",
        "at",
        "url",
        "data",
        "to",
    ]
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | WORDS
    | st.text(max_size=20)
    | st.sampled_from(["\0", "2024-01-01T00:00:00Z", "0001-01-01T00:00:00+20:00", SESSION])
)
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(WORDS | st.text(max_size=8), inner, max_size=5)
    ),
    max_leaves=20,
)
KINDS = ["session_start", "page_view", "interaction", "choice", "snapshot", "timing", "consent"]
FIELDS = [
    "id", "at", "url", "data", "category", "event", "value", "source", "from", "to", "priceAfter",
    "configuration", "trigger", "totalPrice", "metric", "state", "user", "exitPage", "timeSpent",
    "viewport", "completion", "unit", "status",
]  # fmt: skip
PLAUSIBLE = JSON | st.sampled_from(
    [
        "click",
        "user",
        "manual",
        "granted",
        "nest",
        {},
        {"a": 1},
        {"width": 1, "height": 2},
        0,
        155500,
    ]
)
VALID = {
    "session_start": {},
    "page_view": {"url": "/"},
    "interaction": {"event": "click", "category": "nest"},
    "choice": {"category": "nest", "to": "nest80", "source": "user"},
    "snapshot": {"configuration": {"nest": "nest80"}, "trigger": "manual"},
    "timing": {"metric": "LCP", "value": 1},
    "consent": {"state": "granted"},
}
EVENTS = st.builds(
    lambda kind, fields: {"type": kind} | VALID[kind] | fields,
    st.sampled_from(KINDS),
    st.dictionaries(st.sampled_from(FIELDS), PLAUSIBLE, max_size=3),
)
SESSIONS = st.just({"id": SESSION}) | st.builds(lambda more: {"id": "s"} | more, st.dictionaries(
    st.sampled_from(["id", "referrer", "utm", "viewport", "language", "visitorId", "webdriver"]),
    PLAUSIBLE, max_size=3,
))  # fmt: skip
BATCHES = st.fixed_dictionaries(
    {"session": SESSIONS, "events": st.lists(EVENTS, max_size=4)},
    optional={"sentAt": PLAUSIBLE, "key": PLAUSIBLE},
)
COMPATIBLE = st.dictionaries(
    st.sampled_from(
        ["sessionId", "event", "interaction", "deviceInfo", "configuration", "trigger", "exitPage",
         "conversionStatus", "metricName", "value", "finalConfiguration", "referrer", "utm"]
    ),
    st.dictionaries(
        st.sampled_from(["type", "eventType", "category", "elementId", "value", "selectionValue",
                         "deviceInfo", "additionalData", "viewport", "userAgent", "totalPrice"]),
        PLAUSIBLE, max_size=6,
    ) | PLAUSIBLE,
    max_size=8,
)  # fmt: skip


@pytest.fixture(scope="module")
def ingest():
    with Ingest({"rate_limit_ip": 0, "rate_limit_key": 0}) as found:
        yield found


QUICK = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def fits_its_column(event):
    """What the writer relies on."""
    for name in ("viewport_width", "viewport_height", "completion", "status"):
        value = getattr(event, name)
        assert value is None or -(2**15) <= value < 2**15
    assert event.time_spent is None or 0 <= event.time_spent < 2**31
    for price in (event.price_cents, event.price_before_cents):
        assert price is None or 0 <= price < 10**14
    assert len(event.event_id) == 16
    # PostgreSQL's and Python's years.
    assert -719_162 <= event.day <= 2_932_896
    assert -62_135_596_800_000_000 <= event.occurred_at <= 253_402_300_799_999_999
    struct.pack(">d", event.metric_value or 0.0)
    for name in event.__struct_fields__:
        value = getattr(event, name)
        if isinstance(value, str):
            assert "\0" not in value
            value.encode()
    for raw in (event.configuration, event.additional_data):
        assert raw is None or isinstance(msgspec.json.decode(raw), dict)
        assert raw is None or b"\\u0000" not in raw.replace(b"\\\\", b"")


def answered(ingest, answer):
    assert answer.status_code < 500, answer.text
    json.loads(answer.content)
    for envelope in ingest.stream.envelopes:
        for event in envelope.events:
            fits_its_column(event)
    ingest.stream.published.clear()
    ingest.stream.held.clear()


@QUICK
@given(body=JSON, route=st.sampled_from(ROUTES))
def test_no_json_gives_a_server_error(ingest, body, route):
    answered(ingest, ingest.post(json.dumps(body).encode(), path=route))


@QUICK
@given(body=st.binary(max_size=200), route=st.sampled_from(ROUTES))
def test_no_bytes_give_a_server_error(ingest, body, route):
    answered(ingest, ingest.post(body, path=route))


@QUICK
@given(batch=BATCHES, escaped=st.booleans())
@example(
    batch={"session": {"id": "s"}, "events": [{"type": "page_view", "url": "", "at": -1}]},
    escaped=True,
)
def test_whatever_is_accepted_fits_its_columns(ingest, batch, escaped):
    body = json.dumps(batch, ensure_ascii=escaped).encode(errors="surrogatepass")
    answered(ingest, ingest.post(body))


@QUICK
@given(body=COMPATIBLE, route=st.sampled_from(ROUTES[1:]))
def test_the_compatible_routes_take_or_refuse_anything(ingest, body, route):
    answered(ingest, ingest.post(json.dumps(body).encode(), path=route))
