"""A client under load that retries as the tracker does, and remembers what was acknowledged."""

from __future__ import annotations

import random
import threading
import time
import uuid

import httpx


class Load:
    """`threads` visitors sending batches until `stop()`; `acknowledged` holds event ids."""

    def __init__(self, url, key, *, threads=6, seed=1):
        self.url, self.key = url, key
        self.acknowledged: set[str] = set()
        self.sent: set[str] = set()
        self.statuses: dict[int, int] = {}
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._threads = [
            threading.Thread(target=self._visit, args=(random.Random(seed + n),), daemon=True)
            for n in range(threads)
        ]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self._stopping.set()
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive()

    def _visit(self, rng):
        with httpx.Client(timeout=15, trust_env=False) as client:
            while not self._stopping.is_set():
                self._deliver(client, self._batch(rng))

    def _batch(self, rng):
        now = int(time.time() * 1000)
        events = [
            {"id": str(uuid.uuid4()), "at": now, "type": "interaction", "event": "click",
             "category": "nest", "value": rng.choice(["nest80", "nest100"])}
            for _ in range(rng.randrange(1, 6))
        ]  # fmt: skip
        return {"key": self.key, "session": {"id": str(uuid.uuid4())}, "events": events}

    def _deliver(self, client, batch):
        """The same ids again until the server takes them, as a client does."""
        ids = {event["id"] for event in batch["events"]}
        with self._lock:
            self.sent |= ids
        while not self._stopping.is_set():
            batch["sentAt"] = int(time.time() * 1000)
            try:
                answer = client.post(f"{self.url}/api/ingest", json=batch)
            except httpx.HTTPError:
                time.sleep(0.05)
                continue
            with self._lock:
                self.statuses[answer.status_code] = self.statuses.get(answer.status_code, 0) + 1
            if answer.status_code == 202:
                assert answer.json()["accepted"] == len(ids)
                with self._lock:
                    self.acknowledged |= ids
                return
            time.sleep(0.05)
