"""Issues: occurrences, the groups they make, and the ledger of their stream."""

from trailpost.db.migrate import run_sql

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    run_sql("0018_issues.up")


def downgrade() -> None:
    run_sql("0018_issues.down")
