-- The same sums by step. A step with no session says 0: that is known. Who had come before the
-- period on the UTC day it begins in counts where it came first within the period, as in
-- overview.sql.
with summed as (
    select width_bucket(bucket, %(edges)s::timestamptz[]) as step,
        sum(sessions) as sessions,
        sum(visitors) as visitors,
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
),
returned as (
    select width_bucket(one.first_at, %(edges)s::timestamptz[]) as step, count(*) as visitors
    from (
        select visitor, is_bot, min(start_time) as first_at from user_sessions
        where project_id = %(project_id)s::int and (not is_bot or %(bots)s::boolean)
          and start_time >= %(start)s::timestamptz
          and start_time < least(%(day_after)s::timestamptz, %(end)s::timestamptz)
        group by visitor, is_bot
    ) as one
    join (
        select distinct visitor, is_bot from user_sessions
        where project_id = %(project_id)s::int and (not is_bot or %(bots)s::boolean)
          and start_time >= %(day_before)s::timestamptz and start_time < %(start)s::timestamptz
    ) as earlier on earlier.visitor = one.visitor and earlier.is_bot = one.is_bot
    group by 1
)
select edge.at as starts_at,
    coalesce(s.sessions, 0)::bigint as sessions,
    (coalesce(s.visitors, 0) + coalesce(r.visitors, 0))::bigint as visitors,
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
left join returned r on r.step = edge.step
order by edge.at
