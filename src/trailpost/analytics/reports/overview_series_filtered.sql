-- The same sums by step, from the sessions themselves.
with summed as (
    select width_bucket(s.start_time, %(edges)s::timestamptz[]) as step,
        count(*) as sessions,
        sum(m.engaged) as engaged,
        sum(m.converted) as converted,
        sum(m.configured) as configured,
        sum(m.configured_value) as configured_value,
        sum(m.duration) as duration,
        sum(m.bounced) as bounced,
        sum(m.completion_known) as completion_known,
        sum(m.completion_sum) as completion_sum
    from sessions_in(
        %(project_id)s::int, %(start)s::timestamptz, %(end)s::timestamptz, %(bots)s::boolean,
        %(filters)s::jsonb) s
    cross join lateral session_measures(
        s.start_time, s.session_duration, s.total_interactions, s.total_choices,
        s.conversion_status, s.total_price, s.completion) m
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
