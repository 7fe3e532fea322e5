-- The same sums by step. A step with no session says 0: that is known.
with summed as (
    select width_bucket(bucket, %(edges)s::timestamptz[]) as step,
        sum(sessions) as sessions,
        sum(engaged) as engaged,
        sum(converted) as converted,
        sum(configured_value) as configured_value
    from rollup_sessions
    where project_id = %(project_id)s::int
      and bucket >= %(start)s::timestamptz and bucket < %(end)s::timestamptz
      and (not is_bot or %(bots)s::boolean)
    group by 1
)
select edge.at as starts_at,
    coalesce(s.sessions, 0)::bigint as sessions,
    coalesce(s.engaged, 0)::bigint as engaged,
    coalesce(s.converted, 0)::bigint as converted,
    coalesce(s.configured_value, 0)::numeric as configured_value
from unnest(%(edges)s::timestamptz[]) with ordinality as edge (at, step)
left join summed s on s.step = edge.step
order by edge.at
