"""The tables of the house configurator, its catalogue and its first price list."""

from trailpost.db.migrate import run_sql

revision = "0020"
down_revision = "0004"


def upgrade() -> None:
    run_sql("0020_houses.up")


def downgrade() -> None:
    run_sql("0020_houses.down")
