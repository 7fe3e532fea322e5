insert into issue_ledger as l
    (minute, project_id, received, stored, duplicate, rejected, dead_lettered)
select to_timestamp(minute / 1000000), project_id, received, stored, duplicate, rejected, dead_lettered
from unnest(
    %(minutes)s::bigint[], %(project_ids)s::int[], %(received)s::bigint[], %(stored)s::bigint[],
    %(duplicate)s::bigint[], %(rejected)s::bigint[], %(dead_lettered)s::bigint[]
) as t (minute, project_id, received, stored, duplicate, rejected, dead_lettered)
order by 1, 2
on conflict (minute, project_id) do update
set received = l.received + excluded.received,
    stored = l.stored + excluded.stored,
    duplicate = l.duplicate + excluded.duplicate,
    rejected = l.rejected + excluded.rejected,
    dead_lettered = l.dead_lettered + excluded.dead_lettered
