-- Every hour of the week, also those in which nobody came. Buckets of 15 minutes fit the hours of
-- every zone.
with counted as (
    select extract(isodow from r.bucket at time zone %(zone)s::text)::int as weekday,
        extract(hour from r.bucket at time zone %(zone)s::text)::int as hour,
        sum(r.sessions)::bigint as sessions, sum(r.converted)::bigint as converted
    from rollup_sessions r
    where r.project_id = %(project_id)s::int
      and r.bucket >= %(start)s::timestamptz and r.bucket < %(end)s::timestamptz
      and (not r.is_bot or %(bots)s::boolean)
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
