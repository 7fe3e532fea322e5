"""What `trailpost serve` runs: each child's command, environment and way to stop."""

from __future__ import annotations

import functools
import signal
import sys
from pathlib import Path

import msgspec

from trailpost.base.settings import Settings, child_environ
from trailpost.main import embedded, folder
from trailpost.main.supervise import Program

_LOG_LIMIT = 1024 * 1024

# Seconds that each may take to stop; a database that checkpoints a full cache takes longest.
_STOP_ROLE = 15.0
_STOP_WORK_MORE = 10.0  # than the grace period of its jobs
_STOP_REDIS = 15.0
_STOP_POSTGRES = 45.0


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Settings with every address filled in, and what of it is embedded."""

    data: Path
    settings: Settings
    postgres: embedded.Embedded | None
    redis: embedded.Embedded | None

    @property
    def embedded(self) -> list[str]:
        return [server.name for server in (self.postgres, self.redis) if server]

    @property
    def webs(self) -> list[str]:
        count = self.settings.web_processes
        return ["web"] if count == 1 else [f"web-{n}" for n in range(1, count + 1)]

    @property
    def stop_order(self) -> list[list[str]]:
        """Who takes events stops first, who keeps them last."""
        return [self.webs, ["write"], ["work"], ["redis"], ["postgres"]]


def make(settings: Settings, data: Path, port: int) -> Plan:
    postgres = None if settings.database_url else embedded.postgres(data, leashed=True)
    redis = None if settings.redis_url else embedded.redis(data, leashed=True)
    keyless = settings.keyless_project
    if keyless is None and settings.embedded:
        keyless = "default"
    filled = msgspec.structs.replace(
        settings,
        data=str(data),
        port=port,
        database_url=settings.database_url or (postgres.url if postgres else ""),
        redis_url=settings.redis_url or (redis.url if redis else ""),
        keyless_project=keyless,
    )
    return Plan(data=data, settings=filled, postgres=postgres, redis=redis)


def role(plan: Plan, name: str, *arguments: str, fds: tuple[int, ...] = ()) -> Program:
    """A child that is this very program. `--data` is there for `ps`, and to know an orphan by."""
    settings = plan.settings
    command = (sys.executable, "-P", "-m", "trailpost", name.partition("-")[0])
    return Program(
        name=name,
        command=embedded.leashed((*command, "--data", str(plan.data), *arguments), signal.SIGTERM),
        env=child_environ(settings),
        fds=fds,
        pid_file=folder.pid_file(plan.data, name),
        stop_seconds=max(_STOP_ROLE, settings.job_grace_seconds + _STOP_WORK_MORE)
        if name == "work"
        else _STOP_ROLE,
    )


def webs(plan: Plan, listening: int) -> list[Program]:
    """The web servers, which share one listening socket."""
    return [role(plan, name, "--fd", str(listening), fds=(listening,)) for name in plan.webs]


def redis_program(plan: Plan, server: embedded.Embedded) -> Program:
    server.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Program(
        name=server.name,
        command=server.command,
        output=_log_file(plan.data, server.name),
        pid_file=folder.pid_file(plan.data, server.name),
        stop_seconds=_STOP_REDIS,
    )


def postgres_program(plan: Plan, server: embedded.Embedded) -> Program:
    return Program(
        name=server.name,
        command=server.command,
        output=_log_file(plan.data, server.name),
        pid_file=folder.pid_file(plan.data, server.name),
        before=functools.partial(
            folder.forget_stale_pid, server.folder, embedded.socket_dir(plan.data)
        ),
        # Fast shutdown: connections are closed, what is committed is kept.
        stop_signal=signal.SIGINT,
        stop_seconds=_STOP_POSTGRES,
    )


def _log_file(data: Path, name: str) -> Path:
    path = data / "log" / f"{name}.log"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    if path.exists() and path.stat().st_size > _LOG_LIMIT:
        path.replace(path.with_suffix(".log.1"))
    return path
