-- How much of the traffic the cohorts speak for.
select k.sessions, k.recognised, (100.0 * k.recognised / nullif(k.sessions, 0))::float8 as share
from (
    select
        (select coalesce(sum(r.sessions), 0)::bigint
         from rollup_sessions r
         where r.project_id = %(project_id)s::int
           and r.bucket >= %(start)s::timestamptz and r.bucket < %(end)s::timestamptz
           and (not r.is_bot or %(bots)s::boolean)) as sessions,
        (select count(*)
         from user_sessions s
         where s.project_id = %(project_id)s::int and s.is_recognised
           and s.start_time >= %(start)s::timestamptz and s.start_time < %(end)s::timestamptz
           and (not s.is_bot or %(bots)s::boolean)) as recognised
) as k
