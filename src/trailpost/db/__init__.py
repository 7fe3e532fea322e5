"""PostgreSQL: connections, named queries, migrations. The driver is imported here only."""

from trailpost.db.pool import (
    Connection,
    DataError,
    Error,
    Pool,
    connect,
    is_away,
    is_refused,
    open_pool,
    transaction,
)
from trailpost.db.queries import (
    Query,
    all_queries,
    copy,
    copy_packed,
    execute,
    fetch,
    fetch_one,
    fetch_value,
    query,
    raw_json,
    stream_rows,
)

__all__ = [
    "Connection",
    "DataError",
    "Error",
    "Pool",
    "Query",
    "all_queries",
    "connect",
    "copy",
    "copy_packed",
    "execute",
    "fetch",
    "fetch_one",
    "fetch_value",
    "is_away",
    "is_refused",
    "open_pool",
    "query",
    "raw_json",
    "stream_rows",
    "transaction",
]
