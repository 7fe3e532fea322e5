"""The demo's sessions: repeatable, believable, sent through the real ingest."""

import asyncio
import itertools
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest
import uvicorn
from litestar import Litestar, Request, Response, post

from trailpost.apps import houses
from trailpost.base.errors import BadRequest, StartupError, Unauthorized
from trailpost.base.settings import Settings
from trailpost.main import demo
from trailpost.main.demo import console, days
from trailpost.main.demo.send import Sender

UNTIL = datetime(2026, 3, 29, 15, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def batches():
    return list(demo.generate(30, 2000, 1, UNTIL))


def ids(batches):
    return [event.id for batch in batches for event in batch.events]


def test_the_same_seed_gives_the_same_events(batches):
    again = list(demo.generate(30, 2000, 1, UNTIL))
    assert [b.body() for b in again] == [b.body() for b in batches]
    other = list(demo.generate(30, 2000, 2, UNTIL))
    assert not set(ids(other)) & set(ids(batches))


def test_every_event_has_an_id_of_its_own_that_holds_its_time(batches):
    assert len(set(ids(batches))) == len(ids(batches))
    event = batches[0].events[-1]
    found = UUID(event.id)
    assert found.version == 7
    assert found.int >> 80 == event.at


def test_later_on_the_same_day_only_what_happened_since_is_new():
    early = list(demo.generate(2, 400, 1, UNTIL))
    late = list(demo.generate(2, 400, 1, UNTIL + timedelta(hours=3)))
    assert set(ids(early)) < set(ids(late))
    assert max(e.at for b in early for e in b.events) <= UNTIL.timestamp() * 1000


def test_more_sessions_are_the_same_ones_and_others():
    few, many = list(demo.generate(4, 100, 1, UNTIL)), list(demo.generate(4, 1000, 1, UNTIL))
    assert set(ids(few)) < set(ids(many))


def test_a_day_later_the_days_before_are_the_same():
    before = list(demo.generate(5, 500, 1, UNTIL))
    after = list(demo.generate(5, 500, 1, UNTIL + timedelta(days=1)))
    assert len(set(ids(before)) & set(ids(after))) > 0.6 * len(ids(before))


def test_sessions_end_today_and_begin_the_days_before(batches):
    first = datetime.fromtimestamp(batches[0].events[0].at / 1000, UTC)
    last = datetime.fromtimestamp(batches[-1].events[0].at / 1000, UTC)
    assert timedelta(days=29) < UNTIL - first < timedelta(days=30)
    assert UNTIL - last < timedelta(hours=2)


def test_the_number_of_sessions_is_told_beforehand(batches):
    assert days.expected(30, 2000, 1, UNTIL) == len(batches)
    assert sum(days.plan(days.days_until(UNTIL, 30), 2000, 1).values()) == 2000


def test_millions_of_sessions_are_made_one_by_one():
    endless = demo.generate(30, 3_000_000, 1, UNTIL)
    assert len(list(itertools.islice(endless, 5))) == 5


def test_a_request_fits_the_limits_of_ingest(batches):
    assert max(len(b.events) for b in batches) <= 500
    assert max(len(b.body()) for b in batches) < 512 * 1024
    assert min(len(b.events) for b in batches) >= 1


def test_shares_are_believable(batches):
    people = [b for b in batches if b.session.visitor_id]
    assert 0.04 < 1 - len(people) / len(batches) < 0.08
    converted = [b for b in batches if _statuses(b)[-1:] == ["converted"]]
    assert 0.02 <= len(converted) / len(batches) <= 0.03
    chose = [b for b in people if _choices(b, "user")]
    assert 0.3 < len(chose) / len(people) < 0.55
    known = Counter(b.session.visitor_id for b in people)
    assert 0.1 < 1 - len(known) / len(people) < 0.25


def test_visitors_drop_off_from_section_to_section(batches):
    reached = Counter()
    for batch in batches:
        reached.update({e.category for e in _choices(batch, "user")})
    core = [reached[c] for c in houses.REQUIRED]
    assert core == sorted(core, reverse=True)
    assert reached["grundstueckscheck"] < reached["fussboden"] / 2


def test_a_status_only_moves_forward(batches):
    order = ["in_cart", "completed", "converted"]
    for batch in batches:
        seen = [order.index(s) for s in _statuses(batch)]
        assert seen == sorted(seen)


def test_defaults_are_nobodys_choice(batches):
    for batch in batches:
        for event in _choices(batch, "default"):
            assert houses.DEFAULTS[event.category] == event.to
            assert event.from_ is None
    snapshots = [e for b in batches for e in b.events if e.type == "snapshot"]
    assert any("nest" not in s.configuration for s in snapshots)


def test_every_kind_of_source_and_trigger_occurs(batches):
    events = [e for b in batches for e in b.events]
    assert {"user", "default", "constraint", "shared_link"} <= {e.source for e in events}
    assert {"auto_save", "page_exit", "order_attempt", "manual"} <= {e.trigger for e in events}
    metrics = {e.metric for e in events if e.type == "timing"}
    assert {"price_calc_time", "api_response_time", "image_load_time"} <= metrics
    assert {"lcp", "inp", "cls", "ttfb"} <= metrics


def test_each_price_follows_from_the_one_before(batches):
    for batch in batches:
        total = None
        for event in batch.events:
            if event.type == "choice":
                assert event.price_before == (total if event.source != "default" else None)
                total = event.price_after
            elif event.type == "snapshot":
                assert event.total_price == total


def test_a_smaller_house_lowers_its_panels_and_windows(batches):
    for batch in batches:
        for event in _choices(batch, "constraint"):
            assert event.data.quantity < event.data.previous_quantity
            assert event.price_after < event.price_before
            assert (
                event.data.rule
                == {"pvanlage": "pv-limit", "fenster": "window-limit"}[event.category]
            )


def test_events_come_in_the_order_of_time(batches):
    for batch in batches:
        times = [e.at for e in batch.events]
        assert times == sorted(times)
    longest = max(b.events[-1].at - b.events[0].at for b in batches)
    assert longest > 20 * 60_000


def _statuses(batch):
    return [e.conversion_status for e in batch.events if e.conversion_status]


def _choices(batch, source):
    return [e for e in batch.events if e.type == "choice" and e.source == source]


class Desk:
    """A server that answers as it is told, then takes everything."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.taken = []
        self.agents = set()

    def __enter__(self):
        @post("/api/ingest")
        async def ingest(request: Request) -> Response:
            body = msgspec.json.decode(await request.body())
            if self.answers:
                return self.answers.pop(0)
            self.taken += [event["id"] for event in body["events"]]
            self.agents.add(request.headers.get("user-agent"))
            return Response({"accepted": len(body["events"]), "rejected": []}, status_code=202)

        app = Litestar([ingest], logging_config=None)
        config = uvicorn.Config(app, port=0, log_level="error", lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run)
        self._thread.start()
        while not self._server.started:
            assert self._thread.is_alive()
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.base = f"http://127.0.0.1:{port}"
        self.url = f"{self.base}/api/ingest"
        return self

    def __exit__(self, *_):
        self._server.should_exit = True
        self._thread.join()


def test_everything_is_sent_once_and_counted(batches):
    seen = []
    with Desk() as desk:
        summary = demo.run(
            desk.url, "tp_1", sessions=60, days=3, until=UNTIL, progress=lambda *n: seen.append(n)
        )
    wanted = ids(demo.generate(3, 60, 1, UNTIL))
    assert sorted(desk.taken) == sorted(wanted)
    assert summary.accepted == len(wanted)
    assert seen[-1] == (summary.sessions, summary.accepted)
    assert len(desk.agents) > 5


def test_a_server_that_asks_to_wait_gets_the_same_events_later():
    busy = [Response({}, status_code=s, headers={"retry-after": "0"}) for s in (429, 503, 429)]
    with Desk(*busy) as desk:
        summary = demo.run(desk.url, "tp_1", sessions=20, days=2, until=UNTIL)
    assert len(desk.taken) == len(set(desk.taken)) == summary.accepted


def test_what_the_server_refuses_is_counted_and_the_first_reason_told():
    rejected = [{"index": 0, "field": "$.events[0].at", "reason": "too odd"}]
    with Desk(
        Response({"accepted": 4, "rejected": rejected}, status_code=202),
        Response({"rejected": rejected}, status_code=400),
    ) as desk:
        summary = demo.run(desk.url, "tp_1", sessions=20, days=2, until=UNTIL)
    assert summary.refused == 2
    assert summary.reason == "$.events[0].at: too odd"


@pytest.mark.parametrize(
    ("status", "error", "said"),
    [(401, Unauthorized, "does not know this ingest key"), (404, BadRequest, "answered 404")],
)
def test_a_server_that_is_the_wrong_one_stops_the_demo(status, error, said):
    with (
        Desk(*[Response({}, status_code=status)] * 20) as desk,
        pytest.raises(error, match=said),
    ):
        demo.run(desk.url, "tp_1", sessions=20, days=2, until=UNTIL)


def test_a_server_that_is_away_is_waited_for_and_then_given_up():
    with Desk() as desk:
        url = desk.url
    sender = Sender(url, "tp_1", patience=0.1)
    with pytest.raises(ExceptionGroup) as failed:
        asyncio.run(sender.send(demo.generate(1, 3, 1, UNTIL)))
    assert "has not answered" in str(failed.value.exceptions[0])


def test_the_command_finds_the_running_server_and_says_what_to_open(tmp_path, capsys):
    with Desk() as desk:
        found = {"url": desk.base, "database_url": "", "redis_url": "", "ingest_key": "tp_1"}
        (tmp_path / "trailpost.json").write_bytes(
            msgspec.json.encode(found | {"admin_email": "a@example.com"})
        )
        settings = Settings(data=str(tmp_path))
        console.show(settings, url=None, key=None, days=2, sessions=20, seed=1)
        other = console.show(settings, url=desk.base, key="tp_2", days=1, sessions=2, seed=2)
    said = capsys.readouterr().out
    assert f"Now open {desk.base}/admin" in said
    assert "events accepted, 0 refused" in said
    assert other.sessions <= 2


def test_without_a_server_the_command_says_what_to_do(tmp_path):
    with pytest.raises(StartupError, match="run `trailpost serve` first"):
        console.show(Settings(data=str(tmp_path)), url=None, key=None, days=1, sessions=1, seed=1)


def test_the_sender_pulls_batches_only_as_fast_as_they_are_taken():
    pulled = 0

    def counted():
        nonlocal pulled
        for batch in demo.generate(1, 500, 1, UNTIL):
            pulled += 1
            yield batch

    async def main(desk):
        task = asyncio.create_task(Sender(desk.url, "tp_1").send(counted()))
        async with asyncio.timeout(20):
            while pulled < 8:
                await asyncio.sleep(0.01)
        assert pulled == 8
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    slow = [Response({}, status_code=429, headers={"retry-after": "60"}) for _ in range(16)]
    with Desk(*slow) as desk:
        asyncio.run(main(desk))
