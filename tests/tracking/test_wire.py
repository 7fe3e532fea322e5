import datetime
import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tracking.ingesting import Ingest
from trailpost.base.settings import Settings
from trailpost.tracking import http, wire
from trailpost.tracking.http.examples import EXAMPLES
from trailpost.tracking.wire import compat, native

SETTINGS = Settings()
TEXT = st.none() | st.text(max_size=20)
EVENTS = st.builds(
    wire.Event,
    event_id=st.binary(min_size=16, max_size=16),
    kind=st.sampled_from(["page_view", "choice"]),
    occurred_at=st.integers(-(2**62), 2**62),
    day=st.integers(-700_000, 3_000_000),
    value=TEXT,
    price_cents=st.none() | st.integers(0, 10**13),
    metric_value=st.none() | st.floats(allow_nan=False),
    additional_data=st.none() | st.binary(max_size=20),
)


@given(st.lists(EVENTS, max_size=3))
def test_the_stream_gives_back_what_was_put_in(events):
    context = wire.Context(bytes(range(16)), -5, language="de")
    envelope = wire.Envelope(wire.VERSION, 1, 2, 3, context, events)
    assert wire.ENVELOPE.decode(wire.encode(envelope)) == envelope


def test_an_envelope_written_before_a_field_was_added_can_still_be_read():
    old = [1, 7, 0, 0, [bytes(16), 5], [[bytes(16), "page_view", 0, 0]]]
    envelope = wire.ENVELOPE.decode(msgspec.msgpack.encode(old))
    assert envelope.events == [wire.Event(bytes(16), "page_view", 0, 0)]
    assert envelope.timings == []


def test_a_context_written_before_country_was_added_can_still_be_read():
    before = [bytes(16), 5, False, *[None] * 13, 1440, 900]
    old = [1, 7, 0, 0, before, [[bytes(16), "page_view", 0, 0]]]
    context = wire.ENVELOPE.decode(msgspec.msgpack.encode(old)).context
    assert context == wire.Context(bytes(16), 5, viewport_width=1440, viewport_height=900)
    assert (context.country, context.is_recognised) == (None, False)


def test_the_kinds_of_events_are_those_of_the_table(db):
    found = db.execute("select unnest(enum_range(null::event_kind))::text").fetchall()
    assert [kind for (kind,) in found] == list(wire.Kind.__args__)
    assert {t.__struct_config__.tag for t in native.AnyEvent.__args__} == set(wire.Kind.__args__)


def test_an_event_has_every_column_that_is_not_the_envelopes_or_the_writers(db):
    found = db.execute(
        "select column_name from information_schema.columns where table_name = 'events'"
    ).fetchall()
    elsewhere = {"session_id", "received_at", "project_id", "configuration_hash"}
    fields = {f.name.removesuffix("_cents") for f in msgspec.structs.fields(wire.Event)}
    assert fields == {name for (name,) in found} - elsewhere


def described():
    found = {}
    http.document(found, SETTINGS)
    return found


def test_every_route_is_described_and_nothing_else():
    routes = {r.paths.copy().pop() for r in http.routes(SETTINGS)}
    assert set(described()["paths"]) == routes
    assert set(described()["paths"]["/api/sessions/track-interaction"]) == {"get", "post"}


def test_every_reference_in_the_description_leads_somewhere():
    found = described()
    text = msgspec.json.encode(found).decode()
    names = set(re.findall(r'"#/components/schemas/([^"]+)"', text))
    assert names == set(found["components"]["schemas"])
    ids = re.findall(r'"operationId":"([^"]+)"', text)
    assert len(ids) == len(set(ids)) == 9


def requests():
    for path, methods in described()["paths"].items():
        body = methods["post"]["requestBody"]["content"]["application/json"]
        for example in body["examples"].values():
            yield path, example["value"]


@pytest.mark.parametrize(("path", "body"), list(requests()))
def test_every_example_request_is_accepted(path, body):
    with Ingest() as ingest:
        answer = ingest.post(msgspec.json.encode(body), path=path)
        assert answer.status_code in (200, 201, 202), answer.text
        assert answer.json().get("rejected", []) == []
        assert ingest.stream.envelope.events


@pytest.mark.parametrize("answer", [native.Accepted, compat.Interactions, compat.SessionFinalized])
def test_an_example_answer_has_the_shape_of_its_struct(answer):
    for example in EXAMPLES[answer]:
        decoded = msgspec.convert(example, answer)
        assert set(msgspec.to_builtins(decoded)) == set(example)


def test_a_time_is_iso_or_milliseconds():
    def at(text):
        return msgspec.json.decode(f'{{"type":"session_start","at":{text}}}', type=native.AnyEvent)

    assert at('"2026-03-14T09:26:53Z"').at == datetime.datetime(
        2026, 3, 14, 9, 26, 53, tzinfo=datetime.UTC
    )
    assert at("1773480413000").at == 1773480413000
    assert at("1773480413000.5").at == 1773480413000.5
