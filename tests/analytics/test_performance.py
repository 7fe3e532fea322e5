"""Quantiles that add up, bands and borders, our own server and processes."""

import asyncio
import math
import random
from datetime import timedelta

import ddsketch
import pytest

from tests.analytics import log
from tests.analytics.conftest import told
from tests.analytics.log import at, event
from tests.tracking.writing import Feed, write_all
from trailpost import analytics, tracking
from trailpost import db as database
from trailpost.analytics.rules.reports import Queue
from trailpost.tracking import wire

NOW = at("2026-03-31 10:00")
SPAN = {"range": "custom", "from": "2026-03-28", "to": "2026-03-31"}
ASKED = (("p50", 0.5), ("p75", 0.75), ("p95", 0.95), ("p99", 0.99))


def timing(id, moment, metric, value, endpoint=None, *, session="a", **given):
    return event(
        id, session, moment, "timing", metric_name=metric, metric_value=value, endpoint=endpoint,
        **given,
    )  # fmt: skip


@pytest.fixture
def performance(db, database_url, run):
    log.project(db, "Europe/Vienna")

    def ask(**given):
        return run(log.ask(database_url, "performance", SPAN | given, now=NOW))

    return ask


def exact(values, q):
    return sorted(values)[math.floor(q * (len(values) - 1))]


def sketched(values, q):
    found = ddsketch.DDSketch(0.01)
    for value in values:
        found.add(value)
    return found.get_quantile_value(q)


def assert_quantiles(row, values, names=ASKED):
    for name, q in names:
        assert getattr(row, name) == pytest.approx(exact(values, q), rel=0.01 + 1e-9), name
        assert getattr(row, name) == pytest.approx(sketched(values, q), rel=1e-9), name


@pytest.mark.parametrize("seed", range(3))
def test_quantiles_are_those_of_all_measurements_however_they_are_added_up(
    performance, database_url, run, seed
):
    """Over 15 minutes, days, endpoints and closings: sums of sketches, not averages."""
    chance = random.Random(seed)
    begin = at("2026-03-28 00:30")
    made = [
        timing(
            f"{n}",
            begin + timedelta(minutes=chance.randrange(4600)),
            "api",
            chance.choice((0.0, chance.lognormvariate(4, 2), chance.uniform(0, 5))),
            chance.choice((None, "/x", "/y")),
        )
        for n in range(300)
    ]
    run(log.store(database_url, made[:200], made[200:250]))
    _check(performance(), made[:250])
    assert run(log.close(database_url, NOW)) > 0
    _check(performance(), made[:250])
    run(log.store(database_url, made[250:]))
    _check(performance(), made)
    run(log.close(database_url, NOW))
    _check(performance(), made)


def _check(answer, made):
    values = [one.fields["metric_value"] for one in made]
    (whole,) = answer.parts["metrics"]
    assert_quantiles(whole, values)
    assert whole.measurements == len(values)
    assert whole.average == pytest.approx(sum(values) / len(values))
    edges = [*answer.period.edges, answer.period.span.end]
    for row, until in zip(answer.rows, edges[1:], strict=True):
        mine = [one.fields["metric_value"] for one in made if row.starts_at <= one.at < until]
        assert row.measurements == len(mine)
        assert_quantiles(row, mine)
    for row in answer.parts["endpoints"]:
        mine = [
            one.fields["metric_value"] for one in made if one.fields["endpoint"] == row.endpoint
        ]
        assert_quantiles(row, mine, [one for one in ASKED if one[0] != "p75"])


def test_a_metric_and_an_endpoint_narrow_the_lines(performance, database_url, run):
    moment = at("2026-03-30 10:00")
    run(log.store(database_url, [
        timing(1, moment, "api", 10, "/x"), timing(2, moment, "api", 20, "/y"),
        timing(3, moment, "api", 30, "/y"), timing(4, moment, "render", 99),
        timing(5, moment, "render", 99, session="bot", bot=True, visitor=9),
    ]))  # fmt: skip

    def averages(**given):
        return {(r.metric, r.average) for r in performance(**given).rows if r.measurements}

    assert averages() == {("api", 20)}
    assert averages(metric="render") == {("render", 99)}
    assert averages(endpoint="/y") == {("api", 25)}
    assert averages(metric="api", endpoint="/x") == {("api", 10)}
    assert averages(metric="render", endpoint="/x") == set()
    assert [m.measurements for m in performance(bots="true").parts["metrics"]] == [3, 2]
    # The list of endpoints stays whole: one of them is clicked to be looked at.
    assert {e.endpoint for e in performance(endpoint="/x").parts["endpoints"]} == {"/x", "/y"}


def test_errors_are_told_apart_from_what_names_no_status(performance, database_url, run):
    moment = at("2026-03-30 10:00")
    statuses = (None, 200, 404, 499, 500, 503)
    run(log.store(database_url, [
        *(timing(n, moment, "api", 10, "/x", status=s) for n, s in enumerate(statuses)),
        timing("9", moment, "api", 10, "/silent"),
    ]))  # fmt: skip
    rates = {e.endpoint: e.error_rate for e in performance().parts["endpoints"]}
    assert rates == {"/x": 40.0, "/silent": None}  # 500 and 503 of the five that name one


# Web vitals


@pytest.mark.parametrize(
    ("metric", "good", "poor"),
    [("LCP", 2500, 4000), ("INP", 200, 500), ("CLS", 0.1, 0.25), ("FCP", 1800, 3000),
     ("TTFB", 800, 1800)],
)  # fmt: skip
def test_web_vitals_fall_into_their_bands(performance, database_url, run, metric, good, poor):
    moment = at("2026-03-30 10:00")
    values = (0, good * 0.5, good, good * 1.03, poor * 0.97, poor, poor * 1.03, poor * 9)
    run(log.store(database_url, [
        timing(n, moment, metric, value) for n, value in enumerate(values)
    ]))  # fmt: skip
    (vital,) = performance().parts["vitals"]
    assert (vital.metric, vital.measurements) == (metric.lower(), 8)
    assert (vital.good, vital.needs_improvement, vital.poor) == (37.5, 37.5, 25.0)
    assert vital.p75 == pytest.approx(poor, rel=0.01)
    assert (vital.good_up_to, vital.poor_above) == (good, poor)


@pytest.mark.parametrize(
    ("value", "rating"),
    [(2400, "good"), (2500, "good"), (2600, "needs improvement"), (4000, "needs improvement"),
     (4100, "poor")],
)  # fmt: skip
def test_the_rating_is_the_band_of_the_75th_percentile(
    performance, database_url, run, value, rating
):
    moment = at("2026-03-30 10:00")
    values = [1, value, value, value, 9e9]  # at place 3 of 0 to 4
    run(log.store(database_url, [timing(n, moment, "LCP", v) for n, v in enumerate(values)]))
    assert performance().parts["vitals"][0].rating == rating


def test_a_layout_shift_is_a_score_without_a_unit(performance, database_url, run):
    moment = at("2026-03-30 10:00")
    run(log.store(database_url, [
        *(timing(f"c{n}", moment, "CLS", 0.05, "/a") for n in range(2)),
        timing("l", moment, "LCP", 1800, "/a"), timing("p", moment, "price_calc_time", 4, "/b"),
    ]))  # fmt: skip
    answer = performance()
    for part in ("metrics", "endpoints"):
        units = {row.metric: row.unit for row in answer.parts[part]}
        assert units == {"CLS": None, "LCP": "ms", "price_calc_time": "ms"}
    assert {v.metric: v.unit for v in answer.parts["vitals"]} == {"cls": None, "lcp": "ms"}
    assert {row.unit for row in answer.rows} == {None}  # CLS was measured most often
    head, first, *_ = analytics.as_csv(answer, answer.report.part("metrics")).decode().split()
    assert head.startswith("metric,unit,measurements,")
    assert first.startswith("CLS,,2,")


# Our own server


def request(moment, milliseconds, *, status=200, route="/api/reports/{name}", method="GET"):
    """Requests of one minute, as the web server folds them."""
    bins = {}
    for value in milliseconds:
        bins[tracking.bin_of(value)] = bins.get(tracking.bin_of(value), 0) + 1
    return wire.RequestTiming(
        log.micros(moment.replace(second=0)), method, route, status, len(milliseconds),
        sum(milliseconds), max(milliseconds), bins,
    )  # fmt: skip


@pytest.fixture
def server(performance, database_url, redis_url):
    """Sends what requests took through the real stream and the real writer."""

    def send(*timings):
        feed = Feed(redis_url)
        feed.send(wire.Envelope(wire.VERSION, 0, log.micros(NOW), 0, None, [], list(timings)))
        write_all(database_url, redis_url, [feed])
        return performance()

    return send


def test_our_own_routes_are_answered_from_what_requests_took(server):
    chance = random.Random(1)
    morning, evening = at("2026-03-30 08:01"), at("2026-03-30 19:59")
    quick = [chance.lognormvariate(2, 1) for _ in range(100)]
    slow = [chance.lognormvariate(6, 1) for _ in range(40)]
    answer = server(
        request(morning, quick[:50]), request(evening, quick[50:]),
        request(morning, slow[:30], route="/export"),
        request(morning, slow[30:], route="/export", status=503),
        request(at("2026-03-27 22:59"), [1e6], route="/before"),
    )  # fmt: skip
    export, reports = answer.parts["routes"]
    assert (export.route, export.requests, export.error_rate) == ("/export", 40, 25.0)
    assert (reports.method, reports.requests, reports.error_rate) == ("GET", 100, 0.0)
    for row, values in ((export, slow), (reports, quick)):
        assert_quantiles(row, values, [one for one in ASKED if one[0] != "p75"])
        assert row.slowest == max(values)
    (whole,) = answer.parts["efficiency"]
    assert_quantiles(whole, [*quick, *slow], [("p50", 0.5), ("p95", 0.95)])
    assert (whole.requests, whole.error_rate) == (140, pytest.approx(100 * 10 / 140))


@pytest.mark.parametrize(
    ("satisfied", "tolerated", "frustrated", "rating"),
    [(94, 0, 6, "excellent"), (93, 1, 6, "good"), (85, 0, 15, "good"), (84, 1, 15, "fair"),
     (60, 20, 20, "fair"), (69, 1, 30, "poor"), (0, 100, 0, "poor"), (0, 99, 1, "unacceptable"),
     (0, 0, 100, "unacceptable")],
)  # fmt: skip
def test_the_efficiency_is_rated_by_the_apdex(server, satisfied, tolerated, frustrated, rating):
    took = [100.0] * satisfied + [103.0, 400.0] * (tolerated // 2) + [103.0] * (tolerated % 2)
    (found,) = server(request(NOW - timedelta(hours=1), took + [412.0] * frustrated)).parts[
        "efficiency"
    ]
    assert found.apdex == pytest.approx((satisfied + tolerated / 2) / 100)
    assert found.rating == rating


def test_a_request_that_failed_satisfied_nobody(server):
    moment = NOW - timedelta(hours=1)
    (found,) = server(request(moment, [5.0] * 7), request(moment, [5.0] * 3, status=500)).parts[
        "efficiency"
    ]
    assert (found.apdex, found.rating, found.error_rate) == (0.7, "fair", 30.0)
    (found,) = server(request(moment, [9e3] * 20, status=500)).parts["efficiency"]
    assert (found.apdex, found.rating) == (0.0, "unacceptable")


def test_what_processes_used_is_averaged_over_their_samples(performance, database_url, run):
    async def sample():
        pool = database.open_pool(database_url, size=1)
        async with pool as opened, database.transaction(opened) as conn:
            for minute, (process, cpu, memory) in enumerate((
                ("web", 10, 500), ("web", 30, 700), ("web", 20, 600), ("write", 5, 90),
            )):  # fmt: skip
                moment = at("2026-03-30 10:00") + timedelta(minutes=minute)
                await analytics.add_process_sample(conn, moment, process, cpu, memory)
            await analytics.add_process_sample(conn, at("2026-03-27 22:59"), "web", 99, 9999)

    run(sample())
    write, web = performance().parts["processes"]
    assert told([web])[0] == (
        "web", 3, at("2026-03-30 10:00"), at("2026-03-30 10:02"), 20, 20, 30, 600, 700,
    )  # fmt: skip
    assert (write.process, write.samples, write.cpu_now) == ("write", 1, 5)


def test_where_nothing_was_measured_nothing_is_made_up(performance):
    answer = performance()
    assert answer.rows == []
    (efficiency,) = answer.parts["efficiency"]
    assert told([efficiency]) == [(0, None, None, None, None, None)]
    for part in ("vitals", "metrics", "endpoints", "routes", "processes"):
        assert answer.parts[part] == []
    (pages,) = answer.parts["database"]
    assert pages.size_bytes > 0
    assert pages.connections > 0


def test_a_step_without_a_measurement_has_no_quantile(performance, database_url, run):
    run(log.store(database_url, [timing(1, at("2026-03-30 10:00"), "api", 10)]))
    first, *_ = told(performance().rows)
    assert first == (at("2026-03-27 23:00"), "api", "ms", 0, None, None, None, None, None)


# What waits between ingest and the writer


@pytest.fixture
def real_time(db, database_url):
    log.project(db)
    db.execute(
        """insert into stream_positions (stream, incarnation, last_id, received_total)
           values ('a', 'x', '1-0', 700), ('b', 'x', '1-0', 300)"""
    )

    def ask(queue):
        (row,) = asyncio.run(log.ask(database_url, "real_time", now=NOW, queue=queue)).rows
        return row.queue_depth, row.queue_age

    return ask


def test_what_was_received_and_not_written_waits(real_time):
    assert real_time(Queue(1042, 7.5)) == (42, 7.5)


def test_nothing_waits_when_all_is_written(real_time):
    """Entries stay on a stream for a moment after they were written."""
    assert real_time(Queue(1000, 7.5)) == (0, 0)
    # The writer moved on between the two readings.
    assert real_time(Queue(990, None)) == (0, 0)


def test_how_much_waits_is_not_known_while_the_streams_are_out_of_reach(real_time):
    assert real_time(None) == (None, None)
