-- The same sums by step, from the sessions themselves.
with found as materialized (
    select width_bucket(s.start_time, %(edges)s::timestamptz[]) as step, s.visitor, s.is_bot,
        utc_day(s.start_time) as day, m.converted, m.configured, m.configured_value, m.duration,
        m.bounced, m.engaged, m.completion_known, m.completion_sum
    from sessions_in(
        %(project_id)s::int, %(start)s::timestamptz, %(end)s::timestamptz, %(bots)s::boolean,
        %(filters)s::jsonb) s
    cross join lateral session_measures(
        s.start_time, s.session_duration, s.total_interactions, s.total_choices,
        s.conversion_status, s.total_price, s.completion) m
),
summed as (
    select step,
        count(*) as sessions,
        sum(engaged) as engaged,
        sum(converted) as converted,
        sum(configured) as configured,
        sum(configured_value) as configured_value,
        sum(duration) as duration,
        sum(bounced) as bounced,
        sum(completion_known) as completion_known,
        sum(completion_sum) as completion_sum
    from found
    group by step
),
visits as (
    select one.step, count(*) as visitors
    from (
        select min(step) as step from found group by is_bot, visitor, day
    ) as one
    group by one.step
)
select edge.at as starts_at,
    coalesce(s.sessions, 0)::bigint as sessions,
    coalesce(v.visitors, 0)::bigint as visitors,
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
left join visits v on v.step = edge.step
order by edge.at
