"""The list of sessions: what is found in it, page by page and as CSV of any size."""

import csv
import io
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analytics import closing, log, random_visits
from tests.analytics.log import at, choice, end, event
from tests.analytics.random_visits import FILTERS, visits_of, within
from tests.analytics.test_http import anyone as anyone
from tests.analytics.test_http import client as client
from trailpost.base import clock
from trailpost.base.errors import BadRequest

SETTINGS = settings(closing.SETTINGS, max_examples=10)
NOW = at("2026-03-10 18:00")


def ago(minutes):
    return NOW - timedelta(minutes=minutes)


LOG = [
    event("1", "a", ago(1), visitor=1,
          context={"utm_source": "Newsletter", "utm_campaign": "März"}),
    choice("2", "b", ago(20), "nest", "nest80", visitor=2,
           context={"referrer": "https://www.google.com/", "client_session_id": "Kunde-17"}),
    choice("3", "b", ago(19), "fenster", "fichte", visitor=2),
    choice("4", "b", ago(18), "fenster", "pvc", visitor=2),
    event("5", "c", ago(300), visitor=3, context={"landing_page": "https://nest.example/Entdecken?a=1"}),
    end("6", "d", ago(400), "converted", visitor=4),
    end("7", "e", ago(500), "in_cart", visitor=5),
    event("8", "f", ago(60 * 24 * 31 + 1), visitor=6),
    event("9", "g", ago(30), visitor=7, bot=True),
]  # fmt: skip
NAMES = {log.uuid(name): name for name in "abcdefg"}


@pytest.fixture
def visited(db, database_url, run):
    log.project(db)
    run(log.store(database_url, LOG))


def found(database_url, run, **params):
    answer = run(log.ask(database_url, "sessions", {"range": "90d"} | params, now=NOW))
    return "".join(NAMES[row.session_id] for row in answer.rows)


def test_sessions_come_newest_first(visited, database_url, run):
    assert found(database_url, run) == "abcdef"
    assert found(database_url, run, bots="true") == "abgcdef"
    assert found(database_url, run, range="30d") == "abcde"


@pytest.mark.parametrize(
    ("search", "names"),
    [
        (str(log.uuid("c"))[:8], "c"),
        (str(log.uuid("c")).upper(), "c"),
        (str(log.uuid("c"))[1:9], ""),
        ("kunde-1", "b"),
        ("unde-1", ""),
        ("NEWS", "a"),
        ("oogle", "b"),
        ("mär", "a"),
        ("/entdecken", "c"),
        ("nest80", "b"),
        ("Nest:Nest80", "b"),
        ("fenster:pvc", "b"),
        ("fenster:fichte", ""),
        ("nest8", ""),
        ("%", ""),
        ("direct", "cdef"),
    ],
)
def test_a_search_finds_ids_sources_campaigns_pages_and_kept_options(
    visited, database_url, run, search, names
):
    assert found(database_url, run, q=search) == names


@pytest.mark.parametrize(
    ("status", "names"),
    [("ongoing", "ab"), ("abandoned", "ce"), ("converted", "d"), ("expired", "f"), ("in_cart", "")],
)
def test_a_status_is_what_it_is_by_now(visited, database_url, run, status, names):
    assert found(database_url, run, status=status) == names


def test_filters_narrow_the_list_too(visited, database_url, run):
    assert found(database_url, run, source="google.com", option="fenster:pvc") == "b"
    assert found(database_url, run, converted="true") == "d"


def test_a_cursor_leads_from_page_to_page(visited, database_url, run):
    pages, cursor = [], ""
    while cursor is not None:
        asked = {"range": "90d", "limit": "2", "cursor": cursor}
        answer = run(log.ask(database_url, "sessions", asked, now=NOW))
        pages.append("".join(NAMES[row.session_id] for row in answer.rows))
        cursor = answer.next
    assert pages == ["ab", "cd", "ef"]


@pytest.mark.parametrize("cursor", ["x", "ä", "W10", "WyJ4IiwgInkiXQ", "====", "bnVsbA"])
def test_a_cursor_that_no_page_gave_is_refused(visited, database_url, run, cursor):
    with pytest.raises(BadRequest) as refused:
        found(database_url, run, cursor=cursor)
    assert refused.value.field == "cursor"


@pytest.mark.parametrize("limit", ["0", "201", "x"])
def test_a_page_has_1_to_200_sessions(visited, database_url, run, limit):
    with pytest.raises(BadRequest) as refused:
        found(database_url, run, limit=limit)
    assert refused.value.field == "limit"


@SETTINGS
@given(random_visits.cases(), FILTERS, st.integers(1, 4))
def test_pages_hold_each_session_of_the_period_once(db, database_url, case, filters, limit):
    closing.begin(db, case)
    closing.write(db, database_url, case.events)
    span = closing.span_of(case, "sessions").span
    shown = within(visits_of(case.events, case.asked["bots"] == "true", filters), span)
    rows, cursor = [], ""
    while cursor is not None:
        more = {"limit": str(limit), "cursor": cursor}
        answer = closing.ask(database_url, case, "sessions", **filters, **more)
        assert 0 < len(answer.rows) <= limit or not shown
        rows += answer.rows
        cursor = answer.next
    shown.sort(key=lambda v: (v.start, log.uuid(v.id)), reverse=True)
    assert [r.session_id for r in rows] == [log.uuid(v.id) for v in shown]
    assert [r.total_choices for r in rows] == [len(v.mine) for v in shown]


def many(sessions):
    now = clock.now()
    return [
        event(str(n), str(n), now - timedelta(seconds=n), visitor=n,
              context={"utm_source": "=1+1" if n == 7 else None})
        for n in range(sessions)
    ]  # fmt: skip


def test_csv_holds_all_sessions_however_many(client, database_url, run):
    run(log.store(database_url, many(2500)))
    asked = {"format": "csv", "limit": "5", "range": "90d"}
    answer = client.get("/api/reports/sessions", params=asked)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/csv")
    assert "default_sessions_" in answer.headers["content-disposition"]
    assert "content-length" not in answer.headers
    lines = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert [line["sessionId"] for line in lines] == [str(log.uuid(str(n))) for n in range(2500)]
    assert lines[7]["utmSource"] == "'=1+1"
    assert lines[0]["startTime"].endswith(("+01:00", "+02:00"))


def test_csv_is_of_what_was_searched_for(client, database_url, run):
    run(log.store(database_url, many(20)))
    asked = {"format": "csv", "q": str(log.uuid("11"))}
    text = client.get("/api/reports/sessions", params=asked).text
    assert [line["sessionId"] for line in csv.DictReader(io.StringIO(text))] == [asked["q"]]


@pytest.mark.parametrize(("name", "value"), [("limit", "0"), ("project", "x"), ("status", "gone")])
def test_csv_of_a_wrong_question_is_a_problem_and_no_file(client, name, value):
    answer = client.get("/api/reports/sessions", params={"format": "csv", name: value})
    assert answer.status_code in (400, 404)
    assert answer.json()["field"] == name


def test_json_names_the_next_page_and_the_last_page_names_none(client, database_url, run):
    run(log.store(database_url, many(5)))
    first = client.get("/api/reports/sessions", params={"limit": "3"}).json()
    assert len(first["rows"]) == 3
    asked = {"limit": "3", "cursor": first["next"]}
    second = client.get("/api/reports/sessions", params=asked).json()
    assert [len(second["rows"]), second["next"]] == [2, None]
    assert "next" not in client.get("/api/reports/options").json()
