"""The whole web application on this test's own servers, and an owner who is logged in."""

import asyncio
import contextlib
import hashlib
import json
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import uvicorn
from litestar.testing import TestClient

from tests.browser import chromium  # noqa: F401 - a fixture
from trailpost import access, analytics
from trailpost import db as database
from trailpost.base.settings import Settings
from trailpost.main.app import build_app
from trailpost.main.draining import Server
from trailpost.main.timing import Timing

TOKEN = "a-token-of-a-login"


def beside(go):
    """Run a coroutine in a thread of its own: Playwright's loop has this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(go())).result()


class Site:
    def __init__(self, db, settings, key):
        self.db, self.settings, self.key = db, settings, key
        self.now = datetime.now(UTC)

    def session(self, *, minutes_ago=60, seconds=300, choices=(), price=None, **columns):
        """A session and its events, as the writer leaves them behind. Returns its id."""
        start = self.now - timedelta(minutes=minutes_ago)
        session = SimpleNamespace(id=uuid.uuid4(), start=start)
        self.event(session, 0, "session_start")
        self.event(session, 1, "page_view", url="https://nest.example/konfigurator")
        for n, (category, value) in enumerate(choices):
            self.event(
                session,
                10 + n,
                "choice",
                category=category,
                value=value,
                source="user",
                price=None if price is None else price + 1000 * (n - len(choices) + 1),
            )
        self.event(
            session,
            seconds,
            "session_end",
            url="https://nest.example/",
            conversion_status=columns.get("conversion_status"),
        )
        made = {
            "project_id": 1,
            "session_id": session.id,
            "visitor": uuid.uuid4().int >> 66,
            "start_time": start,
            "last_activity": start + timedelta(seconds=seconds),
            "session_duration": seconds,
            "total_events": 3 + len(choices),
            "total_interactions": len(choices),
            "total_choices": len(choices),
            "total_price": price,
            "device_type": "desktop",
            "browser_name": "Firefox",
            "os_name": "Linux",
            "choices": json.dumps({c: {"value": v, "seen": [v]} for c, v in choices}),
        }
        made |= columns
        self.insert("user_sessions", made | {"last_bucket": made["last_activity"]})
        self.db.execute("update user_sessions set last_bucket = bucket_of(last_activity)")
        return session.id

    def event(self, session, seconds, kind, **columns):
        at = session.start + timedelta(seconds=seconds)
        day = at.date()
        self.db.execute("select ensure_event_partition(%s)", [day])
        self.insert(
            "events",
            {
                "event_id": uuid.uuid4(),
                "session_id": session.id,
                "project_id": 1,
                "kind": kind,
                "occurred_at": at,
                "received_at": at,
                "day": day,
            }
            | columns,
        )

    def insert(self, table, columns):
        names = ", ".join(columns)
        marks = ", ".join(f"%({c})s" for c in columns)
        self.db.execute(f"insert into {table} ({names}) values ({marks})", columns)

    def written(self):
        """Roll up what is there, and say that the writer has been."""

        async def go():
            async with database.open_pool(self.settings.database_url, size=2) as pool:
                await analytics.rebuild(pool)

        beside(go)
        (events,) = self.db.execute("select count(*) from events").fetchone()
        self.db.execute("delete from ingest_ledger")
        self.insert(
            "ingest_ledger",
            {
                "minute": self.now.replace(second=0, microsecond=0),
                "project_id": 1,
                "received": events,
                "stored": events,
            },
        )
        self.db.execute(
            """insert into stream_positions values ('s', 'i', '0-1', 0, 0, clock_timestamp())
               on conflict (stream) do update set updated_at = clock_timestamp()"""
        )

    def some_sessions(self):
        """A little of everything; the last is the most interesting."""
        house = [("nest", "nest120"), ("gebaeudehuelle", "holzlattung"), ("fussboden", "parkett")]
        for n in range(12):
            self.session(minutes_ago=90 + 1440 * n, choices=house[: n % 4], price=155500 + 9000 * n)
        self.session(minutes_ago=45, seconds=5, is_bot=True, bot_reason="empty user agent")
        found = self.session(
            minutes_ago=20,
            seconds=900,
            choices=house,
            price=278210,
            conversion_status="converted",
            utm_source="newsletter",
            utm_campaign="autumn",
        )
        self.written()
        return found


@pytest.fixture
def site(db, database_url, redis_url, tmp_path):
    settings = Settings(
        data=str(tmp_path),
        database_url=database_url,
        redis_url=redis_url,
        admin_email="owner@example.com",
        admin_password="correct horse battery",
    )

    async def prepare():
        conn = await database.connect(database_url)
        async with conn:
            return await access.bootstrap(conn, settings)

    made = beside(prepare)
    db.execute(
        """insert into logins (token_hash, user_id, csrf, expires_at)
           select %s, id, 'csrf-of-the-login', now() + interval '1 day' from users""",
        [hashlib.sha256(TOKEN.encode()).digest()],
    )
    return Site(db, settings, made.ingest_key)


@pytest.fixture
def client(site):
    """An owner's browser without JavaScript."""
    headers = {"accept": "text/html"}
    with TestClient(build_app(site.settings)) as found:
        found.headers.update(headers)
        found.cookies.set("trailpost", TOKEN)
        yield found


@contextlib.contextmanager
def serving(settings):
    """A real server in a thread of its own. It waits for open streams to the end of time."""
    app = build_app(settings)
    running = Server(uvicorn.Config(Timing(app), port=0, log_config=None))
    thread = threading.Thread(target=running.run)
    thread.start()
    while not running.started:
        assert thread.is_alive()
        time.sleep(0.01)
    port = running.servers[0].sockets[0].getsockname()[1]
    try:
        yield SimpleNamespace(url=f"http://127.0.0.1:{port}", app=app)
    finally:
        running.should_exit = True
        thread.join(60)
    assert not thread.is_alive(), "a stream held the server up"


@pytest.fixture
def server(site):
    with serving(site.settings) as found:
        yield found


@pytest.fixture
def visit(server, chromium):  # noqa: F811 - the fixture imported above
    """Open a page as the owner; nothing it logs may be an error."""
    errors = []

    def go(path="/admin", *, width=1360, height=900, scheme="light", login=True, **options):
        context = chromium.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, **options
        )
        if login:
            context.add_cookies([{"name": "trailpost", "value": TOKEN, "url": server.url}])
        page = context.new_page()
        page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: errors.append(str(e)))
        page.goto(server.url + path)
        return page

    yield go
    assert errors == []
