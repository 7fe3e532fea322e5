"""The tables of the house configurator, its catalogue and its first price list."""

from trailpost.db.migrate import give_seed, run_sql

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    run_sql("0013_houses.up")
    give_seed("0013_houses")
    run_sql("0013_houses_seed")


def downgrade() -> None:
    run_sql("0013_houses.down")
