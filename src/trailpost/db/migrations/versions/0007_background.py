"""Idle sessions are closed; jobs that were just made are told; quotas by setting."""

from trailpost.db.migrate import run_sql

revision = "0007"
down_revision = "0004"


def upgrade() -> None:
    run_sql("0007_background.up")


def downgrade() -> None:
    run_sql("0007_background.down")
