-- Exact quantiles: the price at or above which the share of the sessions begins.
select
    count(*)::bigint as sessions,
    (min(c.price_cents) / 100.0)::numeric(14, 2) as lowest,
    (percentile_disc(0.1) within group (order by c.price_cents) / 100.0)::numeric(14, 2) as p10,
    (percentile_disc(0.5) within group (order by c.price_cents) / 100.0)::numeric(14, 2)
        as median,
    (avg(c.price_cents) / 100.0)::numeric(14, 2) as average,
    (percentile_disc(0.9) within group (order by c.price_cents) / 100.0)::numeric(14, 2) as p90,
    (max(c.price_cents) / 100.0)::numeric(14, 2) as highest
from configured_over(
    %(project_id)s::int, %(closed)s::date[], %(live_from)s::timestamptz[],
    %(live_until)s::timestamptz[], %(bots)s::boolean, %(filters)s::jsonb) c
