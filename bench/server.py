"""A Trailpost of its own for a benchmark: started, measured and stopped by its own pid."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg

from bench.load import Target

SETTINGS = {
    # The load comes from one machine under many addresses; limits would measure themselves.
    "TRAILPOST_RATE_LIMIT_KEY": "0",
    "TRAILPOST_RATE_LIMIT_IP": "0",
    "TRAILPOST_TRUSTED_PROXIES": "127.0.0.1",
    "TRAILPOST_LOG_LEVEL": "warning",
}


class Server:
    """One running `trailpost serve` and what its process tree has used."""

    def __init__(self, folder: Path, process: subprocess.Popen[bytes], seconds: float) -> None:
        self.folder, self.process, self.start_seconds = folder, process, seconds
        self.info = json.loads((folder / "trailpost.json").read_text())
        host, _, port = self.info["url"].rpartition("//")[2].partition(":")
        self.target = Target(host, int(port), self.info["ingest_key"])

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.info["database_url"], autocommit=True)

    def tree(self) -> list[psutil.Process]:
        root = psutil.Process(self.process.pid)
        return [root, *root.children(recursive=True)]

    def cpu(self) -> dict[str, float]:
        """CPU seconds so far, by role."""
        used: dict[str, float] = {}
        for p in self.tree():
            with suppress(psutil.NoSuchProcess):
                t = p.cpu_times()
                used[role(p)] = used.get(role(p), 0.0) + t.user + t.system
        return used

    def memory(self) -> dict[str, float]:
        """Proportional set size in MB, by role: shared pages are counted once."""
        used: dict[str, float] = {}
        for p in self.tree():
            with suppress(psutil.NoSuchProcess):
                used[role(p)] = used.get(role(p), 0.0) + p.memory_full_info().pss / 2**20
        return used

    def stored(self) -> int:
        with self.connect() as conn:
            row = conn.execute("select coalesce(sum(stored), 0)::bigint from ingest_ledger")
            return int(str((row.fetchone() or (0,))[0]))

    def drained(self, wanted: int, patience: float = 120) -> float:
        """Wait until `wanted` events are stored; returns the time that was."""
        end = time.perf_counter() + patience
        while self.stored() < wanted:
            if time.perf_counter() > end:
                raise SystemExit(f"only {self.stored()} of {wanted} events stored")
            time.sleep(0.02)
        return time.perf_counter()


def role(process: psutil.Process) -> str:
    line = process.cmdline()
    if any("redis-server" in part for part in line[:2]):
        return "redis"
    if process.name().startswith("postgres") or any(part.endswith("postgres") for part in line[:5]):
        return "postgres"
    known = [part for part in line if part in ("serve", "web", "write", "work")]
    return known[0] if known else process.name()


@contextmanager
def serving(**settings: str) -> Iterator[Server]:
    """`trailpost serve` on an empty folder, ready when /readyz says so."""
    with tempfile.TemporaryDirectory(prefix="trailpost-bench-") as made:
        folder = Path(made)
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "trailpost", "serve", "--data", made, "--port", "0"],
            env=os.environ | SETTINGS | settings,
            stdout=subprocess.DEVNULL,
        )
        try:
            _wait_ready(folder, process)
            yield Server(folder, process, time.perf_counter() - began)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def _wait_ready(folder: Path, process: subprocess.Popen[bytes]) -> None:
    end = time.perf_counter() + 60
    while time.perf_counter() < end:
        if process.poll() is not None:
            raise SystemExit("trailpost serve ended before it was ready")
        try:
            url = json.loads((folder / "trailpost.json").read_text())["url"]
            with urllib.request.urlopen(f"{url}/readyz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (OSError, ValueError, urllib.error.URLError):
            pass
        time.sleep(0.02)
    raise SystemExit("trailpost serve was not ready in 60 s")
