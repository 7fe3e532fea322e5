"""The tables of tracking."""

from trailpost.db.migrate import run_sql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    run_sql("0002_tracking.up")


def downgrade() -> None:
    run_sql("0002_tracking.down")
