from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trailpost.tracking.rules import identity


@given(st.uuids())
def test_a_uuid_is_read_in_either_case(found):
    assert identity.uuid_of(str(found)) == found.bytes
    assert identity.uuid_of(str(found).upper()) == found.bytes


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "8f14e45fceea467fa8f21d2b4b1d2b4b",
        "{f14e45f-ceea-467f-a8f2-1d2b4b1d2b4}",
        "8f14e45f-ceea-467f-a8f2-1d2b4b1d2b4g",
        "8f14e45fc-eea-467f-a8f2-1d2b4b1d2b4b",
        "8f14e45f-ceea-467f-a8f2-1d2b4b1d2b ٣",
        "8f14e45f-ceea-467f-a8f2-            ",
    ],
)
def test_anything_else_is_no_uuid(text):
    assert identity.uuid_of(text) is None


@given(st.text())
def test_any_text_may_be_an_id(text):
    assert identity.uuid_of(text) is None or len(text) == 36


def test_a_named_id_is_always_the_same_and_of_one_project_and_kind():
    first = identity.named(1, "event", "a")
    # Written down: events of older versions must stay the same events.
    assert UUID(bytes=first) == UUID("39df0d12-e7bd-5245-b6e0-6e00022304ee")
    assert first == identity.named(1, "event", "a")
    assert len({first, identity.named(2, "event", "a"), identity.named(1, "session", "a")}) == 3


def test_a_visitor_differs_by_day_project_address_and_browser():
    given_ = (b"salt", 1, "203.0.113.7", "Browser")
    same = identity.daily_visitor(*given_)
    assert same == identity.daily_visitor(*given_)
    others = [
        (b"pepper", *given_[1:]),
        (b"salt", 2, *given_[2:]),
        (b"salt", 1, "203.0.113.8", "Browser"),
        (*given_[:3], "Other"),
    ]
    assert same not in {identity.daily_visitor(*other) for other in others}
    assert -(2**63) <= same < 2**63


def test_a_user_is_kept_as_a_hash_of_one_project():
    assert identity.user_hash(b"one", "ada") == identity.user_hash(b"one", "ada")
    assert identity.user_hash(b"one", "ada") != identity.user_hash(b"two", "ada")
    assert len(identity.user_hash(b"one", "ada")) == 32
