"""Sessions can be erased: a note of each keeps what still comes of it out."""

from trailpost.db.migrate import run_sql

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    run_sql("0017_erasing.up")


def downgrade() -> None:
    run_sql("0017_erasing.down")
