"""`trailpost issues …`, called in this process against a database of the test's own."""

import re

import pytest

from tests.issues.capturing import Feed, envelope, kept, write_all
from tests.main.test_cli import call as call
from tests.main.test_cli import project as project
from trailpost.issues import wire


@pytest.fixture
def feed(redis_url, database_url):
    found = Feed(redis_url)

    def send(*envelopes):
        found.send(*envelopes)
        write_all(database_url, redis_url, found)

    return send


def test_issues_are_listed_shown_and_resolved(call, project, feed):
    assert call("issues", "list") == "There are no such issues.\n"
    feed(envelope(kept(), kept(message="other", level="info", tags=["t"], release="1.0")))
    first = call("issues", "list", "--level", "info")
    issue = re.match(r"[0-9a-f-]{36}", first)[0]
    assert first.endswith("TypeError: other\n")
    assert call("issues", "list", "--limit", 1).count("\n") == 1
    assert call("issues", "list", "--search", "OTHER") == first
    shown = call("issues", "show", issue)
    assert "status      open" in shown
    assert "occurrences 1 in 1 sessions" in shown
    assert "tags        t" in shown
    assert call("issues", "resolve", issue) == f"{issue} is resolved.\n"
    assert call("issues", "list", "--status", "resolved").startswith(issue)


def test_dead_letters_are_listed_and_replayed(call, db, feed):
    assert call("issues", "dead-letters") == "There are no dead letters.\n"
    feed(envelope(kept(message="a\0b")))
    assert "1 occurrences" in call("issues", "dead-letters")
    call("issues", "dead-letters", "--replay", status=1)
    db.execute(
        "update issue_dead_letters set payload = %s", [wire.encode(envelope(kept(message="a b")))]
    )
    assert "stored 1, duplicate 0" in call("issues", "dead-letters", "--replay")
    assert call("issues", "dead-letters", "--replay") == "There is nothing to replay.\n"
