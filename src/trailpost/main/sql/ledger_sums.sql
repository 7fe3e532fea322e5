-- All that was ever taken, and what became of it.
select
    coalesce(sum(received), 0)::bigint as received,
    coalesce(sum(stored + duplicate + rejected + dead_lettered + erased), 0)::bigint as accounted,
    (select coalesce(sum(missing), 0) from stream_positions)::bigint as missing
from ingest_ledger
