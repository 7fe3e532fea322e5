-- Sums over the rollups of the period and of the one before. A visitor counts in the bucket of
-- its first session of a UTC day; where a period begins within such a day, those who had come
-- before it and came again are added, from sessions of that one day.
with sums as (
    select bucket >= %(start)s::timestamptz as is_now,
        sum(sessions) as sessions,
        sum(visitors) as visitors,
        sum(converted) as converted,
        sum(configured) as configured,
        sum(configured_value) as configured_value,
        sum(duration) as duration,
        sum(bounced) as bounced,
        sum(engaged) as engaged,
        sum(completion_known) as completion_known,
        sum(completion_sum) as completion_sum
    from rollup_sessions
    where project_id = %(project_id)s::int
      and bucket >= %(previous_start)s::timestamptz and bucket < %(end)s::timestamptz
      and (bucket >= %(start)s::timestamptz or bucket < %(previous_end)s::timestamptz)
      and (not is_bot or %(bots)s::boolean)
    group by 1
),
returned as (
    select true as is_now, count(*) as visitors
    from (
        select visitor, is_bot from user_sessions
        where project_id = %(project_id)s::int and (not is_bot or %(bots)s::boolean)
          and start_time >= %(start)s::timestamptz
          and start_time < least(%(day_after)s::timestamptz, %(end)s::timestamptz)
        intersect
        select visitor, is_bot from user_sessions
        where project_id = %(project_id)s::int and (not is_bot or %(bots)s::boolean)
          and start_time >= %(day_before)s::timestamptz and start_time < %(start)s::timestamptz
    ) as now
    union all
    select false, count(*)
    from (
        select visitor, is_bot from user_sessions
        where project_id = %(project_id)s::int and (not is_bot or %(bots)s::boolean)
          and start_time >= %(previous_start)s::timestamptz
          and start_time < least(
              %(previous_day_after)s::timestamptz, %(previous_end)s::timestamptz)
        intersect
        select visitor, is_bot from user_sessions
        where project_id = %(project_id)s::int and (not is_bot or %(bots)s::boolean)
          and start_time >= %(previous_day_before)s::timestamptz
          and start_time < %(previous_start)s::timestamptz
    ) as previous
),
totals as (
    select r.is_now,
        coalesce(s.sessions, 0) as sessions,
        coalesce(s.visitors, 0) + r.visitors as visitors,
        coalesce(s.converted, 0) as converted,
        coalesce(s.configured, 0) as configured,
        coalesce(s.configured_value, 0) as configured_value,
        s.duration,
        s.bounced,
        s.engaged,
        s.completion_known,
        s.completion_sum
    from returned r left join sums s on s.is_now = r.is_now
),
figures as (
    select t.is_now,
        t.sessions::bigint as sessions,
        t.visitors::bigint as visitors,
        t.converted::bigint as converted,
        (100.0 * t.converted / nullif(t.sessions, 0))::float8 as conversion_rate,
        t.configured::bigint as configured,
        round(t.configured_value / nullif(t.configured, 0), 2) as average_configured_value,
        t.configured_value as total_configured_value,
        (t.duration / nullif(t.sessions, 0))::float8 as average_duration,
        (100.0 * t.bounced / nullif(t.sessions, 0))::float8 as bounce_rate,
        (100.0 * t.engaged / nullif(t.sessions, 0))::float8 as engaged_rate,
        (t.completion_sum / nullif(t.completion_known, 0))::float8 as completion
    from totals t
),
active as (
    select count(*)::bigint as sessions
    from user_sessions
    where project_id = %(project_id)s::int
      and last_bucket >= bucket_of(%(now)s::timestamptz - interval '5 minutes')
      and last_bucket <= %(now)s::timestamptz
      and last_activity > %(now)s::timestamptz - interval '5 minutes'
      and last_activity <= %(now)s::timestamptz
      and (not is_bot or %(bots)s::boolean)
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
