"""Who may change a kept configuration, and which inquiry a browser has sent before."""

from trailpost.db.migrate import run_sql

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    run_sql("0019_edit_secrets.up")


def downgrade() -> None:
    run_sql("0019_edit_secrets.down")
