"""The routes as a client sees them: JSON, CSV, problems, and what OpenAPI says of them."""

import csv
import io
import json
from datetime import timedelta

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from tests.analytics import log
from tests.analytics.log import choice, event
from trailpost import db as database
from trailpost.access.store.logins import open_login
from trailpost.analytics import FEATURE, REPORTS, definitions
from trailpost.base import clock, settings
from trailpost.main.failures import HANDLERS


async def _log_in(url):
    async with await database.connect(url) as conn:
        return await open_login(conn, 1, clock.now())


def app_for(url):
    loaded = settings.load({})

    async def opened(app):
        app.state.pool = database.open_pool(url, size=2)
        await app.state.pool.open()

    async def closed(app):
        await app.state.pool.close()

    app = Litestar(
        route_handlers=[handler for make in FEATURE.routes for handler in make(loaded)],
        exception_handlers=HANDLERS,
        on_startup=[opened],
        on_shutdown=[closed],
        logging_config=None,
    )
    app.state.settings = loaded
    return app


@pytest.fixture
def anyone(database_url):
    with TestClient(app_for(database_url), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def client(anyone, db, database_url, run):
    log.project(db, "Europe/Vienna")
    db.execute("insert into users (email, password_hash) values ('a@example.com', 'x')")
    anyone.cookies = {"trailpost": run(_log_in(database_url))}
    return anyone


@pytest.fixture
def client_with_data(client, database_url, run):
    now = clock.now()
    run(log.store(database_url, [
        choice(1, "s", now - timedelta(minutes=2), "nest", '=nest "80", ö', price=155500.5),
        event(2, "s", now - timedelta(minutes=1), url="/k"),
    ]))  # fmt: skip
    return client


def problem(answer, status):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.json()


def test_a_report_is_answered_with_its_period_and_definitions(client_with_data):
    answer = client_with_data.get("/api/reports/overview", params={"range": "7d"})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "private, no-cache"
    body = answer.json()
    assert body["figures"]["sessions"] == 1
    assert body["figures"]["totalConfiguredValue"] == 155500.5
    assert body["definitions"]["conversionRate"] == {
        "title": "Conversion rate",
        "definition": "Sessions that reached converted, of all sessions.",
        "unit": "percent",
        "filters": None,
    }
    assert body["definitions"]["series.startsAt"]["unit"] is None
    assert (body["project"], body["period"]["timeZone"]) == ("default", "Europe/Vienna")
    assert body["period"]["from"][10:] in ("T00:00:00+01:00", "T00:00:00+02:00")
    assert body["series"][0]["startsAt"] == body["period"]["from"]


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_is_answered_as_json_and_as_csv(client_with_data, name):
    report = REPORTS[name]
    params = {"session": str(log.uuid("s"))} if name == "user_journey" else {}
    body = client_with_data.get(f"/api/reports/{name}", params=params).json()
    rows = [body["figures"]] if report.chart == "figures" else body["rows"]
    assert all(set(row) == set(definitions(report.row)) for row in rows)
    for part in report.parts:
        assert all(set(row) == set(definitions(part.row)) for row in body[part.name])
    for part in (None, *(p.name for p in report.parts)):
        asked = params | {"format": "csv"} | ({"part": part} if part else {})
        answer = client_with_data.get(f"/api/reports/{name}", params=asked)
        assert answer.status_code == 200, answer.text
        header, *lines = csv.reader(io.StringIO(answer.text, newline=""))
        assert header == list(definitions(report.part(part).row))
        assert len(lines) == len(rows if part is None else body[part])


def test_csv_is_rfc_4180_and_holds_no_formula(client_with_data):
    answer = client_with_data.get("/api/reports/options", params={"format": "csv", "range": "24h"})
    assert answer.headers["content-type"] == "text/csv; header=present; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"].startswith(
        'attachment; filename="default_options_20'
    )
    assert answer.content.decode() == (
        "category,value,option,exposed,chosen,kept,switchedAway,keepRate,keepRateLow,"
        "keepRateHigh,share,decided,decisionSeconds,decisionSecondsP90\r\n"
        'nest,"\'=nest ""80"", ö","nest:=nest ""80"", ö",1,1,1,0,100.0,20.654931437723736,100.0,'
        "100.0,1,0.0,0.0\r\n"
    )


def test_json_and_configuration_in_csv_cells_stay_json(client, database_url, run):
    made = log.snapshot(1, "s", clock.now(), {"nest": "nest80", "n": [1, None]})
    run(log.store(database_url, [made]))
    asked = {"session": str(log.uuid("s")), "format": "csv"}
    text = client.get("/api/reports/user_journey", params=asked).text
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert json.loads(row["configuration"]) == {"nest": "nest80", "n": [1, None]}
    assert row["price"] == ""


def test_without_a_login_there_is_no_report(anyone):
    assert problem(anyone.get("/api/reports"), 401)["code"] == "unauthorized"
    assert problem(anyone.get("/api/reports/overview"), 401)["code"] == "unauthorized"


@pytest.mark.parametrize(
    ("path", "params", "field"),
    [
        ("overview", {"range": "8d"}, "range"),
        ("overview", {"rnage": "7d"}, "rnage"),
        ("overview", {"from": "2026-13-01", "to": "2026-01-01"}, "from"),
        ("overview", {"range": "custom", "from": "2026-01-01"}, "to"),
        ("overview", {"tz": "Mars/Olympus"}, "tz"),
        ("overview", {"bots": "perhaps"}, "bots"),
        ("overview", {"format": "xml"}, "format"),
        ("overview", {"part": "nothing"}, "part"),
        ("overview", {"project": ""}, None),
        ("user_journey", {}, "session"),
        ("user_journey", {"session": "1"}, "session"),
        ("user_journey", {"session": str(log.uuid("s")), "offset": "-1"}, "offset"),
        ("real_time", {"range": "7d"}, "range"),
    ],
)
def test_a_wrong_parameter_is_named(client, path, params, field):
    answer = client.get(f"/api/reports/{path}", params=params)
    if field is None:  # an empty parameter counts as not given
        assert answer.status_code == 200
    else:
        assert problem(answer, 400)["field"] == field


def test_what_does_not_exist_is_not_found(client):
    assert problem(client.get("/api/reports/revenue"), 404)["code"] == "not_found"
    missing = client.get("/api/reports/overview", params={"project": "nobody"})
    assert problem(missing, 404)["field"] == "project"
    session = client.get("/api/reports/user_journey", params={"session": str(log.uuid("x"))})
    assert problem(session, 404)["field"] == "session"


def test_the_list_names_every_report_its_parameters_and_definitions(client):
    found = {r["name"]: r for r in client.get("/api/reports").json()["reports"]}
    assert list(found) == list(REPORTS)
    assert found["ledger"]["parameters"] == ["project", "tz", "range", "from", "to", "bots"]
    overview = found["overview"]
    assert {"device", "priceList", "compare"} <= set(overview["parameters"])
    assert overview["fields"]["visitors"]["title"] == "Visitors"
    assert [part["name"] for part in overview["parts"]] == ["series", "active"]


def test_openapi_knows_each_reports_parameters_and_rows(database_url):
    schema = app_for(database_url).openapi_schema.to_schema()
    described = schema["paths"]["/api/reports/overview"]["get"]
    by_name = {p["name"]: p for p in described["parameters"]}
    asked = {"project", "tz", "range", "from", "to", "bots", "format", "part"}
    filters = {"device", "source", "campaign", "country", "option", "priceList", "converted"}
    assert set(by_name) == asked | filters | {"compare"}
    assert by_name["range"]["schema"]["enum"] == ["24h", "30d", "7d", "90d", "custom"]
    assert by_name["from"]["schema"]["format"] == "date"
    assert all(p["in"] == "query" for p in described["parameters"])
    content = described["responses"]["200"]["content"]["application/json"]["schema"]
    answer = schema["components"]["schemas"][content["$ref"].rpartition("/")[2]]
    assert set(answer["properties"]) >= {"figures", "series", "definitions", "period"}
    row_name = answer["properties"]["figures"]["$ref"].rpartition("/")[2]
    row = schema["components"]["schemas"][row_name]
    assert "conversionRate" in row["properties"]
    assert "once per UTC day" in json.dumps(row["properties"]["visitors"])
    assert set(described["responses"]) == {"200", "400", "401", "404", "503"}
    journey = schema["paths"]["/api/reports/user_journey"]["get"]["parameters"]
    assert [p["name"] for p in journey if p.get("required")] == ["session"]
    assert "/api/reports" in schema["paths"]


def test_the_cache_hit_rate_is_the_web_process_own(client):
    assert client.get("/api/reports/real_time").json()["figures"]["cacheHitRate"] is None
    client.app.state.cache_hit_rate = lambda: 87.5
    assert client.get("/api/reports/real_time").json()["figures"]["cacheHitRate"] == 87.5


def test_an_answer_that_has_not_changed_is_not_sent_again(client_with_data, database_url, run):
    ask = {"project": "default", "range": "7d"}
    first = client_with_data.get("/api/reports/overview", params=ask)
    tag = first.headers["etag"]
    known = {"if-none-match": f'"other", W/{tag}'}
    again = client_with_data.get("/api/reports/overview", params=ask, headers=known)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    run(log.store(database_url, [event(9, "t", clock.now() - timedelta(minutes=3), url="/k")]))
    changed = client_with_data.get("/api/reports/overview", params=ask, headers=known)
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag
    assert changed.json()["figures"]["sessions"] == first.json()["figures"]["sessions"] + 1
