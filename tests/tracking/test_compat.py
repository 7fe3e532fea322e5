import gzip
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from tests.tracking.ingesting import CHROME, KEY, SESSION, Ingest, is_problem
from trailpost.tracking import wire
from trailpost.tracking.wire import compat

INTERACTION = {
    "eventType": "selection",
    "category": "nest",
    "elementId": "btn",
    "selectionValue": "nest120",
    "previousValue": "nest80",
    "timeSpent": 1800,
    "deviceInfo": {"type": "mobile", "width": 390, "height": 844},
    "additionalData": {"view": "exterior"},
}


@pytest.fixture
def ingest():
    with Ingest() as found:
        yield found


def columns(event, *names):
    return tuple(getattr(event, name) for name in names)


def is_recent(timestamp):
    return abs(datetime.fromisoformat(timestamp) - datetime.now(UTC)) < timedelta(minutes=1)


def test_create_begins_a_session(ingest):
    body = {
        "deviceInfo": {
            "type": "tablet",
            "userAgent": CHROME,
            "viewport": {"width": 1280, "height": 720},
        },
        "referrer": "https://news.example/",
        "utm": {"source": "mail", "medium": "email", "campaign": "spring"},
    }
    answer = ingest.call("/api/sessions/create", body, headers={"user-agent": "server/1.0"})
    assert answer.status_code == 201
    given = answer.json()
    assert set(given) == {"success", "sessionId", "message", "timestamp"}
    assert given["success"] is True
    assert is_recent(given["timestamp"])
    context = ingest.stream.envelope.context
    assert context.session_id == UUID(given["sessionId"]).bytes
    assert (context.device_type, context.user_agent) == ("tablet", CHROME)
    assert (context.referrer, context.utm_source) == ("https://news.example/", "mail")
    assert (context.viewport_width, context.viewport_height) == (1280, 720)
    assert ingest.stream.event.kind == "session_start"


def test_track_takes_an_event(ingest):
    event = {
        "type": "click",
        "category": "nest",
        "elementId": "btn",
        "value": "nest80",
        "previousValue": None,
        "timeSpent": 12,
    }
    answer = ingest.call("/api/sessions/track", {"sessionId": SESSION, "event": event})
    assert answer.status_code == 200
    assert answer.json()["data"]["eventType"] == "click"
    kept = ingest.stream.event
    assert columns(kept, "kind", "event_type", "category", "element_id", "value", "time_spent") == (
        "interaction",
        "click",
        "nest",
        "btn",
        "nest80",
        12,
    )


def test_track_interaction_answers_as_its_clients_know_it(ingest):
    body = {"sessionId": SESSION, "interaction": INTERACTION}
    answer = ingest.call("/api/sessions/track-interaction", body)
    assert answer.status_code == 200
    given = answer.json()
    assert set(given) == {"success", "message", "data"}
    data = given["data"]
    kept = ingest.stream.event
    assert data["interactionId"] == str(UUID(bytes=kept.event_id))
    assert (data["sessionId"], data["eventType"], data["category"]) == (
        SESSION,
        "selection",
        "nest",
    )
    assert data["processingTime"] >= 0
    assert is_recent(data["timestamp"])
    assert set(data) == {
        "interactionId",
        "sessionId",
        "eventType",
        "category",
        "processingTime",
        "timestamp",
    }
    assert columns(kept, "element_id", "value", "previous_value", "time_spent") == (
        "btn",
        "nest120",
        "nest80",
        1800,
    )
    assert columns(kept, "device_type", "viewport_width", "viewport_height") == (
        "mobile",
        390,
        844,
    )
    assert kept.additional_data == b'{"view":"exterior"}'


def test_another_word_makes_a_custom_interaction_that_keeps_the_word(ingest):
    given = {"eventType": "Teleport", "category": "nest", "additionalData": {"a": 1}}
    body = {"sessionId": SESSION, "interaction": given}
    assert ingest.call("/api/sessions/track-interaction", body).status_code == 200
    kept = ingest.stream.event
    assert kept.event_type == "custom"
    assert msgspec.json.decode(kept.additional_data) == {"a": 1, "eventType": "Teleport"}


@pytest.mark.parametrize("path", ["save-config", "save-configuration"])
def test_a_configuration_is_saved_with_its_price(ingest, path):
    body = {
        "sessionId": SESSION,
        "configuration": {"nest": "nest80", "totalPrice": 155500.5},
        "trigger": "auto_save",
    }
    answer = ingest.call(f"/api/sessions/{path}", body)
    assert answer.status_code == 200
    assert answer.json()["success"] is True
    kept = ingest.stream.event
    assert answer.json()["snapshotId"] == str(UUID(bytes=kept.event_id))
    assert columns(kept, "kind", "trigger_event", "price_cents") == (
        "snapshot",
        "auto_save",
        15_550_050,
    )
    assert msgspec.json.decode(kept.configuration) == body["configuration"]


def test_a_price_that_is_no_number_is_no_price(ingest):
    body = {
        "sessionId": SESSION,
        "configuration": {"totalPrice": "155.500 €"},
        "trigger": "manual",
    }
    assert ingest.call("/api/sessions/save-config", body).status_code == 200
    assert ingest.stream.event.price_cents is None


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("ACTIVE", "ongoing"),
        ("in_cart", "in_cart"),
        ("IN_CART", "in_cart"),
        ("Completed", "completed"),
        ("CONVERTED", "converted"),
        ("ABANDONED", None),
        ("expired", None),
    ],
)
def test_finalize_ends_a_session_and_takes_nothing_back(ingest, word, status):
    body = {"sessionId": SESSION, "exitPage": "/bye", "conversionStatus": word}
    answer = ingest.call("/api/sessions/finalize", body)
    assert answer.status_code == 200
    assert answer.json()["conversionStatus"] == status
    kept = ingest.stream.event
    assert columns(kept, "kind", "url", "conversion_status") == ("session_end", "/bye", status)


def test_finalize_saves_the_final_configuration_too(ingest):
    body = {
        "sessionId": SESSION,
        "exitPage": "/bye",
        "finalConfiguration": {"nest": "nest80", "totalPrice": 1},
        "conversionStatus": "CONVERTED",
    }
    assert ingest.call("/api/sessions/finalize", body).status_code == 200
    snapshot, end = ingest.stream.envelope.events
    assert columns(snapshot, "kind", "trigger_event", "price_cents") == (
        "snapshot",
        "page_exit",
        100,
    )
    assert end.kind == "session_end"


def test_a_measurement_may_belong_to_no_session(ingest):
    body = {"metricName": "api_response_time", "value": 12.5, "unit": "ms", "userAgent": CHROME}
    answer = ingest.call("/api/performance/track", body)
    assert answer.status_code == 200
    assert ingest.stream.envelope.context.session_id == wire.NO_SESSION
    assert columns(ingest.stream.event, "metric_name", "metric_value", "unit") == (
        "api_response_time",
        12.5,
        "ms",
    )
    assert ingest.stream.published[0][3] is None


def test_a_measurement_of_a_session_belongs_to_it(ingest):
    body = {
        "sessionId": SESSION,
        "metricName": "price_calc_time",
        "value": 3,
        "endpoint": "/api/price",
        "method": "POST",
        "status": 200,
        "additionalData": {"cold": True},
    }
    assert ingest.call("/api/performance/track", body).status_code == 200
    assert ingest.stream.envelope.context.session_id == UUID(SESSION).bytes
    assert columns(ingest.stream.event, "endpoint", "method", "status", "additional_data") == (
        "/api/price",
        "POST",
        200,
        b'{"cold":true}',
    )


def test_the_nil_uuid_is_a_session_like_any_other_text(ingest):
    body = {"sessionId": str(UUID(int=0)), "metricName": "m", "value": 1}
    ingest.call("/api/performance/track", body)
    assert ingest.stream.envelope.context.session_id != wire.NO_SESSION


BAD = [
    ("create", {}, "$.deviceInfo"),
    ("create", {"deviceInfo": {"viewport": {"width": "x"}}}, "$.deviceInfo.viewport.width"),
    ("track", {"sessionId": SESSION}, "$.event"),
    ("track", {"sessionId": 5, "event": {}}, "$.sessionId"),
    ("track", {"sessionId": SESSION, "event": {"type": "click"}}, "$.event.category"),
    ("track-interaction", {"interaction": INTERACTION}, "$.sessionId"),
    (
        "track-interaction",
        {"sessionId": SESSION, "interaction": INTERACTION | {"category": "x" * 201}},
        "$.interaction.category",
    ),
    (
        "track-interaction",
        {"sessionId": SESSION, "interaction": INTERACTION | {"additionalData": [1]}},
        "$.interaction.additionalData",
    ),
    (
        "track-interaction",
        {"sessionId": SESSION, "interaction": INTERACTION | {"elementId": "\0"}},
        "$.interaction.elementId",
    ),
    (
        "save-config",
        {"sessionId": SESSION, "configuration": None, "trigger": "manual"},
        "$.configuration",
    ),
    ("save-config", {"sessionId": SESSION, "configuration": {}, "trigger": "x"}, "$.trigger"),
    (
        "finalize",
        {"sessionId": SESSION, "exitPage": "/", "conversionStatus": "SOLD"},
        "$.conversionStatus",
    ),
    (
        "finalize",
        {
            "sessionId": SESSION,
            "exitPage": "/",
            "conversionStatus": "ACTIVE",
            "finalConfiguration": [],
        },
        "$.finalConfiguration",
    ),
]


@pytest.mark.parametrize(("route", "body", "field"), BAD)
def test_bad_input_is_a_problem_that_names_the_field(ingest, route, body, field):
    assert is_problem(ingest.call(f"/api/sessions/{route}", body), 400, field)
    assert ingest.stream.published == []


def test_a_body_over_the_limit_is_refused(ingest):
    body = {"sessionId": SESSION, "configuration": {"a": "x" * 600_000}, "trigger": "manual"}
    assert is_problem(ingest.call("/api/sessions/save-config", body), 413)


def test_gzip_is_taken_here_too(ingest):
    body = gzip.compress(json.dumps({"metricName": "m", "value": 1}).encode())
    answer = ingest.post(body, path="/api/performance/track", headers={"content-encoding": "gzip"})
    assert answer.status_code == 200


TIMING = {"metricName": "m", "value": 1}


def test_without_a_key_events_go_to_the_project_that_the_settings_name():
    with Ingest({"keyless_project": "shop"}, slug="shop") as ingest:
        assert ingest.call("/api/performance/track", TIMING).status_code == 200
        assert ingest.stream.envelope.project_id == 7


@pytest.mark.parametrize(
    "settings",
    [
        {"keyless_project": "-"},
        {"keyless_project": ""},
        {"keyless_project": "nowhere"},
        {"database_url": "postgresql://db", "redis_url": "redis://cache"},
    ],
)
def test_without_a_key_and_without_such_a_project_events_are_refused(settings):
    with Ingest(settings) as ingest:
        assert is_problem(ingest.call("/api/performance/track", TIMING), 401)
        headers = {"x-trailpost-key": KEY}
        answer = ingest.call("/api/performance/track", TIMING, headers=headers)
        assert answer.status_code == 200


def test_the_native_route_always_needs_a_key(ingest):
    body = {"session": {"id": SESSION}, "events": [{"type": "session_start"}]}
    assert is_problem(ingest.call("/api/ingest", body), 401)


def test_pages_of_other_origins_may_use_these_routes_unless_the_project_forbids_it():
    asked = {"origin": "https://shop.example", "access-control-request-method": "POST"}
    with Ingest(allowed_origins=("https://shop.example",)) as ingest:
        answer = ingest.client.options("/api/performance/track", headers=asked)
        assert answer.status_code == 204
        assert answer.headers["access-control-allow-origin"] == "*"
        mine = {"headers": {"origin": "https://shop.example"}}
        answer = ingest.call("/api/performance/track", TIMING, **mine)
        assert answer.headers["access-control-allow-origin"] == "*"
        other = {"headers": {"origin": "https://evil.example"}}
        assert is_problem(ingest.call("/api/performance/track", TIMING, **other), 403, "origin")


def test_a_rate_limit_holds_here_too():
    with Ingest({"rate_limit_ip": 1}) as ingest:
        codes = [ingest.call("/api/performance/track", TIMING).status_code for _ in range(4)]
        assert codes[0] == 200
        assert codes[-1] == 429


def test_nothing_durable_is_503(ingest):
    ingest.stream.away = True
    assert is_problem(ingest.call("/api/performance/track", TIMING), 503)


def test_the_answers_are_the_documented_structs(ingest):
    body = {"sessionId": SESSION, "interaction": INTERACTION}
    answer = ingest.call("/api/sessions/track-interaction", body)
    decoded = msgspec.json.decode(answer.content, type=compat.InteractionTracked)
    assert msgspec.json.encode(decoded) == answer.content
