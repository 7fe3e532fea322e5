"""Alembic revisions in plain SQL: `versions/NNNN_name.{up,down}.sql` beside a three-line `.py`."""
