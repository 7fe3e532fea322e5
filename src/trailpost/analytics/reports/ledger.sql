-- Minutes of receipt, added up by step. Project 0 is what could not be attributed.
with summed as (
    select width_bucket(minute, %(edges)s::timestamptz[]) as step,
        sum(received) as received,
        sum(stored) as stored,
        sum(duplicate) as duplicate,
        sum(rejected) as rejected,
        sum(dead_lettered) as dead_lettered,
        sum(erased) as erased
    from ingest_ledger
    where project_id in (%(project_id)s::int, 0)
      and minute >= %(start)s::timestamptz and minute < %(end)s::timestamptz
    group by 1
)
select edge.at as starts_at,
    coalesce(s.received, 0)::bigint as received,
    coalesce(s.stored, 0)::bigint as stored,
    coalesce(s.duplicate, 0)::bigint as duplicate,
    coalesce(s.rejected, 0)::bigint as rejected,
    coalesce(s.dead_lettered, 0)::bigint as dead_lettered,
    coalesce(s.erased, 0)::bigint as erased
from unnest(%(edges)s::timestamptz[]) with ordinality as edge (at, step)
left join summed s on s.step = edge.step
order by edge.at
