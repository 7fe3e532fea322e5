"""The tables of jobs, and the schema of the library that wakes the workers."""

from trailpost.db.migrate import install_procrastinate, note_procrastinate, run_sql

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    install_procrastinate()
    run_sql("0004_jobs.up")
    note_procrastinate()


def downgrade() -> None:
    run_sql("0004_jobs.down")
