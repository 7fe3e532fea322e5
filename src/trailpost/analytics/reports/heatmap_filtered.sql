with counted as (
    select extract(isodow from s.start_time at time zone %(zone)s::text)::int as weekday,
        extract(hour from s.start_time at time zone %(zone)s::text)::int as hour,
        count(*) as sessions,
        count(*) filter (where s.conversion_status = 'converted') as converted
    from sessions_in(
        %(project_id)s::int, %(start)s::timestamptz, %(end)s::timestamptz, %(bots)s::boolean,
        %(filters)s::jsonb) s
    group by 1, 2
)
select day.n as weekday, hour.n as hour,
    coalesce(c.sessions, 0)::bigint as sessions,
    coalesce(c.converted, 0)::bigint as converted,
    (100.0 * c.converted / nullif(c.sessions, 0))::float8 as conversion_rate
from generate_series(1, 7) as day (n)
cross join generate_series(0, 23) as hour (n)
left join counted c on c.weekday = day.n and c.hour = hour.n
order by day.n, hour.n
