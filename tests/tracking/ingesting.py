"""An app with the ingest routes alone, and a stream that remembers what was published."""

import datetime
import json

from litestar import Litestar
from litestar.datastructures import State
from litestar.testing import TestClient

from trailpost.access.wire import Project
from trailpost.base.errors import Unavailable
from trailpost.base.settings import Settings
from trailpost.main.failures import HANDLERS
from trailpost.tracking import http, wire

KEY = "tp_test"
SESSION = "01920f3e-6d5a-7c31-9b0e-3f1f0a6c2b11"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36"
)
PAGE_VIEW = {"type": "page_view", "url": "https://shop.example/"}
CLICK = {"type": "interaction", "event": "click", "category": "nest", "value": "nest80"}


def project(**changed):
    given = {
        "id": 7,
        "slug": "default",
        "name": "Default",
        "time_zone": "Europe/Vienna",
        "allowed_origins": ("*",),
        "secret": b"s" * 32,
    }
    return Project(**(given | changed))


class Keys:
    def __init__(self, found):
        self.found = found

    def find(self, key):
        return self.found if key == KEY else None

    def by_slug(self, slug):
        return self.found if slug == self.found.slug else None


class Stream:
    """Remembers; `away` says that nothing durable can be reached."""

    def __init__(self):
        self.published = []
        self.away = False
        self.held = {}

    async def publish(self, key, blob, count, live, kind="events"):
        if self.away:
            raise Unavailable("no place is durable", retry_after=3)
        self.published.append((key, blob, count, live))
        if live:
            self.held.setdefault(live, []).append(blob)

    async def live(self, key, name):
        return self.held.get(name)

    async def salt(self, day):
        assert isinstance(day, datetime.date)
        return day.isoformat().encode().ljust(32, b".")

    @property
    def envelopes(self):
        return [wire.ENVELOPE.decode(blob) for _, blob, _, _ in self.published]

    @property
    def envelope(self):
        assert len(self.published) == 1
        return self.envelopes[0]

    @property
    def event(self):
        assert len(self.envelope.events) == 1
        return self.envelope.events[0]


class Ingest:
    """`with Ingest() as ingest:` then `ingest.send([...])` and look at `ingest.stream`."""

    routes = staticmethod(http.routes)

    def __init__(self, settings=None, stream=None, pool=None, **changed):
        self.settings = Settings(**(settings or {}))
        self.stream = stream or Stream()
        state = {
            "settings": self.settings,
            "publisher": self.stream,
            "keys": Keys(project(**changed)),
            "pool": pool,
        }
        app = Litestar(
            self.routes(self.settings),
            state=State(state),
            exception_handlers=HANDLERS,
            openapi_config=None,
            logging_config=None,
        )
        self.client = TestClient(app, raise_server_exceptions=False)

    def __enter__(self):
        self.client.__enter__()
        return self

    def __exit__(self, *error):
        self.client.__exit__(*error)

    def send(self, events, *, session=None, headers=None, params=None, **more):
        """The native route, with the key in its header unless `headers` says otherwise."""
        body = {"session": {"id": SESSION} | (session or {}), "events": events} | more
        return self.post(json.dumps(body).encode(), headers=headers, params=params)

    def post(self, body, *, path=None, headers=None, params=None):
        given = {"x-trailpost-key": KEY, "content-type": "application/json", "user-agent": CHROME}
        given = {k: v for k, v in (given | (headers or {})).items() if v is not None}
        path = path or self.settings.ingest_path
        return self.client.post(path, content=body, headers=given, params=params)

    def call(self, path, body, **options):
        """A compatible route, without a key."""
        headers = {"x-trailpost-key": None} | options.pop("headers", {})
        return self.post(json.dumps(body).encode(), path=path, headers=headers, **options)


def is_problem(answer, status, field=None):
    """Whether the answer is a problem document of that status, naming the field."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert {"type", "title", "detail", "code"} <= set(body)
    assert "Traceback" not in answer.text
    return body.get("field") == field or pytest_fail(body, field)


def pytest_fail(body, field):
    raise AssertionError(f"the problem names {body.get('field')!r}, not {field!r}: {body}")
