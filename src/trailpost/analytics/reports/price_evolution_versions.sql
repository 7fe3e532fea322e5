select
    c.price_list_version as version,
    count(*)::bigint as sessions,
    min(c.start_time) as first_seen,
    max(c.start_time) as last_seen,
    (avg(c.price_cents) / 100.0)::numeric(14, 2) as average,
    (percentile_disc(0.5) within group (order by c.price_cents) / 100.0)::numeric(14, 2)
        as median,
    (100.0 * count(*) filter (where c.is_converted) / count(*))::float8 as conversion_rate
from configured_over(
    %(project_id)s::int, %(closed)s::date[], %(live_from)s::timestamptz[],
    %(live_until)s::timestamptz[], %(bots)s::boolean, %(filters)s::jsonb) c
group by c.price_list_version
order by sessions desc, c.price_list_version
limit 100
