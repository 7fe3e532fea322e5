"""A funnel of an owner's own steps: kept over HTTP, answered from raw events."""

import asyncio
import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar.testing import TestClient

from tests.analytics import closing, log, random_log
from tests.analytics import recomputed_choices as recomputed
from tests.analytics.closing import FILTERS, SETTINGS, cases, only
from tests.analytics.log import at, choice, end, event
from tests.analytics.test_funnel import assert_rows
from tests.analytics.test_http import app_for, problem
from trailpost import db as database
from trailpost.access.store.logins import open_login
from trailpost.base import clock
from trailpost.base.errors import NotFound

NOON = at("2026-03-10 12:00")
NOW = at("2026-03-10 18:00")
URL = "/api/funnels"
STEPS = [
    {"kind": "page_view", "name": "Arrived", "url": "/k*"},
    {"kind": "choice", "name": "Chose a size", "category": "nest"},
    {"kind": "status", "name": "Ordered", "status": "in_cart"},
]


async def _log_in(url, user):
    async with await database.connect(url) as conn:
        return await open_login(conn, user, clock.now())


@pytest.fixture
def clients(db, database_url, run):
    """An administrator and a viewer of the same server."""
    log.project(db)
    made = []
    with (
        TestClient(app_for(database_url), raise_server_exceptions=False) as admin,
        TestClient(app_for(database_url), raise_server_exceptions=False) as viewer,
    ):
        for client, role in ((admin, "admin"), (viewer, "viewer")):
            user = db.execute(
                "insert into users (email, password_hash, role) values (%s, 'x', %s) returning id",
                (f"{role}@example.com", role),
            ).fetchone()[0]
            client.cookies = {"trailpost": run(_log_in(database_url, user))}
            csrf = db.execute("select csrf from logins where user_id = %s", (user,)).fetchone()[0]
            client.headers["x-csrf-token"] = csrf
            made.append(client)
        yield made


@pytest.fixture
def admin(clients):
    return clients[0]


def made(admin, slug="sizes", steps=STEPS, name="Sizes"):
    return admin.post(URL, json={"slug": slug, "name": name, "steps": steps})


def keep(db, steps, slug="own"):
    db.execute(
        "insert into funnels (project_id, slug, name, steps) values (1, %s, 'Own', %s)",
        (slug, json.dumps(steps)),
    )


def test_a_funnel_is_kept_listed_changed_and_deleted(admin):
    answer = made(admin)
    assert answer.status_code == 201, answer.text
    assert answer.json()["steps"] == STEPS
    assert [f["slug"] for f in admin.get(URL).json()["funnels"]] == ["sizes"]
    changed = admin.put(f"{URL}/sizes", json={"name": "All", "steps": STEPS[:1]})
    assert (changed.json()["name"], changed.json()["steps"]) == ("All", STEPS[:1])
    assert changed.json()["createdAt"] == answer.json()["createdAt"]
    assert admin.delete(f"{URL}/sizes").status_code == 204
    assert admin.get(URL).json() == {"funnels": []}
    assert problem(admin.delete(f"{URL}/sizes"), 404)["field"] == "funnel"


def test_a_name_is_taken_once(admin):
    made(admin)
    again = problem(made(admin, name="Other"), 409)
    assert again["field"] == "slug"
    assert [f["name"] for f in admin.get(URL).json()["funnels"]] == ["Sizes"]


def test_a_viewer_looks_and_an_administrator_changes(clients):
    admin, viewer = clients
    made(admin)
    assert len(viewer.get(URL).json()["funnels"]) == 1
    assert made(viewer, slug="mine").status_code == 403
    assert viewer.put(f"{URL}/sizes", json={"name": "x", "steps": STEPS}).status_code == 403
    assert viewer.delete(f"{URL}/sizes").status_code == 403


def test_another_sites_page_cannot_change_a_funnel(admin):
    del admin.headers["x-csrf-token"]
    assert problem(made(admin), 403)["code"] == "forbidden"


def test_without_a_login_there_are_no_funnels(database_url):
    with TestClient(app_for(database_url), raise_server_exceptions=False) as anyone:
        assert anyone.get(URL).status_code == 401
        assert made(anyone).status_code == 401


@pytest.mark.parametrize(
    "wrong",
    [
        {"steps": []},
        {"steps": STEPS[:1] * 13},
        {"steps": [{"kind": "dream", "name": "x"}]},
        {"steps": [{"kind": "page_view"}]},
        {"steps": [{"kind": "page_view", "name": ""}]},
        {"steps": [{"kind": "page_view", "name": "x", "category": "nest"}]},
        {"steps": [{"kind": "status", "name": "x"}]},
        {"steps": [{"kind": "status", "name": "x", "status": "ongoing"}]},
        {"slug": "Not a name"},
        {"slug": ""},
        {"name": ""},
        {"colour": "red"},
    ],
)
def test_what_is_no_funnel_is_refused(admin, wrong):
    answer = admin.post(URL, json={"slug": "a", "name": "A", "steps": STEPS} | wrong)
    assert problem(answer, 400)["code"] == "bad_request"


def test_a_project_has_a_hundred_funnels_at_most(admin, db):
    for n in range(100):
        keep(db, STEPS, slug=f"f{n}")
    assert made(admin).status_code == 409
    assert admin.delete(f"{URL}/f0").status_code == 204
    assert made(admin).status_code == 201


def test_an_unknown_funnel_is_not_found(admin, database_url):
    asked = {"funnel": "nothing"}
    assert problem(admin.get("/api/reports/funnel", params=asked), 404)["field"] == "funnel"
    with pytest.raises(NotFound, match="no such funnel"):
        asyncio.run(log.ask(database_url, "funnel", asked))


def test_the_steps_are_answered_in_order_from_events(admin, db, database_url, run):
    made(admin)
    run(log.store(database_url, [
        event(1, "s", NOON, url="/konfigurator"),
        choice(2, "s", NOON + timedelta(seconds=40), "nest", "nest80"),
        end(3, "s", NOON + timedelta(seconds=100), "completed"),
        choice(4, "t", NOON, "nest", "nest80"),
        event(5, "t", NOON + timedelta(seconds=1), url="/kontakt"),
        event(6, "u", NOON, url="/andere/k"),
        choice(7, "u", NOON, "nest", "nest80"),
    ]))  # fmt: skip
    asked = {"funnel": "sizes", "range": "7d"}
    answer = run(log.ask(database_url, "funnel", asked, now=NOW))
    assert_rows(answer.rows, [
        ("Arrived", None, 2, None, 100, 40),
        ("Chose a size", None, 1, 50, 50, 60),
        ("Ordered", None, 1, 100, 50, None),
    ])  # fmt: skip
    today = [s for s in answer.parts["series"] if s.starts_at == at("2026-03-10 00:00")]
    assert [(s.step, s.sessions) for s in today] == [
        ("Arrived", 2), ("Chose a size", 1), ("Ordered", 1),
    ]  # fmt: skip
    answer = run(log.ask(database_url, "funnel", asked | {"ordered": "false"}, now=NOW))
    assert [r.sessions for r in answer.rows] == [2, 3, 1]


@pytest.mark.parametrize(
    ("pattern", "matched"),
    [
        ("/a", {"/a"}), ("/a*", {"/a", "/a_b", "/a%b", "/axb", "/a\\b"}), ("/a_b", {"/a_b"}),
        ("/a%b", {"/a%b"}), ("/a\\b", {"/a\\b"}), ("*b", {"/a_b", "/a%b", "/axb", "/a\\b"}),
        ("*", {"/a", "/a_b", "/a%b", "/axb", "/a\\b"}), ("/*x*", {"/axb"}),
    ],
)  # fmt: skip
def test_only_an_asterisk_stands_for_other_text(db, database_url, run, pattern, matched):
    log.project(db)
    urls = ["/a", "/a_b", "/a%b", "/axb", "/a\\b"]
    run(log.store(database_url, [event(u, u, NOON, url=u) for u in urls]))
    keep(db, [{"kind": "page_view", "name": "x", "url": pattern}])
    answer = run(log.ask(database_url, "funnel", {"funnel": "own", "range": "7d"}, now=NOW))
    assert answer.rows[0].sessions == len(matched)


def test_events_whose_clock_is_wrong_count_where_they_were_received(db, database_url, run):
    log.project(db)
    wrong = at("2031-01-01 00:00")
    run(log.store(database_url, [
        event(1, "s", NOON, url="/a"),
        event(2, "s", wrong, url="/b", received=NOON + timedelta(seconds=30), clock="future"),
    ]))  # fmt: skip
    keep(db, [
        {"kind": "page_view", "name": "a", "url": "/a"},
        {"kind": "page_view", "name": "b", "url": "/b"},
    ])  # fmt: skip
    answer = run(log.ask(database_url, "funnel", {"funnel": "own", "range": "7d"}, now=NOW))
    assert_rows(answer.rows, [("a", None, 1, None, 100, 30), ("b", None, 1, 100, 100, None)])


CATEGORY = st.fixed_dictionaries({}, optional={"category": st.sampled_from(random_log.CATEGORIES)})
VALUE = st.fixed_dictionaries(
    {}, optional={"value": st.sampled_from([v for v in random_log.VALUES if v is not None])}
)


@st.composite
def steps(draw):
    kind = draw(st.sampled_from(
        ("page_view", "interaction", "choice", "snapshot", "session_end", "status")
    ))  # fmt: skip
    step = {"kind": kind, "name": draw(st.sampled_from("abc"))}
    if kind in ("interaction", "choice"):
        step |= draw(CATEGORY)
    if kind == "choice":
        step |= draw(VALUE)
    if kind == "status":
        step["status"] = draw(st.sampled_from(list(recomputed.FURTHER)))
    return step


@SETTINGS
@given(cases(), FILTERS, st.booleans(), st.lists(steps(), min_size=1, max_size=5))
def test_an_own_funnel_equals_a_recomputation(db, database_url, case, filters, ordered, own):
    closing.begin(db, case)
    closing.write(db, database_url, case.events)
    keep(db, own)
    span = closing.span_of(case, "funnel").span
    found = recomputed.within(
        case.events, span.start, span.end, case.asked["bots"] == "true", only(filters)
    )
    times = [recomputed.own_times(s, own, ordered) for s in found]
    expected = recomputed.funnel_rows(times, [(step["name"], None) for step in own], ordered)
    answer = closing.ask(
        database_url, case, "funnel", funnel="own", ordered=str(ordered).lower(), **filters
    )
    assert_rows(answer.rows, expected)
    by_place = [0] * len(own)
    for one in answer.parts["series"]:
        by_place[one.place - 1] += one.sessions
    assert by_place == [row[2] for row in expected]
