"""The tables of access."""

from trailpost.db.migrate import run_sql

revision = "0001"
down_revision = None


def upgrade() -> None:
    run_sql("0001_access.up")


def downgrade() -> None:
    run_sql("0001_access.down")
