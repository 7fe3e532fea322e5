"""docs/ingest.md says what wire takes: every field, and which of them are needed."""

import re
from pathlib import Path

import msgspec
import pytest

from tests.tracking.ingesting import Ingest
from trailpost.base.settings import Settings
from trailpost.tracking import http
from trailpost.tracking.wire import native

TEXT = (Path(__file__).parents[2] / "docs" / "ingest.md").read_text(encoding="utf-8")
KINDS = {t.__struct_config__.tag: t for t in native.AnyEvent.__args__}


def section(title):
    """From a heading to the next one."""
    found = re.search(rf"^#+ {re.escape(title)}\n(.*?)(?=^#+ |\Z)", TEXT, re.S | re.M)
    assert found, f"docs/ingest.md has no section {title}"
    return found[1]


def documented(title):
    rows = re.findall(r"^\| `(\w+)` \| (needed)? ?\|", section(title), re.M)
    return {name: bool(needed) for name, needed in rows}


def fields(struct):
    return {f.encode_name: f.required for f in msgspec.structs.fields(struct)}


def test_the_fields_of_a_request_are_documented():
    assert documented("The native route") == fields(native.Batch)
    assert documented("`session`") == fields(native.Session)
    assert documented("Events") == fields(native.Event)


@pytest.mark.parametrize("kind", KINDS)
def test_the_fields_of_every_kind_of_event_are_documented(kind):
    common = fields(native.Event)
    own = {name: need for name, need in fields(KINDS[kind]).items() if name not in common}
    assert documented(f"`{kind}`") == own


def test_no_kind_is_documented_that_does_not_exist():
    assert set(re.findall(r"^### `(\w+)`$", TEXT, re.M)) - {"session"} == set(KINDS)


def test_every_route_is_documented():
    for route in http.routes(Settings()):
        assert all(path in TEXT for path in route.paths)


def test_the_example_is_accepted_as_it_says():
    request, answer = re.findall(r"```json\n(.*?)```", section("The native route"), re.S)
    with Ingest() as ingest:
        assert ingest.post(request.encode()).json() == msgspec.json.decode(answer)
