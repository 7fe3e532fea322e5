"""What a killed supervisor leaves behind does not stop the next start."""

import json
import re
import signal
import subprocess
import sys
import urllib.request

import psutil
import pytest

from tests.main.serving import Serve, short_folder, wait


@pytest.fixture
def data():
    with short_folder() as folder:
        yield folder / "data"


def again(data, port=0):
    server = Serve(data, port)
    server.started = server.said().count("Trailpost is ready") + 1
    return server.ready()


def running(process):
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def test_after_a_kill_of_the_supervisor_the_next_start_works_and_keeps_the_data(data):
    first = Serve(data).ready()
    key, children = first.info["ingest_key"], first.children()
    port = int(first.info["url"].rpartition(":")[2])
    first.process.kill()
    first.process.wait(20)
    second = again(data, port)
    try:
        assert second.info["ingest_key"] == key
        assert [name for name, p in children.items() if running(p)] == []
    finally:
        assert second.stop() == 0


def test_after_a_kill_of_everything_at_once_the_next_start_works(data):
    first = Serve(data).ready()
    for process in [psutil.Process(first.process.pid), *first.children().values()]:
        process.kill()
    first.process.wait(20)
    second = again(data)
    with urllib.request.urlopen(f"{second.info['url']}/readyz", timeout=5) as answer:
        assert json.load(answer)["ready"] is True
    assert second.stop() == 0


def test_an_orphan_is_ended_and_a_stranger_with_its_pid_is_not(data):
    run = data / "run"
    run.mkdir(parents=True)
    sleep = "import time; time.sleep(60)"
    orphan = subprocess.Popen([sys.executable, "-c", sleep, "--data", str(data)])
    stranger = subprocess.Popen([sys.executable, "-c", sleep])
    (run / "web.pid").write_text(f"{orphan.pid}\n")
    (run / "write.pid").write_text(f"{stranger.pid}\n")
    (run / "work.pid").write_text("torn")
    try:
        server = Serve(data).ready()
        assert orphan.wait(20) == -signal.SIGTERM
        assert stranger.poll() is None
        assert "ending what an earlier start left running" in server.said()
        assert server.stop() == 0
    finally:
        for process in (orphan, stranger):
            process.kill()
            process.wait(20)


def test_told_to_stop_while_it_starts_it_leaves_nothing_running(data):
    server = Serve(data)
    wait(lambda: (data / "run" / "redis.pid").exists() or server.process.poll() is not None)
    pid = server.pid("redis")
    assert server.stop() == 0
    assert not psutil.pid_exists(pid)
    assert not list((data / "run").glob("*.pid"))


def test_children_stop_in_the_order_that_loses_nothing(data):
    server = Serve(data).ready()
    assert server.stop() == 0
    stopped = re.findall(r"stopped .*name=(\w+)", server.said())
    assert stopped == ["web", "write", "work", "redis", "postgres"]
