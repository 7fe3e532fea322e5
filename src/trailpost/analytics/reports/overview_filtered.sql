-- The figures of overview.sql from the sessions themselves, for filters that rollups do not know.
with found as materialized (
    select s.start_time >= %(start)s::timestamptz as is_now, s.visitor, s.is_bot,
        utc_day(s.start_time) as day, m.converted, m.configured, m.configured_value, m.duration,
        m.bounced, m.engaged, m.completion_known, m.completion_sum
    from sessions_in(
        %(project_id)s::int, %(previous_start)s::timestamptz, %(end)s::timestamptz,
        %(bots)s::boolean, %(filters)s::jsonb) s
    cross join lateral session_measures(
        s.start_time, s.session_duration, s.total_interactions, s.total_choices,
        s.conversion_status, s.total_price, s.completion) m
    where s.start_time >= %(start)s::timestamptz or s.start_time < %(previous_end)s::timestamptz
),
sums as (
    select is_now,
        count(*) as sessions,
        sum(converted) as converted,
        sum(configured) as configured,
        sum(configured_value) as configured_value,
        sum(duration)::numeric as duration,
        sum(bounced) as bounced,
        sum(engaged) as engaged,
        sum(completion_known) as completion_known,
        sum(completion_sum)::numeric as completion_sum
    from found
    group by is_now
),
visits as (
    select is_now, count(*) as visitors
    from (select distinct is_now, is_bot, visitor, day from found) as one
    group by is_now
),
figures as (
    select period.is_now,
        coalesce(s.sessions, 0)::bigint as sessions,
        coalesce(v.visitors, 0)::bigint as visitors,
        coalesce(s.converted, 0)::bigint as converted,
        (100.0 * s.converted / nullif(s.sessions, 0))::float8 as conversion_rate,
        coalesce(s.configured, 0)::bigint as configured,
        round(s.configured_value / nullif(s.configured, 0), 2) as average_configured_value,
        coalesce(s.configured_value, 0) as total_configured_value,
        (s.duration / nullif(s.sessions, 0))::float8 as average_duration,
        (100.0 * s.bounced / nullif(s.sessions, 0))::float8 as bounce_rate,
        (100.0 * s.engaged / nullif(s.sessions, 0))::float8 as engaged_rate,
        (s.completion_sum / nullif(s.completion_known, 0))::float8 as completion
    from (values (true), (false)) as period (is_now)
    left join sums s on s.is_now = period.is_now
    left join visits v on v.is_now = period.is_now
),
active as (
    select count(*)::bigint as sessions
    from sessions_in(
        %(project_id)s::int, '-infinity', 'infinity', %(bots)s::boolean, %(filters)s::jsonb) s
    where s.last_bucket >= bucket_of(%(now)s::timestamptz - interval '5 minutes')
      and s.last_bucket <= %(now)s::timestamptz
      and s.last_activity > %(now)s::timestamptz - interval '5 minutes'
      and s.last_activity <= %(now)s::timestamptz
)
select
    f.sessions, f.visitors, f.converted, f.conversion_rate, f.configured,
    f.average_configured_value, f.total_configured_value, f.average_duration, f.bounce_rate,
    f.engaged_rate, f.completion,
    active.sessions as active_now,
    p.sessions as previous_sessions,
    p.visitors as previous_visitors,
    p.converted as previous_converted,
    p.conversion_rate as previous_conversion_rate,
    p.configured as previous_configured,
    p.average_configured_value as previous_average_configured_value,
    p.total_configured_value as previous_total_configured_value,
    p.average_duration as previous_average_duration,
    p.bounce_rate as previous_bounce_rate,
    p.engaged_rate as previous_engaged_rate,
    p.completion as previous_completion
from figures f, figures p, active
where f.is_now and not p.is_now
