-- The 96 quarters of an hour up to the one that runs. A session is active until 5 minutes after
-- its last event, so an index range of the last day holds all there is to read.
with found as (
    select
        greatest(
            bucket_of(s.start_time),
            bucket_of(%(now)s::timestamptz) - interval '23 hours 45 minutes') as began,
        bucket_of(s.last_activity + interval '5 minutes' - interval '1 microsecond') as ended
    from user_sessions s
    where s.project_id = %(project_id)s::int and (not s.is_bot or %(bots)s::boolean)
      and s.last_bucket >= bucket_of(
          bucket_of(%(now)s::timestamptz) - interval '23 hours 50 minutes')
      and s.last_bucket <= %(now)s::timestamptz
      and s.last_activity > bucket_of(%(now)s::timestamptz) - interval '23 hours 50 minutes'
      and s.last_activity <= %(now)s::timestamptz
),
counted as (
    select quarter.at, count(*) as sessions
    from found f, generate_series(f.began, f.ended, interval '15 minutes') as quarter (at)
    group by quarter.at
)
select step.at as starts_at, coalesce(c.sessions, 0)::bigint as active_sessions
from generate_series(
    bucket_of(%(now)s::timestamptz) - interval '23 hours 45 minutes',
    bucket_of(%(now)s::timestamptz), interval '15 minutes') as step (at)
left join counted c on c.at = step.at
order by step.at
