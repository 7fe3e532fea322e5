-- All minutes of all projects beside what its stream's position says, in one snapshot.
with summed as (
    select coalesce(sum(received), 0)::bigint as received,
        coalesce(sum(stored), 0)::bigint as stored,
        coalesce(sum(duplicate), 0)::bigint as duplicate,
        coalesce(sum(rejected), 0)::bigint as rejected,
        coalesce(sum(dead_lettered), 0)::bigint as dead_lettered,
        count(*) filter (where received <> stored + duplicate + rejected + dead_lettered)
            as wrong_minutes,
        min(minute) filter (where received <> stored + duplicate + rejected + dead_lettered)
            as first_wrong
    from issue_ledger
),
positions as (
    select coalesce(sum(received_total), 0)::bigint as written_total,
        coalesce(sum(missing), 0)::bigint as missing
    from issue_positions
)
select received, stored, duplicate, rejected, dead_lettered, 0::bigint as erased, written_total, missing,
    wrong_minutes, first_wrong
from summed, positions
