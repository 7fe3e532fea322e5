"""POST /api/issues: what is taken, what is refused by name, and who may send."""

import gzip
import json
import re
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.issues.capturing import SESSION, Capture, sent
from tests.tracking.ingesting import KEY, is_problem
from trailpost.http import times

ORIGIN = {"origin": "https://shop.example"}
FRAME = {"function": "total", "file": "/main.js", "line": 3, "column": 9}


def nested(levels):
    return {"a": nested(levels - 1)} if levels > 1 else {}


def test_one_occurrence_is_made_durable():
    body = sent(
        sessionId=str(SESSION),
        stack=[FRAME, {"inApp": False}],
        release="1.4.0",
        environment="production",
        tags=["a", "b"],
        context={"list": 7},
        fingerprint=["price_mismatch"],
        aFieldOfANewerTracker=1,
    )
    with Capture() as capture:
        answer = capture.send(body)
        assert (answer.status_code, answer.json()) == (202, {"accepted": 1, "rejected": []})
        ((_, _, count, live),) = capture.stream.published
        assert (count, live) == (1, None)
        (envelope,) = capture.envelopes
        assert (envelope.project_id, envelope.rejected) == (7, 0)
        (one,) = envelope.occurrences
    assert one.occurrence_id == uuid.UUID(body["occurrenceId"]).bytes
    assert one.session_id == SESSION.bytes
    assert (one.level, one.type, one.message) == ("error", "TypeError", "x is undefined")
    assert [(f.function, f.file, f.line, f.column, f.in_app) for f in one.stack] == [
        ("total", "/main.js", 3, 9, None),
        (None, None, None, None, False),
    ]
    assert (one.release, one.environment, one.tags) == ("1.4.0", "production", ["a", "b"])
    assert (one.context, one.fingerprint) == (b'{"list":7}', ["price_mismatch"])


def test_a_batch_keeps_what_is_right_and_names_what_is_not():
    batch = [sent(), sent(level="fatal"), sent(message=None), sent()]
    with Capture() as capture:
        answer = capture.send({"occurrences": batch}).json()
        assert answer["accepted"] == 2
        assert [(r["index"], r["field"]) for r in answer["rejected"]] == [
            (1, "$.occurrences[1].level"),
            (2, "$.occurrences[2].message"),
        ]
        assert capture.envelopes[0].rejected == 2
        assert capture.stream.published[0][2] == 4


WRONG = [
    ({"occurrenceId": "7"}, "occurrenceId"),
    ({"sessionId": "mine"}, "sessionId"),
    ({"occurredAt": "yesterday"}, "occurredAt"),
    ({"level": "fatal"}, "level"),
    ({"type": ""}, "type"),
    ({"type": "t" * 201}, "type"),
    ({"message": "m" * 4001}, "message"),
    ({"stack": [FRAME] * 101}, "stack"),
    ({"stack": [FRAME | {"function": "f" * 201}]}, "stack[0].function"),
    ({"stack": [FRAME, FRAME | {"file": "f" * 501}]}, "stack[1].file"),
    ({"stack": [FRAME | {"line": -1}]}, "stack[0].line"),
    ({"url": "u" * 2001}, "url"),
    ({"release": ""}, "release"),
    ({"environment": "e" * 101}, "environment"),
    ({"tags": ["t"] * 21}, "tags"),
    ({"tags": ["a", "t" * 101]}, "tags[1]"),
    ({"context": [1]}, "context"),
    ({"context": {"a": "b" * 8200}}, "context"),
    ({"context": nested(9)}, "context"),
    ({"fingerprint": ["f"] * 11}, "fingerprint"),
    ({"message": "a\0b"}, "message"),
    ({"context": {"a": ["\0"]}}, "context.a[0]"),
    ({"tags": ["\ud800"]}, "tags[0]"),
]


@pytest.mark.parametrize(("changed", "field"), WRONG, ids=[f for _, f in WRONG])
def test_every_refusal_names_its_field(changed, field):
    with Capture() as capture:
        answer = capture.send(sent(**changed))
        assert is_problem(answer, 400, f"$.{field}")
        assert answer.json()["rejected"][0]["field"] == f"$.{field}"
        # It is counted all the same, so that the ledger knows of it.
        assert [e.rejected for e in capture.envelopes] == [1]


@pytest.mark.parametrize("field", ["occurrenceId", "occurredAt", "level", "type", "message", "url"])
def test_what_is_needed_must_be_there(field):
    body = sent()
    del body[field]
    with Capture() as capture:
        assert is_problem(capture.send(body), 400, f"$.{field}")


def test_what_is_just_within_the_limits_is_taken():
    body = sent(
        type="t" * 200,
        message="m" * 4000,
        stack=[FRAME | {"function": "f" * 200, "file": "f" * 500}] * 100,
        tags=["t" * 100] * 20,
        context=nested(8),
        fingerprint=["f" * 200] * 10,
    )
    with Capture() as capture:
        assert capture.send(body).status_code == 202


def test_a_batch_has_a_limit_and_a_body_too():
    with Capture() as capture:
        assert capture.send({"occurrences": [sent()] * 100}).json()["accepted"] == 100
        assert is_problem(capture.send({"occurrences": [sent()] * 101}), 413, "$.occurrences")
        assert is_problem(capture.send({"occurrences": []}), 400, "$.occurrences")
        assert is_problem(capture.post(b"x" * (512 * 1024 + 1)), 413)
        assert is_problem(capture.post(b"[]"), 400)
        assert is_problem(capture.post(b"{"), 400)
        assert is_problem(capture.send(sent(), headers={"content-type": "text/html"}), 415)
        assert capture.client.delete("/api/issues").status_code == 405
        assert len(capture.stream.published) == 1


def test_a_beacon_needs_no_preflight_and_may_be_zipped():
    with Capture() as capture:
        plain = {"content-type": "text/plain;charset=UTF-8", "x-trailpost-key": None}
        answer = capture.send(sent(key=KEY), headers=plain | ORIGIN)
        assert answer.status_code == 202
        assert answer.headers["access-control-allow-origin"] == "*"
        assert capture.send(sent(), headers=plain, params={"key": KEY}).status_code == 202
        body = gzip.compress(json.dumps({"occurrences": [sent()], "key": KEY}).encode())
        zipped = plain | {"content-encoding": "gzip"}
        assert capture.post(body, headers=zipped).status_code == 202


def test_a_preflight_is_answered_as_for_events():
    with Capture(allowed_origins=("https://shop.example",)) as capture:
        asked = {"access-control-request-method": "POST"}
        answer = capture.client.options("/api/issues", headers=asked | ORIGIN)
        assert answer.status_code == 204
        assert "POST" in answer.headers["access-control-allow-methods"]
        other = {"origin": "https://evil.example"}
        refused = capture.client.options(f"/api/issues?key={KEY}", headers=asked | other)
        assert refused.status_code == 403
        assert is_problem(capture.send(sent(), headers=other), 403, "origin")
        assert capture.send(sent(), headers=ORIGIN).status_code == 202


def test_who_has_no_key_or_sends_too_much_is_refused():
    with Capture({"rate_limit_ip": 10}) as capture:
        assert is_problem(capture.send(sent(), headers={"x-trailpost-key": None}), 401)
        assert is_problem(capture.send(sent(), headers={"x-trailpost-key": "tp_other"}), 401)
        assert capture.send({"occurrences": [sent()] * 100}).status_code == 202
        refused = capture.send(sent(), headers=ORIGIN)
        assert is_problem(refused, 429)
        assert 1 <= int(refused.headers["retry-after"]) <= 9


def test_what_cannot_be_made_durable_is_not_acknowledged():
    with Capture() as capture:
        capture.stream.away = True
        answer = capture.send(sent())
        assert is_problem(answer, 503)
        assert answer.headers["retry-after"] == "3"


def test_the_clients_clock_is_corrected_and_never_believed_beyond_measure():
    now = datetime.now(UTC)
    fast = now + timedelta(hours=2)
    given = [
        (fast - timedelta(minutes=1)).isoformat(),
        (fast + timedelta(minutes=1)).isoformat(),
        (fast + timedelta(days=40)).isoformat(),
        "0001-01-02T00:00:00Z",
    ]
    with Capture() as capture:
        body = {"sentAt": fast.isoformat(), "occurrences": [sent(occurredAt=at) for at in given]}
        assert capture.send(body).status_code == 202
        (envelope,) = capture.envelopes
    ages = [envelope.received_at - one.occurred_at for one in envelope.occurrences]
    assert abs(ages[0] - 60 * times.SECOND) < 20 * times.SECOND
    assert ages[1:] == [0, 0, 0]


def test_where_the_events_path_was_moved_issues_are_taken_beside_it():
    with Capture({"ingest_path": "/collect/e"}) as capture:
        body = json.dumps(sent()).encode()
        assert capture.post(body, path="/collect/issues").status_code == 202
        assert capture.post(body).status_code == 202


def test_the_documented_example_and_fields_are_those_of_the_route():
    text = (Path(__file__).parents[2] / "docs" / "issues.md").read_text(encoding="utf-8")
    request, answer = re.findall(r"```json\n(.*?)```", text, re.S)[:2]
    with Capture() as capture:
        assert capture.post(request.encode()).json() == json.loads(answer)
