"""The routes of earlier dashboards: their shapes, and figures that equal the reports'."""

from datetime import timedelta

import pytest
from litestar.testing import TestClient

from tests.analytics import log
from tests.analytics.log import choice, end, event, snapshot
from tests.analytics.test_http import _log_in, app_for, problem
from trailpost.base import clock

BASE = "/api/admin/analytics"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def client(db, database_url, run):
    project = log.project(db, "Europe/Vienna")
    db.execute(
        "insert into report_settings (project_id, required_categories) values (%s, '{nest}')",
        (project,),
    )
    db.execute("insert into users (email, password_hash) values ('a@example.com', 'x')")
    now = clock.now() - 10 * MINUTE
    run(log.store(database_url, [
        event(1, "bought", now, url="/k", visitor=1),
        choice(2, "bought", now + MINUTE, "nest", "nest80", price=155_500, visitor=1),
        snapshot(3, "bought", now + 2 * MINUTE, {"nest": "nest80"}, price=165_100, visitor=1),
        end(4, "bought", now + 3 * MINUTE, "converted", visitor=1),
        choice(5, "left", now, "nest", "nest100", price=189_100, visitor=2),
        event(6, "bounced", now, url="/k", visitor=3),
        choice(7, "default", now, "nest", "nest80", price=1, source="default", visitor=4),
    ]))  # fmt: skip
    with TestClient(app_for(database_url), raise_server_exceptions=False) as found:
        found.cookies = {"trailpost": run(_log_in(database_url))}
        yield found


def data(answer):
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    assert body["success"] is True
    return body["data"]


def test_the_overview_sums_what_visitors_did(client):
    found = data(client.get(f"{BASE}/overview", params={"timeRange": "7d"}))
    summary = found["summary"]
    assert summary["totalSessions"] == 4
    assert summary["uniqueVisitors"] == 4
    assert summary["completedConfigurations"] == 2
    assert summary["conversions"] == 1
    assert summary["conversionRate"] == 25
    assert summary["averageOrderValue"] == 165_100
    assert summary["averageConfiguredValue"] == 177_100
    assert summary["totalConfiguredValue"] == 354_200
    assert found["previous"]["totalSessions"] == 0
    assert found["previous"]["conversionRate"] is None
    assert len(found["series"]) == 7
    assert sum(day["sessions"] for day in found["series"]) == 4
    assert found["definitions"]["conversionRate"]["definition"]


def test_an_order_value_without_an_order_is_no_number(client, db):
    db.execute("update user_sessions set conversion_status = 'completed'")
    summary = data(client.get(f"{BASE}/overview"))["summary"]
    assert summary["averageOrderValue"] is None


def test_a_journey_has_the_session_and_all_that_happened(client):
    session = str(log.uuid("bought"))
    found = data(client.get(f"{BASE}/user-journey", params={"sessionId": session}))
    assert found["session"]["sessionId"] == session
    assert found["session"]["status"] == "converted"
    assert [one["type"] for one in found["timeline"]] == [
        "page_view", "choice", "snapshot", "session_end",
    ]  # fmt: skip
    assert [one["value"] for one in found["interactions"]] == ["nest80"]
    (snapshot_,) = found["snapshots"]
    assert snapshot_["totalPrice"] == 165_100
    assert snapshot_["configuration"] == {"nest": "nest80"}


@pytest.mark.parametrize(
    ("params", "status"),
    [({}, 400), ({"sessionId": "x"}, 400), ({"sessionId": str(log.uuid("nobody"))}, 404)],
)
def test_a_journey_of_nobody_is_refused(client, params, status):
    body = problem(client.get(f"{BASE}/user-journey", params=params), status)
    assert body["field"] in ("sessionId", "session")


def test_popular_configurations_are_those_that_sessions_ended_with(client):
    found = data(client.get(f"{BASE}/popular-configs", params={"limit": 5}))
    (one,) = found["configurations"]
    assert one["configurationData"] == {"nest": "nest80"}
    assert one["selectionCount"] == one["completionCount"] == one["uniqueVisitors"] == 1
    assert one["averagePrice"] == one["minPrice"] == one["maxPrice"] == 165_100
    assert one["conversionRate"] == 100
    assert found["otherConfigurations"] == 0
    problem(client.get(f"{BASE}/popular-configs", params={"limit": 0}), 400)


def test_the_funnel_counts_each_step(client):
    steps = data(client.get(f"{BASE}/conversion-funnel", params={"timeRange": "30d"}))["steps"]
    assert [(s["step"], s["count"]) for s in steps] == [
        ("session", 4),
        ("first_choice", 2),
        ("decided", 2),
        ("complete", 2),
        ("order_attempt", 1),
        ("converted", 1),
    ]
    assert steps[1]["percentOfFirst"] == 50
    assert steps[1]["percentOfPrevious"] == 50


def test_real_time_says_what_is_not_known(client):
    found = data(client.get(f"{BASE}/real-time"))
    assert found["activeSessions"] == 0
    assert found["avgResponseTime"] is None
    assert found["cacheHitRate"] is None
    assert found["errorRate"] is None


@pytest.mark.parametrize("time_range", ["1y", "", "7"])
def test_another_time_range_is_refused(client, time_range):
    problem(client.get(f"{BASE}/overview", params={"timeRange": time_range}), 400)


def test_nobody_sees_them_without_a_login(client):
    client.cookies = {}
    for path in ("overview", "user-journey", "popular-configs", "conversion-funnel", "real-time"):
        problem(client.get(f"{BASE}/{path}"), 401)


def test_performance_is_of_one_metric_over_hours(client, database_url, run):
    now = clock.now() - 2 * MINUTE
    run(log.store(database_url, [
        event(f"t{n}", "bought", now, "timing", metric_name="price_calculation", metric_value=n)
        for n in range(1, 101)
    ]))  # fmt: skip
    found = data(client.get(f"{BASE}/performance"))
    assert found["metric"] == "price_calculation"
    assert len(found["series"]) == 24
    assert sum(point["count"] for point in found["series"]) == 100
    (point,) = [p for p in found["series"] if p["count"]]
    assert point["p50"] == pytest.approx(50, rel=0.011)
    assert point["p99"] == pytest.approx(99, rel=0.011)
    assert point["average"] == 50.5
    nothing = data(client.get(f"{BASE}/performance", params={"metric": "no_such"}))
    assert nothing["metric"] is None
    assert nothing["series"] == []
