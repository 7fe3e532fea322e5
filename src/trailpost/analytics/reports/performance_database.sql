-- This moment of our own database, whatever the period.
select pg_database_size(d.datname)::bigint as size_bytes,
    d.numbackends::bigint as connections,
    (100.0 * d.blks_hit / nullif(d.blks_hit + d.blks_read, 0))::float8 as cache_hit_rate,
    (100.0 * d.xact_rollback / nullif(d.xact_commit + d.xact_rollback, 0))::float8
        as rollback_rate,
    d.deadlocks::bigint as deadlocks,
    (select extract(epoch from %(now)s::timestamptz - min(a.xact_start))
     from pg_stat_activity a
     where a.datname = d.datname and a.pid <> pg_backend_pid())::float8 as oldest_transaction
from pg_stat_database d
where d.datname = current_database()
