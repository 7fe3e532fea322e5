"""`trailpost erase`: asks first, says what went."""

from uuid import UUID

import pytest

from tests.main.test_cli import call, project  # noqa: F401 - fixtures
from tests.tracking.writing import SESSION, Feed, envelope, event, write_all
from trailpost import analytics
from trailpost.tracking.rules import identity

ID = str(UUID(bytes=SESSION))
VISITOR = {"visitor": identity.known_visitor(b"x", "v-1"), "is_recognised": True}


@pytest.fixture
def stored(db, database_url, redis_url, monkeypatch, project):  # noqa: F811
    """One session of a visitor who is recognised; says how many there are."""
    monkeypatch.setenv("TRAILPOST_REDIS_URL", redis_url)
    feed = Feed(redis_url)
    feed.send(envelope(event(), **VISITOR))
    write_all(database_url, redis_url, [feed], (analytics.roll_up,))

    def count():
        return db.execute("select count(*) from user_sessions").fetchone()[0]

    assert count() == 1
    return count


def test_a_session_is_erased_after_a_yes(call, stored):  # noqa: F811
    said = call("erase", "session", ID, input="n\n")
    assert "for good?" in said
    assert said.endswith("Nothing was erased.\n")
    assert stored() == 1
    assert call("erase", "session", ID, input="y\n").endswith(f"The session {ID} is erased.\n")
    assert stored() == 0
    call("erase", "session", ID, "--yes")
    unknown = call("erase", "session", "nobody", "--yes", status=1)
    assert unknown == "trailpost: no session nobody is stored\n"
    assert "no project" in call("erase", "session", ID, "--yes", "--project", "x", status=1)


def test_a_visitor_is_erased(call, stored):  # noqa: F811
    assert call("erase", "visitor", "v-2", "--yes") == "0 sessions are erased.\n"
    assert call("erase", "visitor", "v-1", input="y\n").endswith("1 session is erased.\n")
    assert stored() == 0
    assert call("erase", "visitor", "v-1", input="\n").endswith("Nothing was erased.\n")
