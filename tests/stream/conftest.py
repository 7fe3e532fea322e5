"""A Redis of a test's own that can be stopped, killed and frozen, and what tests ask of streams."""

import asyncio
import contextlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import pytest
import redis as redis_client

from trailpost import stream
from trailpost.main import embedded


class PrivateRedis:
    """Starts on the same files again after each stop, like a server that is restarted."""

    def __init__(self, folder, *words):
        self.server = embedded.redis(folder)
        self.url = self.server.url
        self.command = (*self.server.command, *words)
        self.process = None

    def start(self):
        self.server.folder.mkdir(parents=True, exist_ok=True)
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL)
        return self.wait()

    def wait(self):
        end = time.monotonic() + 15
        while True:
            try:
                with self.client() as client:
                    client.ping()
                return self
            except redis_client.ConnectionError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.01)

    def client(self):
        return redis_client.Redis.from_url(self.url)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        self.process.wait(20)

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)


@pytest.fixture
def folder():
    """A short path: sockets do not like long ones."""
    path = Path(tempfile.mkdtemp(prefix="tps-", dir="/tmp"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def private_redis(folder):
    server = PrivateRedis(folder).start()
    yield server
    with contextlib.suppress(ProcessLookupError):
        server.stop()


@pytest.fixture
def spool_dir(folder):
    return folder / "spool"


@contextlib.asynccontextmanager
async def publishing(url, spool_dir, *, streams=1, spool_max=1 << 26, live_max=1 << 40):
    publisher = stream.Publisher(url, streams, spool_dir, spool_max, live_max)
    await publisher.start()
    try:
        yield publisher
    finally:
        await publisher.close()


async def publish_all(publisher, blobs, *, live=None, key=b"k"):
    await asyncio.gather(*(publisher.publish(key, blob, 1, live) for blob in blobs))


async def until(check, seconds=30):
    """Wait until `check()` is true; the value it then had."""
    end = time.monotonic() + seconds
    while not (found := check()):
        assert time.monotonic() < end, "it never came"
        await asyncio.sleep(0.01)
    return found


def entries(url, n=0):
    """All entries of a stream as Messages, without a group."""
    with redis_client.Redis.from_url(url) as client:
        return [decoded(i, f) for i, f in client.xrange(f"trailpost:{{{n}}}:events")]


def decoded(entry_id, fields):
    from trailpost.stream.reader import _message

    return _message(entry_id.decode(), fields)


def blobs(url, n=0):
    return [part.blob for message in entries(url, n) for part in message.parts]


def unbroken(messages):
    """Whether the running total has no gap: then nothing was lost between ingest and here."""
    total = 0
    for message in messages:
        total += message.count
        if message.total != total or message.count != sum(p.count for p in message.parts):
            return False
    return True


def numbered(prefix, count):
    return [f"{prefix}{i}".encode() for i in range(count)]


def twice(found):
    return [blob for blob, times in Counter(found).items() if times > 1]


def drained(publisher):
    return lambda: publisher.status().redis == "ok" and publisher.status().spooled_events == 0


def orphan(url, spool_dir, prefix, count):
    """A process that acknowledges events into the spool and is killed."""
    program = f"""
import asyncio, os, signal
from pathlib import Path
from trailpost import stream
async def main():
    publisher = stream.Publisher(
        {url or "unix:///nowhere.sock"!r}, 1, Path({str(spool_dir)!r}), 1 << 26, 1 << 40)
    await publisher.start()
    for i in range({count}):
        await publisher.publish(b"k", b"{prefix}%d" % i, 1, None)
    os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
