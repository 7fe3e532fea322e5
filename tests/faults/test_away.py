"""Redis or PostgreSQL away for half a minute: ingest keeps acknowledging, nothing is lost."""

import contextlib
import subprocess
import time

import psycopg
import pytest
import redis as redis_client

from bench.server import serving
from tests.faults.ledger import settled, spooled
from tests.faults.load import Load
from trailpost.main import embedded

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]
AWAY = 30


class Part:
    """A server of the test's own that it can take away and bring back."""

    def __init__(self, server, ready):
        self.server, self.ready = server, ready

    def start(self):
        self.process = subprocess.Popen(
            self.server.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        end = time.monotonic() + 30
        while not self.ready():
            assert time.monotonic() < end
            time.sleep(0.05)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


@contextlib.contextmanager
def own_postgres(folder):
    server = embedded.postgres(folder)
    embedded.init_postgres(server)
    admin = server.url.replace("/trailpost?", "/postgres?")

    def ready():
        try:
            psycopg.connect(admin, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    part = Part(server, ready)
    part.start()
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute("create database trailpost")
    yield part
    part.stop()


@contextlib.contextmanager
def own_redis(folder):
    server = embedded.redis(folder)
    server.folder.mkdir(parents=True)

    def ready():
        try:
            return redis_client.Redis.from_url(server.url).ping()
        except redis_client.RedisError:
            return False

    part = Part(server, ready)
    part.start()
    yield part
    part.stop()


def acknowledging(load, seconds):
    """Stay for so long; in every five seconds something must be acknowledged."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        before = len(load.acknowledged)
        time.sleep(5)
        assert len(load.acknowledged) > before, load.statuses


@pytest.mark.parametrize("away", ["redis", "postgres"])
def test_ingest_keeps_acknowledging_and_nothing_is_lost(tmp_path, away, scratch):
    folder = scratch / f"away-{away}"
    with own_postgres(folder) as postgres, own_redis(folder) as redis:
        urls = {
            "TRAILPOST_DATABASE_URL": postgres.server.url,
            "TRAILPOST_REDIS_URL": redis.server.url,
        }
        with serving(**urls) as server, Load(server.info["url"], server.info["ingest_key"]) as load:
            acknowledging(load, 5)
            part = {"redis": redis, "postgres": postgres}[away]
            part.kill()
            acknowledging(load, AWAY)
            if away == "redis":
                assert spooled(server) > 0
            part.start()
            acknowledging(load, 5)
            load.stop()
            settled(server, load)
            assert set(load.statuses) == {202}
