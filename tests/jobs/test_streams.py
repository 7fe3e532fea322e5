"""A stream of progress reaches the end with its reader, whatever happens to those who send it."""

import contextlib
import json
import signal
import socket
import subprocess
import sys
import threading
import time

import httpx
import pytest

from tests.dashboard.conftest import TOKEN, server, site  # noqa: F401 - fixtures
from tests.jobs import rows, samples
from tests.jobs.processes import worker
from tests.main.serving import COMMAND, environ, wait

pytestmark = pytest.mark.timeout(300)
LONG = samples.Work(seconds=1.0)


class Follower(threading.Thread):
    """Follows a job as an EventSource does: comes back with the last id until there is a 204."""

    def __init__(self, url, job):
        super().__init__(daemon=True)
        self.url = f"{url}/api/jobs/{job}/events"
        self.events, self.connections, self.answers = [], 0, []
        self.start()

    def run(self):
        with httpx.Client(timeout=60, cookies={"trailpost": TOKEN}) as client:
            while 204 not in self.answers:
                with contextlib.suppress(httpx.TransportError):
                    self._connect(client)
                time.sleep(0.05)

    def _connect(self, client):
        seen = {"last-event-id": str(self.events[-1][0])} if self.events else {}
        with client.stream("GET", self.url, headers=seen) as response:
            self.connections += 1
            self.answers.append(response.status_code)
            number = None
            for line in response.iter_lines():
                if line.startswith("id: "):
                    number = int(line[4:])
                elif line.startswith("data: "):
                    self.events.append((number, json.loads(line[6:])))

    def at(self, **wanted):
        return any(all(e[k] == v for k, v in wanted.items()) for _, e in self.events)

    def ended(self):
        """Every event it got, once it has stopped by itself."""
        self.join(120)
        assert not self.is_alive()
        numbers = [n for n, _ in self.events]
        assert numbers == sorted(set(numbers)), "told twice, or out of order"
        assert set(self.answers) <= {200, 204}
        return [event for _, event in self.events]


@contextlib.contextmanager
def web(settings, port):
    """A web server as a process of its own."""
    process = subprocess.Popen(
        [*COMMAND, "web", "--port", str(port)],
        env=environ(
            data=settings.data,
            database_url=settings.database_url,
            redis_url=settings.redis_url,
            log_level="error",
        ),
        stdout=sys.stderr,
    )
    try:
        wait(lambda: is_up(process, port))
        yield process
    finally:
        process.kill()
        process.wait()


def is_up(process, port):
    assert process.poll() is None
    with contextlib.suppress(httpx.TransportError):
        return httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200


@pytest.fixture
def port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL], ids=["stopped", "killed"])
def test_a_stream_goes_on_when_the_web_server_comes_back(how, site, port):  # noqa: F811
    (job,) = rows.make(site.settings.database_url, work=LONG)
    with contextlib.ExitStack() as running:
        with web(site.settings, port) as first:
            follower = Follower(f"http://127.0.0.1:{port}", job)
            wait(lambda: follower.at(status="PENDING"))
            running.enter_context(worker(site.settings.database_url))
            wait(lambda: follower.at(status="PROCESSING"))
            first.send_signal(how)
            first.wait(30)
        running.enter_context(web(site.settings, port))
        told = follower.ended()
    assert follower.connections >= 2
    assert (told[-1]["status"], told[-1]["progress"]) == ("COMPLETED", 1.0)
    assert told[-1]["result"]["attempt"] == 1


def test_a_stream_goes_on_when_another_worker_takes_the_job(server, site):  # noqa: F811
    url = site.settings.database_url
    (job,) = rows.make(url, work=LONG)
    follower = Follower(server.url, job)
    wait(lambda: follower.at(status="PENDING"))
    with worker(url) as first:
        wait(lambda: follower.at(step="thinking", attempt=1))
        first.kill()
    with worker(url):
        told = follower.ended()
    # One stream to the end, and one more that is told that there is nothing more.
    assert follower.answers == [200, 204]
    assert [(e["status"], e["attempt"]) for e in told[:1] + told[-1:]] == [
        ("PENDING", 0),
        ("COMPLETED", 2),
    ]
    assert follower.at(step="parsing", attempt=2)
