"""The data folder: one `serve` at a time, and nothing left over from one that was killed."""

from __future__ import annotations

import fcntl
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from trailpost.base import log
from trailpost.base.errors import StartupError
from trailpost.main import embedded

_log = log.get(__name__)

# Roles end before the servers that they use; the embedded PostgreSQL shuts down fast by SIGINT.
_SERVERS = {"redis": signal.SIGTERM, "postgres": signal.SIGINT}
_PATIENCE = 20.0


def prepare(data: Path) -> None:
    """Create the folder and see that it can be written."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = data / f".writable-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as e:
        raise StartupError(
            f"cannot write to the folder {data} ({(e.strerror or str(e)).lower()}): "
            "choose another with --data, or mend its owner and mode"
        ) from e


@contextmanager
def locked(data: Path) -> Iterator[None]:
    """Held while the process lives, however it ends. Raises StartupError when another holds it."""
    fd = os.open(data / "serve.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _lock(fd):
            pid = os.pread(fd, 20, 0).decode().strip() or "unknown"
            raise StartupError(
                f"trailpost already runs on {data} (process {pid}): stop it, or choose another "
                "folder with --data"
            )
        os.ftruncate(fd, 0)
        os.pwrite(fd, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(fd)


def _lock(fd: int) -> bool:
    """Tried for a moment: a command that looks who is here holds it for microseconds."""
    for _ in range(10):
        with suppress(BlockingIOError):
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(0.02)
    return False


def pid_file(data: Path, name: str) -> Path:
    return embedded.socket_dir(data) / f"{name}.pid"


def end_orphans(data: Path) -> None:
    """End what a killed `serve` left running here: roles first, then Redis and PostgreSQL."""
    left = {path.stem: _orphan(path, data) for path in embedded.socket_dir(data).glob("*.pid")}
    found = {name: process for name, process in left.items() if process}
    if found:
        _log.warning("ending what an earlier start left running", processes=sorted(found))
    _end([p for name, p in found.items() if name not in _SERVERS], signal.SIGTERM)
    for name, stop_signal in _SERVERS.items():
        _end([found[name]] if name in found else [], stop_signal)
    for name in left:
        pid_file(data, name).unlink(missing_ok=True)


def _orphan(path: Path, data: Path) -> psutil.Process | None:
    """The process of a pid file, unless the pid has since gone to a stranger."""
    with suppress(ValueError, OSError, psutil.Error):
        process = psutil.Process(int(path.read_text()))
        if any(str(data) in word for word in process.cmdline()):
            return process
    return None


def _end(processes: list[psutil.Process], stop_signal: signal.Signals) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(stop_signal)
    for process in _still_there(processes):
        with suppress(psutil.NoSuchProcess):
            process.kill()
    _still_there(processes)


def _still_there(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Wait for them to end, and return those that did not. A zombie has ended."""
    until = time.monotonic() + _PATIENCE
    left = processes
    while left and time.monotonic() < until:
        left = [process for process in left if _lives(process)]
        time.sleep(0.02)
    return left


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def forget_stale_pid(postgres: Path, sockets: Path) -> None:
    """Remove PostgreSQL's lock files when their pid is a zombie, or some other program by now.

    It does so itself when nobody has the pid. After a restart of a container somebody often does.
    """
    for path in (postgres / "postmaster.pid", sockets / ".s.PGSQL.5432.lock"):
        if _is_stale(path, postgres) and not _still_there(_working_in(postgres)):
            path.unlink(missing_ok=True)


def _is_stale(path: Path, postgres: Path) -> bool:
    try:
        process = psutil.Process(int(path.read_text().split()[0]))
        return not _lives(process) or not any(str(postgres) in w for w in process.cmdline())
    except psutil.ZombieProcess:
        return True
    except (OSError, ValueError, IndexError, psutil.Error):
        return False


def _working_in(folder: Path) -> list[psutil.Process]:
    """What a killed postmaster left: without its lock file nothing else would see them."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.cwd() == str(folder):
                found.append(process)
    return found
