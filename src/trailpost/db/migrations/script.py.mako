"""${message}"""

from trailpost.db.migrate import run_sql

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    run_sql("${up_revision}_name.up")


def downgrade() -> None:
    run_sql("${up_revision}_name.down")
