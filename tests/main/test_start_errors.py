"""Each failure at start is one line that says what and how to mend it, and exit status 1."""

import os
import socket
import subprocess

import psycopg
import pytest
import redis

from tests.main.serving import short_folder, trailpost, wait
from trailpost.main import bundles, embedded
from trailpost.main.checks import address


@pytest.fixture
def data():
    with short_folder() as folder:
        yield folder / "data"


@pytest.fixture
def evicting(data):
    """URL of a Redis that throws keys away when its memory is full."""
    server = embedded.redis(data.with_name("other"))
    server.folder.mkdir(parents=True)
    process = subprocess.Popen(
        [*server.command, "--maxmemory-policy", "allkeys-lru"], stdout=subprocess.DEVNULL
    )
    with redis.Redis.from_url(server.url) as client:
        wait(lambda: answers(client))
    yield server.url
    process.terminate()
    process.wait(20)


def answers(client):
    try:
        return client.ping()
    except redis.ConnectionError:
        return False


def one_line(done, *words):
    assert done.returncode == 1, done
    assert done.stderr.startswith("trailpost: "), done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    for word in words:
        assert word in done.stderr


def test_a_taken_port(data):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        for role in ("serve", "web"):
            urls = {"database_url": "postgresql:///none", "redis_url": "redis://127.0.0.1:1"}
            done = trailpost(role, "--data", data, "--port", port, **urls if role == "web" else {})
            one_line(done, f"port {port} on 127.0.0.1 is taken", "--port")


def test_an_address_that_is_not_ours(data):
    one_line(
        trailpost("serve", "--data", data, "--host", "192.0.2.1"), "cannot listen on 192.0.2.1"
    )


def test_a_folder_that_cannot_be_written(data):
    data.parent.joinpath("file").touch()
    words = ("cannot write to the folder", "--data")
    one_line(trailpost("serve", "--data", data.parent / "file" / "data"), *words)


def test_a_misspelt_setting(data):
    done = trailpost("serve", "--data", data, databse_url="x")
    one_line(done, "TRAILPOST_DATABSE_URL", "did you mean TRAILPOST_DATABASE_URL?")


def test_a_wrong_value(data):
    one_line(trailpost("serve", "--data", data, "--port", "eighty"), "TRAILPOST_PORT is wrong")


@pytest.mark.parametrize("role", ["serve", "write", "work", "migrate"])
def test_a_database_that_cannot_be_reached(data, redis_url, role):
    url = "postgresql://me:secret@127.0.0.1:1/none"
    done = trailpost(role, "--data", data, database_url=url, redis_url=redis_url)
    one_line(
        done, "cannot reach PostgreSQL at postgresql://127.0.0.1:1/none", "TRAILPOST_DATABASE_URL"
    )
    assert "secret" not in done.stderr


def test_a_database_that_does_not_exist(data, database_url, redis_url):
    url = database_url.replace("/t_", "/none_")
    done = trailpost("write", "--data", data, database_url=url, redis_url=redis_url)
    one_line(done, "does not exist")


def test_a_database_that_was_never_migrated(data, empty_database_url, redis_url):
    done = trailpost("work", "--data", data, database_url=empty_database_url, redis_url=redis_url)
    one_line(done, "run `trailpost migrate`")


def test_a_database_user_who_may_not_create_tables(data, empty_database_url, redis_url):
    with psycopg.connect(empty_database_url, autocommit=True) as conn:
        conn.execute("create role nobody_special login")
    url = empty_database_url.replace("user=postgres", "user=nobody_special")
    try:
        done = trailpost(
            "serve", "--data", data, "--port", "0", database_url=url, redis_url=redis_url
        )
        one_line(done, "cannot migrate the database: permission denied")
    finally:
        with psycopg.connect(empty_database_url, autocommit=True) as conn:
            conn.execute("drop role nobody_special")


@pytest.mark.parametrize("role", ["serve", "write"])
def test_a_redis_that_cannot_be_reached(data, database_url, role):
    done = trailpost(
        role, "--data", data, database_url=database_url, redis_url="redis://me:secret@127.0.0.1:1"
    )
    one_line(done, "cannot reach Redis at redis://127.0.0.1:1", "TRAILPOST_REDIS_URL")
    assert "secret" not in done.stderr


@pytest.mark.parametrize("role", ["serve", "web", "write"])
def test_a_redis_that_evicts(data, database_url, evicting, role):
    words = ("--port", "0") if role != "write" else ()
    done = trailpost(role, "--data", data, *words, database_url=database_url, redis_url=evicting)
    one_line(done, "maxmemory-policy is allkeys-lru", "noeviction")


def test_a_redis_url_that_is_none(data, database_url):
    done = trailpost("write", "--data", data, database_url=database_url, redis_url="nonsense")
    one_line(done, "TRAILPOST_REDIS_URL is wrong")


def test_a_role_without_servers_says_how_to_start_them(data):
    for role in ("web", "write", "work", "doctor", "migrate"):
        one_line(trailpost(role, "--data", data), "trailpost serve", "TRAILPOST_DATABASE_URL")


def test_missing_bundles(monkeypatch, tmp_path):
    monkeypatch.setattr(bundles.resources, "files", lambda _: tmp_path)
    with pytest.raises(bundles.StartupError, match="the web bundles are missing"):
        bundles.check()


def test_a_damaged_postgres_folder_says_what_postgres_said(data):
    folder = data / "postgres"
    folder.mkdir(parents=True)
    folder.chmod(0o700)
    (folder / "PG_VERSION").write_text("12\n")
    done = trailpost("serve", "--data", data, "--port", "0")
    one_line(done, "postgres did not start")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://me:secret@db.example:5432/shop", "postgresql://db.example:5432/shop"),
        ("unix:///tmp/redis.sock", "unix:///tmp/redis.sock"),
        ("host=db password=secret", "the given connection string"),
    ],
)
def test_an_address_in_a_message_holds_no_password(url, shown):
    assert address(url) == shown


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_of_somebody_else():
    one_line(trailpost("serve", "--data", "/proc/trailpost"), "cannot write")
