"""Bring a database to the newest revision, or back to an older one."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from alembic import command, op
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

_LOCK = 7_302_114  # any constant; two deploys must not migrate at once
_HERE = Path(__file__).parent / "migrations"


def run_sql(name: str) -> None:
    """Run `versions/<name>.sql` as it stands, many statements at once."""
    script = resources.files("trailpost.db.migrations.versions").joinpath(f"{name}.sql")
    # The driver's own cursor: SQLAlchemy would read colons and percent signs as parameters.
    op.get_bind().connection.cursor().execute(script.read_text(encoding="utf-8").encode())


def head() -> str:
    """The newest revision this program knows."""
    found = ScriptDirectory.from_config(_config()).get_current_head()
    return found or ""


def up(url: str, to: str = "head") -> None:
    _run(url, command.upgrade, to)


def down(url: str, to: str = "base") -> None:
    _run(url, command.downgrade, to)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    return config


def _run(url: str, step: object, to: str) -> None:
    engine = create_engine(
        "postgresql+psycopg://", creator=lambda: _connect(url), poolclass=NullPool
    )
    config = _config()
    with engine.connect() as conn:
        conn.execute(text("set lock_timeout = '30s'"))
        conn.execute(text(f"select pg_advisory_lock({_LOCK})"))
        conn.commit()
        config.attributes["connection"] = conn
        step(config, to)  # type: ignore[operator]
        conn.commit()
    engine.dispose()


def _connect(url: str) -> object:
    import psycopg

    return psycopg.connect(url, connect_timeout=5, options="-c timezone=UTC")
