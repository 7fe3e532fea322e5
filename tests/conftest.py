"""Real PostgreSQL and Redis for every test: a server each per worker, a database per test."""

import asyncio
import os
import shutil
import subprocess
import tempfile
import time
import uuid
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis as redis_client

from tests.browser import chromium as chromium
from trailpost.db import migrate
from trailpost.main import embedded


def _wait(check, seconds=15):
    end = time.monotonic() + seconds
    while True:
        try:
            return check()
        except (psycopg.OperationalError, redis_client.ConnectionError, OSError):
            if time.monotonic() > end:
                raise
            time.sleep(0.02)


def _stop(process):
    process.terminate()
    process.wait(20)


def _roomy_folder():
    """Memory where there is enough: copying a database takes a tenth of the time there."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK)
    return memory if roomy and shutil.disk_usage(memory).free > 4 * 2**30 else Path("/tmp")


@pytest.fixture(scope="session")
def scratch():
    """A short folder: sockets do not like long paths."""
    path = Path(tempfile.mkdtemp(prefix="tp-", dir=_roomy_folder()))
    yield path
    shutil.rmtree(path, ignore_errors=True)


class Postgres:
    """A running server and the template that each test's database is a copy of."""

    def __init__(self, url):
        self.url = url

    def url_of(self, name):
        return self.url.replace("/trailpost?", f"/{name}?")

    def admin(self):
        return psycopg.connect(self.url_of("postgres"), autocommit=True)


@pytest.fixture(scope="session")
def postgres_server(scratch):
    server = embedded.postgres(scratch / "pg")
    server.folder.parent.mkdir(parents=True, exist_ok=True)
    embedded.init_postgres(server)
    # Tests may lose their data in a power cut; they may not wait for the disk.
    process = subprocess.Popen(
        [
            *server.command,
            "-c",
            "fsync=off",
            "-c",
            "synchronous_commit=off",
            "-c",
            "max_connections=300",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    found = Postgres(server.url)
    _wait(lambda: found.admin().close())
    with found.admin() as conn:
        conn.execute("create database template_trailpost")
    migrate.up(found.url_of("template_trailpost"))
    yield found
    _stop(process)


@pytest.fixture
def empty_database_url(postgres_server):
    """URL of an empty database, dropped afterwards."""
    with one_database(postgres_server, "template0") as url:
        yield url


@pytest.fixture
def database_url(postgres_server):
    """URL of a migrated database of this test's own."""
    with one_database(postgres_server, "template_trailpost") as url:
        yield url


@contextmanager
def one_database(server, template):
    name = f"t_{uuid.uuid4().hex[:12]}"
    with server.admin() as admin:
        # Copying files takes a third of the processor time of writing the pages to the log.
        admin.execute(f"create database {name} template {template} strategy file_copy")
    yield server.url_of(name)
    with server.admin() as admin:
        admin.execute(f"drop database {name} with (force)")


@pytest.fixture
def db(database_url):
    """A plain autocommit connection to this test's database, for arranging and asserting."""
    with psycopg.connect(database_url, autocommit=True, options="-c timezone=UTC") as conn:
        yield conn


@pytest.fixture(scope="session")
def redis_server(scratch):
    server = embedded.redis(scratch / "redis")
    server.folder.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(server.command, stdout=subprocess.DEVNULL)
    client = redis_client.Redis.from_url(server.url)
    _wait(client.ping)
    yield server.url
    client.close()
    _stop(process)


@pytest.fixture
def redis_url(redis_server):
    """URL of a Redis that is empty when the test begins."""
    with redis_client.Redis.from_url(redis_server) as client:
        client.flushall()
    return redis_server


@pytest.fixture
def run():
    """Run a coroutine to its end: `run(main())`."""
    return asyncio.run


def pytest_addoption(parser):
    parser.addoption(
        "--picture", action="store_true", help="put the browser test's picture into the README"
    )
    parser.addoption("--soak", action="store_true", help="repeat the fault tests for a long while")
