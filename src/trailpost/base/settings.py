"""All configuration, read once from the environment. Nothing else reads it."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from trailpost.base.errors import StartupError

PREFIX = "TRAILPOST_"
# Read when the package is installed, by hatch_build.py.
_NOT_OURS = {"TRAILPOST_SKIP_WEB"}

Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]
Positive = Annotated[int, msgspec.Meta(ge=1)]
Natural = Annotated[int, msgspec.Meta(ge=0)]
_QUOTA = "[a-z][a-z0-9_]*=[0-9]{1,9}/(hour|day|week)"
Quotas = Annotated[str, msgspec.Meta(pattern=f"^({_QUOTA}(,{_QUOTA})*)?$")]


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    data: str = "./data"
    """Folder for the embedded servers, the spool and trailpost.json."""
    host: str = "127.0.0.1"
    """Address the web server listens on."""
    port: Port = 8300
    """Port the web server listens on; 0 takes a free one."""
    url: str = ""
    """Address people reach this server at, when a proxy stands before it."""
    database_url: str = ""
    """PostgreSQL connection string. Empty: an embedded PostgreSQL in the data folder."""
    redis_url: str = ""
    """Redis or Valkey: redis://, rediss://, unix://, redis+cluster://. Empty: an embedded Redis."""
    streams: Annotated[int, msgspec.Meta(ge=1, le=256)] = 1
    """Number of event streams; each is read by one writer at a time."""
    web_processes: Annotated[int, msgspec.Meta(ge=1, le=64)] = 1
    """Web processes that `trailpost serve` starts."""
    pool_size: Positive = 10
    """Most PostgreSQL connections one process opens."""
    write_batch: Annotated[int, msgspec.Meta(ge=1, le=50_000)] = 10_000
    """Most events the writer puts in one transaction."""
    write_wait_ms: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 50
    """Longest time the writer gathers a batch once the first event is there."""
    spool_max_mb: Positive = 512
    """Size of the local spool that takes events while Redis is away; full means 503."""
    live_max_mb: Natural = 256
    """Redis memory above which live session lists pause; 0 switches them off."""
    keyless_project: str | None = None
    """Project the compatible routes use without a key; `-` is none. Embedded: `default`."""
    rate_limit_key: Natural = 20_000
    """Events per second one ingest key may send to one web process; 0 is no limit."""
    rate_limit_ip: Natural = 500
    """Events per second one IP address may send to one web process; 0 is no limit."""
    trusted_proxies: str = "127.0.0.1,::1"
    """Comma-separated addresses or networks whose X-Forwarded-For is believed."""
    country_header: str = ""
    """Header in which a trusted proxy gives the visitor's country in two letters. Empty: off."""
    tracker_path: str = "/t.js"
    """Path of the tracker script."""
    ingest_path: str = "/api/ingest"
    """Path of the native ingest route; the tracker served here uses it."""
    session_idle_minutes: Positive = 30
    """Minutes without an event after which a session that did not convert is abandoned."""
    retention_days: Natural = 365
    """Days of raw events to keep; older days are dropped, rollups stay. 0 keeps all."""
    job_concurrency: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 10
    """Jobs of one queue that one worker runs at the same time."""
    job_share: Positive = 10
    """Jobs of one queue that one user has running or next in line; the others wait their turn."""
    job_lease_seconds: Annotated[float, msgspec.Meta(ge=0.5, le=3600)] = 10.0
    """Seconds without a sign of life after which a worker's jobs go to another."""
    job_grace_seconds: Annotated[float, msgspec.Meta(ge=0, le=3600)] = 8.0
    """Seconds a stopping worker gives its jobs before it hands them back."""
    job_quotas: Quotas = ""
    """Most jobs of a kind one user may enqueue in an hour, day or week (UTC), as
    `analyse=50/day,export=5/hour`; 0 is no limit. Kinds not named have the limit in the code."""
    job_retention_days: Positive = 30
    """Days a finished job and its result are kept."""
    admin_email: str = "admin@example.com"
    """E-mail of the first administrator."""
    admin_password: str = ""
    """Password of the first administrator. Empty: a random one, printed once."""
    alert_urls: str = ""
    """Where alerts go: comma-separated apprise URLs, such as mailtos:// or slack:// ones."""
    mail_url: str = ""
    """Apprise URL of the mailbox that customers are written from. Empty: they are not."""
    inquiry_converts: bool = True
    """An inquiry makes its session CONVERTED; otherwise COMPLETED."""
    offline_page: bool = True
    """The configurator opens without the network too, by a service worker in the browser."""
    drive_folder: str = ""
    """Id of the Google Drive folder whose images the configurator shows."""
    drive_credentials: str = ""
    """File with the key of a Google service account that may read the folder (JSON)."""
    drive_url: str = "https://www.googleapis.com"
    """Address of the Google Drive API."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Least severe log line that is written."""
    log_json: bool = False
    """Write logs as JSON lines."""

    @property
    def embedded(self) -> bool:
        return not (self.database_url and self.redis_url)


def load(environ: Mapping[str, str] = os.environ, **given: object) -> Settings:
    """Settings from `TRAILPOST_*`; what the command line has `given` wins. Raises StartupError."""
    raw: dict[str, object] = {
        k[len(PREFIX) :].lower(): v
        for k, v in environ.items()
        if k.startswith(PREFIX) and k not in _NOT_OURS
    }
    raw |= {k: v for k, v in given.items() if v is not None}
    _refuse_unknown(raw)
    try:
        return msgspec.convert(raw, Settings, strict=False)
    except msgspec.ValidationError as e:
        text = str(e)
        name = text.rpartition("$.")[2].rstrip("`") if "$." in text else ""
        raise StartupError(
            f"setting {PREFIX}{name.upper()} is wrong: {text.partition(' - at ')[0]}"
        ) from e


def _refuse_unknown(raw: Mapping[str, object]) -> None:
    known = [f.name for f in msgspec.structs.fields(Settings)]
    for name in raw:
        if name not in known:
            close = difflib.get_close_matches(name, known, 1)
            hint = f"; did you mean {PREFIX}{close[0].upper()}?" if close else ""
            raise StartupError(f"unknown setting {PREFIX}{name.upper()}{hint}")


def child_environ(settings: Settings, **changed: object) -> dict[str, str]:
    """The environment for a child process that must see these very settings."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(PREFIX)}
    values = msgspec.structs.asdict(settings) | changed
    mine = {
        f"{PREFIX}{k.upper()}": ("true" if v else "false") if isinstance(v, bool) else str(v)
        for k, v in values.items()
        if v is not None
    }
    return kept | mine
