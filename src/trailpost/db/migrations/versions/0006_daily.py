"""Closed days, aggregated once."""

from trailpost.db.migrate import run_sql

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    run_sql("0006_daily.up")


def downgrade() -> None:
    run_sql("0006_daily.down")
