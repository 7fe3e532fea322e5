"""What people keep on the dashboard: notes on the time axis, saved views, shared links."""

from trailpost.db.migrate import run_sql

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    run_sql("0011_dashboard.up")


def downgrade() -> None:
    run_sql("0011_dashboard.down")
