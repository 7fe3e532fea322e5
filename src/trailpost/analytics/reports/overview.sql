-- Sums over the rollups of the period and of the one before. A visitor counts in the bucket of
-- its first session of a UTC day; where a period begins within such a day, those who had come
-- before it and came again are added, from sessions of that one day.
with spans as (
    select *
    from (values
        (true, %(start)s::timestamptz, %(end)s::timestamptz, %(day_before)s::timestamptz,
         %(day_after)s::timestamptz),
        (false, %(previous_start)s::timestamptz, %(previous_end)s::timestamptz,
         %(previous_day_before)s::timestamptz, %(previous_day_after)s::timestamptz)
    ) as span (is_now, start, until, day_before, day_after)
),
totals as (
    select span.is_now,
        coalesce(sum(r.sessions), 0) as sessions,
        coalesce(sum(r.visitors), 0) as visitors,
        coalesce(sum(r.converted), 0) as converted,
        coalesce(sum(r.configured), 0) as configured,
        coalesce(sum(r.configured_value), 0) as configured_value,
        coalesce(sum(r.duration), 0) as duration,
        coalesce(sum(r.bounced), 0) as bounced,
        coalesce(sum(r.engaged), 0) as engaged,
        coalesce(sum(r.completion_known), 0) as completion_known,
        coalesce(sum(r.completion_sum), 0) as completion_sum
    from spans span
    left join rollup_sessions r
      on r.project_id = %(project_id)s::int
     and r.bucket >= span.start and r.bucket < span.until
     and (not r.is_bot or %(bots)s::boolean)
    group by span.is_now
),
returned as (
    select span.is_now, count(distinct (s.visitor, s.is_bot)) as visitors
    from spans span
    join user_sessions s
      on s.project_id = %(project_id)s::int
     and s.start_time >= span.start and s.start_time < least(span.day_after, span.until)
     and (not s.is_bot or %(bots)s::boolean)
    where exists (
        select from user_sessions earlier
        where earlier.project_id = s.project_id and earlier.is_bot = s.is_bot
          and earlier.visitor = s.visitor
          and earlier.start_time >= span.day_before and earlier.start_time < span.start)
    group by span.is_now
),
figures as (
    select t.is_now,
        t.sessions::bigint as sessions,
        (t.visitors + coalesce(r.visitors, 0))::bigint as visitors,
        t.converted::bigint as converted,
        (100.0 * t.converted / nullif(t.sessions, 0))::float8 as conversion_rate,
        t.configured::bigint as configured,
        round(t.configured_value / nullif(t.configured, 0), 2) as average_configured_value,
        t.configured_value as total_configured_value,
        (t.duration / nullif(t.sessions, 0))::float8 as average_duration,
        (100.0 * t.bounced / nullif(t.sessions, 0))::float8 as bounce_rate,
        (100.0 * t.engaged / nullif(t.sessions, 0))::float8 as engaged_rate,
        (t.completion_sum / nullif(t.completion_known, 0))::float8 as completion
    from totals t left join returned r on r.is_now = t.is_now
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
