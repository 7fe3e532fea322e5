-- The period's sums beside what its stream's position says, in one snapshot.
with summed as (
    select coalesce(sum(received), 0)::bigint as received,
        coalesce(sum(stored), 0)::bigint as stored,
        coalesce(sum(duplicate), 0)::bigint as duplicate,
        coalesce(sum(rejected), 0)::bigint as rejected,
        coalesce(sum(dead_lettered), 0)::bigint as dead_lettered
    from issue_ledger
    where project_id in (%(project_id)s::int, 0)
      and minute >= %(start)s::timestamptz and minute < %(end)s::timestamptz
),
positions as (
    select coalesce(sum(received_total), 0)::bigint as written_total,
        coalesce(sum(missing), 0)::bigint as missing
    from issue_positions
)
select received, stored, duplicate, rejected, dead_lettered, written_total, missing,
    received = stored + duplicate + rejected + dead_lettered and missing = 0 as adds_up
from summed, positions
