"""What visitors put together, and what it is worth."""

from trailpost.db.migrate import run_sql

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    run_sql("0008_values.up")


def downgrade() -> None:
    run_sql("0008_values.down")
