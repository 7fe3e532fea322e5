"""A `trailpost serve` of a test's own, ended by its own pid."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

COMMAND = [sys.executable, "-m", "trailpost"]


def environ(**settings):
    kept = {k: v for k, v in os.environ.items() if not k.startswith("TRAILPOST_")}
    return kept | {f"TRAILPOST_{k.upper()}": str(v) for k, v in settings.items()}


def trailpost(*words, timeout=60, **settings):
    """Run a command to its end."""
    return subprocess.run(
        [*COMMAND, *map(str, words)],
        env=environ(**settings),
        capture_output=True,
        text=True,
        timeout=timeout,
    )


def wait(check, seconds=60):
    """Until it says something true; what it said."""
    end = time.monotonic() + seconds
    while not (found := check()):
        assert time.monotonic() < end, f"waited {seconds} s for {check}"
        time.sleep(0.02)
    return found


@contextlib.contextmanager
def short_folder():
    """Sockets do not like long paths."""
    path = Path(tempfile.mkdtemp(prefix="tp-", dir="/tmp"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


class Serve:
    def __init__(self, data, port=0, **settings):
        self.data = data
        self.log = data.with_suffix(".log")
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [*COMMAND, "serve", "--data", str(data), "--port", str(port)],
                env=environ(**settings),
                stdout=out,
                stderr=out,
            )

    def ready(self):
        """The supervisor has said so, this time."""
        wait(lambda: self._is_ready() or self._ended())
        assert self.process.poll() is None, self.said()
        return self

    def _ended(self):
        return self.process.poll() is not None

    def _is_ready(self):
        return self.said().count("Trailpost is ready") == self.started

    started = 1

    def said(self):
        return self.log.read_text()

    @property
    def info(self):
        return json.loads((self.data / "trailpost.json").read_text())

    def pid(self, name):
        return int((self.data / "run" / f"{name}.pid").read_text())

    def children(self):
        return {
            p.stem: psutil.Process(int(p.read_text())) for p in (self.data / "run").glob("*.pid")
        }

    def stop(self, seconds=60):
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


@contextlib.contextmanager
def serving(data, **settings):
    server = Serve(data, **settings)
    try:
        yield server.ready()
    finally:
        server.stop()
