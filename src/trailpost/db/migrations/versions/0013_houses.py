"""The tables of the house configurator, its catalogue and its first price list."""

from trailpost.db.migrate import run_sql

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    run_sql("0013_houses.up")


def downgrade() -> None:
    run_sql("0013_houses.down")
