"""A PostgreSQL of a test's own, which it may stop and start."""

import signal
import subprocess

import psycopg

from trailpost.db import migrate
from trailpost.main import embedded


class Server:
    """A PostgreSQL that only this test uses, and restarts."""

    def __init__(self, folder):
        self.server = embedded.postgres(folder)
        self.server.folder.parent.mkdir(parents=True, exist_ok=True)
        embedded.init_postgres(self.server)
        self.start()
        with self.connect("postgres") as conn:
            conn.execute("create database trailpost")
        migrate.up(self.url)

    @property
    def url(self):
        return self.server.url

    def connect(self, name):
        url = self.url.replace("/trailpost?", f"/{name}?")
        return psycopg.connect(url, autocommit=True)

    def start(self):
        self.process = subprocess.Popen(
            [*self.server.command, "-c", "fsync=off"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(1000):
            try:
                self.connect("postgres").close()
                return
            except psycopg.OperationalError:
                if self.process.poll() is not None:
                    raise

    def stop(self, number=signal.SIGINT):
        self.process.send_signal(number)
        self.process.wait(60)
