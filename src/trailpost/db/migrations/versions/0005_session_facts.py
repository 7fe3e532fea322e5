"""What reports ask of a session besides its last state: when, where from, what it saw."""

from trailpost.db.migrate import run_sql

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    run_sql("0005_session_facts.up")


def downgrade() -> None:
    run_sql("0005_session_facts.down")
