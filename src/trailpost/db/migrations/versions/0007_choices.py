"""What visitors decide, in which order, and where they stop."""

from trailpost.db.migrate import run_sql

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    run_sql("0007_choices.up")


def downgrade() -> None:
    run_sql("0007_choices.down")
