"""Idle sessions are closed; jobs that were just made are told; quotas by setting."""

from trailpost.db.migrate import run_sql

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    run_sql("0012_background.up")


def downgrade() -> None:
    run_sql("0012_background.down")
