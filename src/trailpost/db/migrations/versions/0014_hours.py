"""Closed hours."""

from trailpost.db.migrate import run_sql

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    run_sql("0014_hours.up")


def downgrade() -> None:
    run_sql("0014_hours.down")
