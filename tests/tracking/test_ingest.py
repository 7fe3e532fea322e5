import gzip
import json
import zlib
from uuid import UUID

import pytest

from tests.tracking.ingesting import (
    CHROME,
    CLICK,
    KEY,
    PAGE_VIEW,
    SESSION,
    Ingest,
    is_problem,
)
from trailpost.http import times


@pytest.fixture
def ingest():
    with Ingest() as found:
        yield found


def test_a_batch_is_acknowledged_once_it_is_durable(ingest):
    answer = ingest.send([PAGE_VIEW, CLICK])
    assert answer.status_code == 202
    assert answer.json() == {"accepted": 2, "rejected": []}
    key, _, count, live = ingest.stream.published[0]
    assert (key, count, live) == (UUID(SESSION).bytes, 2, f"7:{UUID(SESSION).hex}")


def test_the_envelope_says_what_the_server_and_the_page_know_of_the_session(ingest):
    session = {
        "referrer": "https://news.example/",
        "utm": {"source": "mail", "medium": "email", "campaign": "spring"},
        "landingPage": "https://shop.example/a",
        "viewport": {"width": 1280.4, "height": 720},
        "language": "de-AT",
    }
    ingest.send([PAGE_VIEW], session=session)
    envelope = ingest.stream.envelope
    assert (envelope.version, envelope.project_id, envelope.rejected) == (1, 7, 0)
    context = envelope.context
    assert context.session_id == UUID(SESSION).bytes
    assert context.client_session_id is None
    assert (context.referrer, context.landing_page) == (
        "https://news.example/",
        "https://shop.example/a",
    )
    assert (context.utm_source, context.utm_medium, context.utm_campaign) == (
        "mail",
        "email",
        "spring",
    )
    assert (context.viewport_width, context.viewport_height) == (1280, 720)
    assert (context.device_type, context.browser_name, context.os_name) == (
        "desktop",
        "Chrome",
        "Windows",
    )
    assert (context.user_agent, context.language, context.is_bot) == (CHROME, "de-AT", False)


KINDS = {
    "session_start": ({}, {}),
    "page_view": (
        {"url": "/a", "timeSpent": 12.6, "data": {"n": [1, None]}},
        {"url": "/a", "time_spent": 13, "additional_data": b'{"n":[1,null]}'},
    ),
    "interaction": (
        {
            "event": "selection",
            "category": "nest",
            "element": "b",
            "value": 8,
            "previous": True,
            "viewport": {"width": 390, "height": 844},
        },
        {
            "event_type": "selection",
            "category": "nest",
            "element_id": "b",
            "value": "8",
            "previous_value": "true",
            "viewport_width": 390,
            "viewport_height": 844,
            "device_type": "desktop",
        },
    ),
    "choice": (
        {
            "category": "pvanlage",
            "from": "nest80",
            "to": 12,
            "source": "user",
            "priceBefore": 155500,
            "priceAfter": 165100.999,
            "priceListVersion": 1,
        },
        {
            "category": "pvanlage",
            "previous_value": "nest80",
            "value": "12",
            "source": "user",
            "price_before_cents": 15_550_000,
            "price_cents": 16_510_100,
            "price_list_version": "1",
        },
    ),
    "snapshot": (
        {
            "configuration": {"nest": "nest80"},
            "trigger": "order_attempt",
            "totalPrice": 0.1,
            "completion": 66.7,
            "conversionStatus": "in_cart",
        },
        {
            "configuration": b'{"nest":"nest80"}',
            "trigger_event": "order_attempt",
            "price_cents": 10,
            "completion": 67,
            "conversion_status": "in_cart",
        },
    ),
    "timing": (
        {
            "metric": "LCP",
            "value": 1240.5,
            "unit": "ms",
            "endpoint": "/api",
            "method": "GET",
            "status": 200,
        },
        {
            "metric_name": "LCP",
            "metric_value": 1240.5,
            "unit": "ms",
            "endpoint": "/api",
            "method": "GET",
            "status": 200,
        },
    ),
    "session_end": (
        {"exitPage": "/bye", "conversionStatus": "converted", "timeSpent": 5},
        {"url": "/bye", "conversion_status": "converted", "time_spent": 5},
    ),
    "consent": ({"state": "granted"}, {"value": "granted"}),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_event_reaches_its_columns(ingest, kind):
    sent, wanted = KINDS[kind]
    assert ingest.send([{"type": kind} | sent]).json() == {"accepted": 1, "rejected": []}
    event = ingest.stream.event
    assert event.kind == kind
    given = {f: getattr(event, f) for f in event.__struct_fields__}
    for always in ("event_id", "kind", "occurred_at", "day"):
        del given[always]
    assert {k: v for k, v in given.items() if v is not None} == wanted


def test_only_a_hash_of_an_identified_user_is_kept(ingest):
    ingest.send([{"type": "identify", "user": "ada@example.com"}])
    assert len(ingest.stream.event.value) == 32
    assert b"ada" not in ingest.stream.published[0][1]


def test_unknown_fields_are_ignored(ingest):
    event = PAGE_VIEW | {"newField": {"deep": [1]}}
    answer = ingest.send([event], session={"newer": 1}, alsoNew=[])
    assert answer.json() == {"accepted": 1, "rejected": []}


def test_one_bad_event_does_not_lose_the_others(ingest):
    bad = {"type": "choice", "category": "nest", "source": "user", "priceAfter": -1}
    answer = ingest.send([PAGE_VIEW, bad, {"type": "dance"}, {"type": "page_view"}, CLICK])
    assert answer.status_code == 202
    assert answer.json()["accepted"] == 2
    assert [(r["index"], r["field"]) for r in answer.json()["rejected"]] == [
        (1, "$.events[1].priceAfter"),
        (2, "$.events[2].type"),
        (3, "$.events[3].url"),
    ]
    assert ingest.stream.envelope.rejected == 3
    assert ingest.stream.published[0][2] == 5


def test_a_batch_whose_events_are_all_bad_is_a_problem_and_is_still_counted(ingest):
    answer = ingest.send([{"type": "page_view"}, {"type": "dance"}])
    assert is_problem(answer, 400, "$.events[0].url")
    assert [r["index"] for r in answer.json()["rejected"]] == [0, 1]
    assert ingest.stream.envelope.rejected == 2
    assert ingest.stream.envelope.context is None
    assert ingest.stream.published[0][2:] == (2, None)


BAD_EVENTS = {
    "$.events[0].data": {"data": {"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": {}}}}}}}}}},
    "$.events[0].data ": {"data": {"a": "x" * 8200}},
    "$.events[0].data  ": {"data": [1]},
    "$.events[0].data   ": {"data": {"n": 10**30}},
    "$.events[0].url": {"url": "x" * 2001},
    "$.events[0].at": {"at": "yesterday"},
    "$.events[0].at ": {"at": 1e18},
    "$.events[0].id": {"id": ""},
    "$.events[0].timeSpent": {"timeSpent": -1},
}


@pytest.mark.parametrize("field", BAD_EVENTS)
def test_the_field_at_fault_is_named(ingest, field):
    assert is_problem(ingest.send([PAGE_VIEW | BAD_EVENTS[field]]), 400, field.strip())


@pytest.mark.parametrize(
    ("configuration", "taken"),
    [
        ({"a": "x" * 32_000}, True),
        ({"a": "x" * 33_000}, False),
        (None, False),
        ([], False),
        ({"a": [[[[[[[1]]]]]]]}, True),
        ({"a": [[[[[[[[1]]]]]]]]}, False),
    ],
)
def test_a_configuration_is_an_object_of_bounded_size_and_depth(ingest, configuration, taken):
    event = {"type": "snapshot", "trigger": "manual", "configuration": configuration}
    answer = ingest.send([event])
    if taken:
        assert answer.status_code == 202
    else:
        assert is_problem(answer, 400, "$.events[0].configuration")


BODIES = {
    b"": "Input data was truncated",
    b"{": "Input data was truncated",
    b"[]": "Expected `object`, got `array`",
    b'{"session":{"id":"\xff"},"events":[]}': "not valid UTF-8",
    b'{"x":' + b"[" * 5000 + b"]" * 5000 + b"}": "nested too deeply",
}


@pytest.mark.parametrize("body", BODIES, ids=BODIES.values())
def test_a_body_that_cannot_be_read_is_a_problem(ingest, body):
    answer = ingest.post(body)
    assert is_problem(answer, 400)
    assert answer.json()["detail"] == BODIES[body]
    assert ingest.stream.published == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "$.session"),
        ({"session": {"id": SESSION}}, "$.events"),
        ({"session": {}, "events": [PAGE_VIEW]}, "$.session.id"),
        ({"session": {"id": 1}, "events": [PAGE_VIEW]}, "$.session.id"),
        ({"session": {"id": "x" * 201}, "events": [PAGE_VIEW]}, "$.session.id"),
        ({"session": {"id": SESSION}, "events": []}, "$.events"),
        ({"session": {"id": SESSION}, "events": {}}, "$.events"),
        (
            {"session": {"id": SESSION, "viewport": {"width": 1}}, "events": [PAGE_VIEW]},
            "$.session.viewport.height",
        ),
        ({"session": {"id": SESSION}, "events": [PAGE_VIEW], "sentAt": "now"}, "$.sentAt"),
    ],
)
def test_a_fault_outside_the_events_refuses_the_request_and_is_named(ingest, body, field):
    assert is_problem(ingest.post(json.dumps(body).encode()), 400, field)


def test_a_nul_character_is_refused_and_its_field_named(ingest):
    answer = ingest.send([PAGE_VIEW | {"data": {"a": ["b\0"]}}, CLICK | {"category": "\0"}, CLICK])
    assert answer.json()["accepted"] == 1
    assert [r["field"] for r in answer.json()["rejected"]] == [
        "$.events[0].data.a[0]",
        "$.events[1].category",
    ]
    assert is_problem(ingest.send([CLICK], session={"language": "\0"}), 400, "$.session.language")


def test_a_backslash_before_u0000_is_not_a_nul(ingest):
    assert ingest.send([CLICK | {"value": "\\u0000"}]).json()["accepted"] == 1
    assert ingest.stream.event.value == "\\u0000"


def test_half_a_surrogate_pair_costs_only_its_own_event(ingest):
    good, bad = json.dumps(CLICK), '{"type":"page_view","url":"\\ud800x"}'
    body = f'{{"session":{{"id":"{SESSION}"}},"events":[{bad},{good}]}}'
    answer = ingest.post(body.encode())
    assert answer.status_code == 202, answer.text
    assert [r["index"] for r in answer.json()["rejected"]] == [0]


def test_too_many_events_are_refused_by_name(ingest):
    assert ingest.send([CLICK] * 500).json()["accepted"] == 500
    assert is_problem(ingest.send([CLICK] * 501), 413, "$.events")
    assert len(ingest.stream.published) == 1


def test_a_body_over_the_limit_is_refused(ingest):
    big = b'{"x":"' + b"x" * 524_288 + b'"}'
    assert is_problem(ingest.post(big), 413)
    # Also when its length is not told in advance.
    assert is_problem(ingest.post(iter([big[:400_000], big[400_000:]])), 413)


def body_of(events):
    return json.dumps({"session": {"id": SESSION}, "events": events}).encode()


def test_a_gzip_body_is_taken(ingest):
    answer = ingest.post(gzip.compress(body_of([CLICK])), headers={"content-encoding": "gzip"})
    assert answer.json()["accepted"] == 1


def test_a_gzip_bomb_is_refused(ingest):
    bomb = gzip.compress(b" " * 600_000)
    assert len(bomb) < 1000
    assert is_problem(ingest.post(bomb, headers={"content-encoding": "gzip"}), 413)


@pytest.mark.parametrize(
    "body", [b"not gzip", gzip.compress(b"{}" * 100, mtime=0)[:-12]], ids=["none", "cut off"]
)
def test_broken_gzip_is_a_problem(ingest, body):
    assert is_problem(ingest.post(body, headers={"content-encoding": "gzip"}), 400)


def test_another_content_encoding_is_not_taken(ingest):
    body = zlib.compress(body_of([CLICK]))
    assert is_problem(ingest.post(body, headers={"content-encoding": "deflate"}), 415)


@pytest.mark.parametrize(
    "given", ["text/plain;charset=UTF-8", "text/plain", "application/json; charset=utf-8", None]
)
def test_a_beacon_needs_no_preflight(ingest, given):
    answer = ingest.post(body_of([CLICK]), headers={"content-type": given})
    assert answer.status_code == 202


def test_a_form_is_not_taken(ingest):
    answer = ingest.post(b"a=1", headers={"content-type": "application/x-www-form-urlencoded"})
    assert is_problem(answer, 415)


def test_the_key_is_taken_from_header_query_or_body(ingest):
    none = {"x-trailpost-key": None}
    assert ingest.send([CLICK]).status_code == 202
    assert ingest.send([CLICK], headers=none, params={"key": KEY}).status_code == 202
    assert ingest.send([CLICK], headers=none, key=KEY).status_code == 202


def test_a_missing_or_unknown_key_is_refused(ingest):
    none = {"x-trailpost-key": None}
    assert is_problem(ingest.send([CLICK], headers=none), 401)
    assert is_problem(ingest.send([CLICK], headers={"x-trailpost-key": "tp_no"}), 401)
    assert is_problem(ingest.send([CLICK], headers=none, params={"key": "tp_no"}), 401)
    assert is_problem(ingest.send([CLICK], headers=none, key="tp_no"), 401)


def test_another_method_is_not_allowed(ingest):
    answer = ingest.client.put("/api/ingest", content=b"{}")
    assert is_problem(answer, 405)
    assert answer.headers["allow"] == "POST, OPTIONS"


def test_nothing_durable_is_503_with_retry_after(ingest):
    ingest.stream.away = True
    answer = ingest.send([CLICK])
    assert is_problem(answer, 503)
    assert answer.headers["retry-after"] == "3"
    assert answer.headers["access-control-allow-origin"] == "*"


def test_an_unknown_error_is_a_problem_without_a_traceback(ingest):
    ingest.stream.held = None  # a defect
    answer = ingest.send([CLICK])
    assert is_problem(answer, 500)


def test_the_path_can_be_set_for_ad_blockers():
    with Ingest({"ingest_path": "/hello"}) as ingest:
        assert ingest.send([CLICK]).status_code == 202
        assert ingest.post(b"{}", path="/api/ingest").status_code == 404


def test_an_event_keeps_its_id_and_gets_one_when_it_has_none(ingest):
    ingest.send([CLICK | {"id": SESSION.upper()}, CLICK, CLICK])
    first, second, third = ingest.stream.envelope.events
    assert first.event_id == UUID(SESSION).bytes
    assert UUID(bytes=second.event_id).version == 7
    assert second.event_id != third.event_id
    assert times.uuid7_time(second.event_id) // 1000 == second.occurred_at // 1000


def test_ids_that_are_no_uuids_stand_for_the_same_uuid_on_every_retry(ingest):
    for _ in range(2):
        ingest.send([CLICK | {"id": "click-1"}], session={"id": "visit one"})
    first, second = ingest.stream.envelopes
    assert first.events[0].event_id == second.events[0].event_id
    assert first.context.session_id == second.context.session_id
    assert first.context.client_session_id == "visit one"
    assert UUID(bytes=first.context.session_id).version == 5


def test_a_retry_is_the_same_event_of_the_same_day_whatever_the_clock_correction(ingest):
    at = 1_700_000_000_000
    for sent_at in (at + 5_000, at + 3_600_000 * 30, None):
        ingest.send([CLICK | {"id": "e1", "at": at}], sentAt=sent_at)
    events = [e.events[0] for e in ingest.stream.envelopes]
    assert len({e.event_id for e in events}) == 1
    assert {e.day for e in events} == {at // 86_400_000}
    assert len({e.occurred_at for e in events}) == 3
