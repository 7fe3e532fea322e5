"""Bring a database to the newest revision, or back to an older one."""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from alembic import command, op
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from trailpost.db.queries import seed

_LOCK = 7_302_114  # any constant; two deploys must not migrate at once
_HERE = Path(__file__).parent / "migrations"


def run_sql(name: str) -> None:
    """Run `versions/<name>.sql` as it stands, many statements at once."""
    script = resources.files("trailpost.db.migrations.versions").joinpath(f"{name}.sql")
    # The driver's own cursor: SQLAlchemy would read colons and percent signs as parameters.
    op.get_bind().connection.cursor().execute(script.read_text(encoding="utf-8").encode())


def give_seed(name: str) -> None:
    """For the statements that follow in this transaction: `versions/<name>.json`, as a setting."""
    statement = text("select set_config('trailpost.seed', :seed, true)")
    op.get_bind().execute(statement, {"seed": seed(name).decode()})


def install_procrastinate() -> None:
    """Its schema as the installed release has it, whatever migrations led there."""
    schema = _procrastinate("schema.sql").read_text(encoding="utf-8")
    op.get_bind().connection.cursor().execute(schema.encode())


def note_procrastinate() -> None:
    """Remember which release that was."""
    insert = text("insert into job_transport values (:version)")
    op.get_bind().execute(insert, {"version": _procrastinate_migrations()[-1]})


def _upgrade_procrastinate(conn: Connection) -> None:
    """Run the migrations that came with a newer release than the one that made the schema."""
    if not conn.scalar(text("select to_regclass('job_transport') is not null")):
        return
    at = conn.scalar(text("select version from job_transport"))
    for name in _procrastinate_migrations():
        if name > at:
            script = _procrastinate(f"migrations/{name}").read_text(encoding="utf-8")
            conn.connection.cursor().execute(script.encode())
            conn.execute(text("update job_transport set version = :name"), {"name": name})
            # One by one: a value added to an enum cannot be used before the commit.
            conn.commit()


def _procrastinate(name: str) -> Traversable:
    return resources.files("procrastinate.sql").joinpath(name)


def _procrastinate_migrations() -> list[str]:
    """File names, which begin with the release they came with: in the order they are run."""
    return sorted(p.name for p in _procrastinate("migrations").iterdir() if p.name[0].isdigit())


def head() -> str:
    """The newest revision this program knows."""
    found = ScriptDirectory.from_config(_config()).get_current_head()
    return found or ""


def up(url: str, to: str = "head") -> None:
    _run(url, command.upgrade, to, _upgrade_procrastinate)


def down(url: str, to: str = "base") -> None:
    _run(url, command.downgrade, to)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    return config


def _run(
    url: str, step: object, to: str, after: Callable[[Connection], None] = lambda _: None
) -> None:
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
        after(conn)
        conn.commit()
    engine.dispose()


def _connect(url: str) -> object:
    import psycopg

    return psycopg.connect(url, connect_timeout=5, options="-c timezone=UTC")
