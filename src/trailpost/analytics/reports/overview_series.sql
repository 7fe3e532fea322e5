-- The same sums by step. A step with no session says 0: that is known.
with summed as (
    select width_bucket(bucket, %(edges)s::timestamptz[]) as step,
        sum(sessions) as sessions,
        sum(engaged) as engaged,
        sum(converted) as converted,
        sum(configured) as configured,
        sum(configured_value) as configured_value,
        sum(duration) as duration,
        sum(bounced) as bounced,
        sum(completion_known) as completion_known,
        sum(completion_sum) as completion_sum
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
    coalesce(s.configured_value, 0)::numeric as configured_value,
    coalesce(s.configured, 0)::bigint as configured,
    round(s.configured_value / nullif(s.configured, 0), 2) as average_configured_value,
    (s.duration / nullif(s.sessions, 0)::float8)::float8 as average_duration,
    (100.0 * s.bounced / nullif(s.sessions, 0))::float8 as bounce_rate,
    (s.completion_sum / nullif(s.completion_known, 0)::float8)::float8 as completion
from unnest(%(edges)s::timestamptz[]) with ordinality as edge (at, step)
left join summed s on s.step = edge.step
order by edge.at
