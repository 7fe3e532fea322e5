"""kill -9 of every process in the middle of a load."""

import time

import httpx
import psutil
import pytest

from bench.server import role, serving
from tests.faults.ledger import settled
from tests.faults.load import Load

pytestmark = [pytest.mark.faults, pytest.mark.xdist_group("faults")]
ROLES = ["web", "write", "work", "redis", "postgres"]


def kill(server, roles):
    """SIGKILL, each by its own pid; of PostgreSQL the postmaster, as a crash would."""
    for process in psutil.Process(server.process.pid).children():
        if role(process) in roles:
            process.kill()


def grow(load, events, seconds=60):
    """Wait until so many more events are acknowledged: the server is taking them."""
    wanted, end = len(load.acknowledged) + events, time.monotonic() + seconds
    while len(load.acknowledged) < wanted:
        assert time.monotonic() < end, f"acknowledging stopped: {load.statuses}"
        time.sleep(0.05)


def become_ready(server, seconds=60):
    end = time.monotonic() + seconds
    while httpx.get(f"{server.info['url']}/readyz", trust_env=False).status_code != 200:
        assert time.monotonic() < end
        time.sleep(0.2)


@pytest.fixture
def rounds(pytestconfig, request):
    """How often to do it all: once, or for about an hour with --soak."""
    soak = pytestconfig.getoption("--soak")
    request.node.add_marker(pytest.mark.timeout(7200 if soak else 300))
    return 60 if soak else 1


def test_every_process_in_turn_and_all_at_once(rounds):
    with serving() as server, Load(server.info["url"], server.info["ingest_key"]) as load:
        grow(load, 200)
        for killed in [*([r] for r in ROLES), ROLES] * rounds:
            kill(server, killed)
            grow(load, 200)
        load.stop()
        settled(server, load, seconds=90 * rounds)
        become_ready(server)


def test_the_writer_killed_again_and_again_counts_nothing_twice(rounds):
    with serving() as server, Load(server.info["url"], server.info["ingest_key"]) as load:
        for _ in range(8 * rounds):
            grow(load, 100)
            kill(server, ["write"])
        load.stop()
        settled(server, load)
