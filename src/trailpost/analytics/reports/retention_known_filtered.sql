select k.sessions, k.recognised, (100.0 * k.recognised / nullif(k.sessions, 0))::float8 as share
from (
    select count(*) as sessions, count(*) filter (where s.is_recognised) as recognised
    from sessions_in(
        %(project_id)s::int, %(start)s::timestamptz, %(end)s::timestamptz, %(bots)s::boolean,
        %(filters)s::jsonb) s
) as k
