"""Workers as processes of their own, which a test kills, freezes and stops by their pid."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Worker:
    def __init__(self, url, die_at="", **settings):
        given = {
            "job_lease_seconds": 1.5,
            "job_grace_seconds": 0.2,
            "log_level": "error",
        } | settings
        env = {k: v for k, v in os.environ.items() if not k.startswith("TRAILPOST_")}
        env |= {f"TRAILPOST_{k.upper()}": str(v) for k, v in given.items()}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.jobs.worker"],
            cwd=ROOT,
            env=env | {"TRAILPOST_DATABASE_URL": url, "DIE_AT": die_at},
            stdout=subprocess.DEVNULL,
        )

    def died(self, seconds=60):
        assert self.process.wait(seconds) == -signal.SIGKILL

    def kill(self):
        self.process.kill()
        self.process.wait()

    def send(self, number):
        self.process.send_signal(number)

    def stop(self):
        self.process.terminate()
        assert self.process.wait(60) == 0


@contextlib.contextmanager
def worker(url, **given):
    made = Worker(url, **given)
    try:
        yield made
    finally:
        if made.process.poll() is None:
            made.send(signal.SIGCONT)
            made.kill()
