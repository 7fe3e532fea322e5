"""Prices of closed days are counted, and what their visitors left is added up."""

from trailpost.db.migrate import run_sql

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    run_sql("0015_prices.up")


def downgrade() -> None:
    run_sql("0015_prices.down")
