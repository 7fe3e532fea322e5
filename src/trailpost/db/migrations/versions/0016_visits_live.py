"""Sessions are read once for all that a report asks of them; page views have an index."""

from trailpost.db.migrate import run_sql

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    run_sql("0016_visits_live.up")


def downgrade() -> None:
    run_sql("0016_visits_live.down")
