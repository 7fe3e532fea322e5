import asyncio

import pytest
from litestar import Litestar
from litestar.di import Provide
from litestar.testing import TestClient

from trailpost import access, db, stream
from trailpost.base.settings import Settings
from trailpost.db import migrate
from trailpost.main import health, timing
from trailpost.main.checks import newest_revision


class Asked:
    """A client of the health routes, and the parts they look at."""

    def __init__(self, client, parts):
        self.client, self.parts = client, parts

    def ready(self, role=None):
        answer = self.client.get("/readyz", params={"role": role} if role else {})
        return answer.status_code, answer.json()


def asked(settings, folder):
    parts = {}

    async def start(app):
        parts["pool"] = db.open_pool(settings.database_url, size=2)
        await parts["pool"].open()
        parts["publisher"] = stream.Publisher(settings.redis_url, 1, folder / "spool", 1 << 20, 0)
        await parts["publisher"].start()
        parts["keys"] = access.KeyDirectory(parts["pool"], folder / "keys.json")
        await parts["keys"].start()

    async def stop(app):
        await parts["keys"].close()
        await parts["publisher"].close()
        await parts["pool"].close()

    def give(name):
        return Provide(lambda: parts.get(name, settings), sync_to_thread=False)

    app = Litestar(
        health.routes(settings),
        on_startup=[start],
        on_shutdown=[stop],
        dependencies={n: give(n) for n in ("settings", "pool", "publisher", "keys")},
        openapi_config=None,
    )
    return TestClient(app)


@pytest.fixture
def settings(database_url, redis_url):
    return Settings(database_url=database_url, redis_url=redis_url)


@pytest.fixture
def first_project(settings):
    async def make():
        async with await db.connect(settings.database_url) as conn:
            await access.bootstrap(conn, settings)

    asyncio.run(make())


def replaced(settings, **changed):
    return Settings(database_url=settings.database_url, redis_url=settings.redis_url, **changed)


def test_all_is_ready(settings, first_project, tmp_path):
    with asked(settings, tmp_path) as client:
        found = Asked(client, None).ready()
    assert found[0] == 200
    assert found[1]["ready"]
    assert set(found[1]["parts"].values()) == {"ok"}


def test_without_postgres_it_is_not_ready_and_still_takes_events(settings, first_project, tmp_path):
    with asked(settings, tmp_path):
        pass  # writes keys.json
    away = Settings(
        database_url=f"postgresql:///x?host={tmp_path}&user=x", redis_url=settings.redis_url
    )
    with asked(away, tmp_path) as client:
        status, found = Asked(client, None).ready()
        assert (status, found["ready"], found["ingest"]) == (503, False, True)
        assert "events are still taken" in found["parts"]["postgres"]
        assert found["parts"]["keys"] == found["parts"]["redis"] == "ok"
        assert Asked(client, None).ready("ingest")[0] == 200
        assert client.get("/healthz").status_code == 200


def test_without_redis_events_go_to_the_spool(settings, first_project, tmp_path):
    away = Settings(database_url=settings.database_url, redis_url="redis://127.0.0.1:1")
    with asked(away, tmp_path) as client:
        status, found = Asked(client, None).ready()
    assert (status, found["ready"], found["ingest"]) == (503, False, True)
    assert "into the spool" in found["parts"]["redis"]


def test_without_any_project_events_are_refused(settings, tmp_path):
    with asked(settings, tmp_path) as client:
        assert Asked(client, None).ready("ingest")[0] == 503


def test_an_old_schema_is_not_ready(settings, first_project, tmp_path):
    migrate.down(settings.database_url, "0002")
    with asked(settings, tmp_path) as client:
        status, found = Asked(client, None).ready()
    assert status == 503
    assert "trailpost migrate" in found["parts"]["migrations"]


def test_metrics_are_in_the_prometheus_format(settings, tmp_path):
    with asked(settings, tmp_path) as client:
        answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert f"# TYPE {timing.METRIC} histogram" in answer.text


def test_the_newest_revision_is_alembics():
    assert newest_revision() == migrate.head()
