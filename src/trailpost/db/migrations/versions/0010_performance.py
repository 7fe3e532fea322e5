"""Quantiles of measurements, and what our own processes use."""

from trailpost.db.migrate import run_sql

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    run_sql("0010_performance.up")


def downgrade() -> None:
    run_sql("0010_performance.down")
