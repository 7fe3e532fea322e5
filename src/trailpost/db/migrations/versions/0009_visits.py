"""How visitors come, on what, to which pages, and whether they come back."""

from trailpost.db.migrate import run_sql

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    run_sql("0009_visits.up")


def downgrade() -> None:
    run_sql("0009_visits.down")
