"""The tables of analytics."""

from trailpost.db.migrate import run_sql

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    run_sql("0003_analytics.up")


def downgrade() -> None:
    run_sql("0003_analytics.down")
