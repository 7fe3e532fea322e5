"""One real `trailpost serve` that is looked at, hit and stopped."""

import json
import os
import signal
import stat
import urllib.request

import psutil
import pytest

from tests.main.serving import Serve, serving, short_folder, trailpost, wait

ROLES = ["web", "write", "work"]
SERVERS = ["redis", "postgres"]


@pytest.fixture(scope="module")
def server():
    with short_folder() as folder, serving(folder / "data") as running:
        yield running


def get(url):
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as e:
        return e.code, e.read().decode()
    except OSError as e:
        return 0, str(e)


def ready(server):
    return get(f"{server.info['url']}/readyz")[0] == 200


def test_trailpost_json_tells_scripts_all_and_others_nothing(server):
    assert set(server.info) == {
        "url",
        "database_url",
        "redis_url",
        "ingest_key",
        "admin_email",
        "admin_password",
    }
    path = server.data / "trailpost.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(server.data.stat().st_mode) & 0o007 == 0


def test_it_prints_the_address_the_first_password_and_the_key(server):
    said = server.said()
    for name in ("url", "admin_email", "admin_password", "ingest_key"):
        assert server.info[name] in said


def test_every_part_is_ready(server):
    status, body = get(f"{server.info['url']}/readyz")
    assert status == 200
    assert json.loads(body) == {
        "ready": True,
        "ingest": True,
        "parts": dict.fromkeys(("postgres", "redis", "spool", "migrations", "keys"), "ok"),
    }
    assert get(f"{server.info['url']}/healthz") == (200, '{"status":"ok"}')


def test_metrics_count_requests_by_route(server):
    get(f"{server.info['url']}/nowhere/at/all")
    status, body = get(f"{server.info['url']}/metrics")
    assert status == 200
    assert 'trailpost_request_seconds_count{method="GET",route="/readyz",status="200"}' in body
    assert 'route="(unknown)",status="404"' in body


def test_doctor_finds_all_well_and_its_probe_arrives(server):
    done = trailpost("doctor", "--json", "--data", server.data)
    found = json.loads(done.stdout)
    assert (done.returncode, found["well"]) == (0, True), found
    names = [check["name"] for check in found["checks"]]
    assert names[-1] == "probe event"
    assert {"PostgreSQL version", "Redis eviction", "ledger", "disk", "spool"} <= set(names)


def test_a_second_start_on_the_same_folder_is_refused(server):
    done = trailpost("serve", "--data", server.data, "--port", "0")
    assert done.returncode == 1
    assert done.stderr == (
        f"trailpost: trailpost already runs on {server.data} (process {server.process.pid}): "
        "stop it, or choose another folder with --data\n"
    )
    assert ready(server)


@pytest.mark.parametrize("name", ROLES + SERVERS)
def test_a_child_that_is_killed_is_started_again(server, name):
    before = server.pid(name)
    os.kill(before, signal.SIGKILL)
    wait(lambda: server.pid(name) != before and ready(server))
    assert psutil.Process(server.pid(name)).is_running()
    wait(lambda: f"name={name}" in server.said() and "killed by SIGKILL" in server.said())


def test_commands_find_the_server_by_its_folder(server):
    said = trailpost("keys", "list", "--data", server.data).stdout
    assert said == f"{server.info['ingest_key']}  default  active  first\n"


def test_a_changed_password_is_taken_out_of_trailpost_json():
    with short_folder() as folder, serving(folder / "data") as server:
        email = server.info["admin_email"]
        words = ("users", "set-password", email, "--password", "correct horse battery staple")
        assert trailpost(*words, "--data", server.data).returncode == 0
        assert "admin_password" not in server.info
        pids = {name: p.pid for name, p in server.children().items()}
        assert set(pids) == {*ROLES, *SERVERS}
        assert server.stop() == 0
        assert [name for name, pid in pids.items() if psutil.pid_exists(pid)] == []
        assert not list((server.data / "run").glob("*.pid"))
        check_second_start(server)


def check_second_start(server):
    """The same folder again: same key, no password shown, two web servers on one port."""
    key = server.info["ingest_key"]
    with serving_again(server, web_processes=2) as again:
        assert again.info["ingest_key"] == key
        assert "admin_password" not in again.info
        assert "password" not in again.said().rpartition("is ready")[2]
        assert {"web-1", "web-2"} <= set(again.children())


class serving_again:
    def __init__(self, server, **settings):
        self.folder, self.settings = server.data, settings

    def __enter__(self):
        self.server = Serve(self.folder, **self.settings)
        self.server.started = self.server.said().count("Trailpost is ready") + 1
        return self.server.ready()

    def __exit__(self, *_):
        self.server.stop()
