-- A step without a configured session has no price.
with stepped as (
    select width_bucket(c.start_time, %(edges)s::timestamptz[]) as step, count(*) as sessions,
        sum(c.price_cents) as price_cents,
        percentile_disc(array[0.1, 0.5, 0.9]) within group (order by c.price_cents) as prices
    from configured_over(
        %(project_id)s::int, %(closed)s::date[], %(live_from)s::timestamptz[],
        %(live_until)s::timestamptz[], %(bots)s::boolean, %(filters)s::jsonb) c
    group by 1
)
select edge.at as starts_at,
    coalesce(s.sessions, 0)::bigint as sessions,
    (s.price_cents / 100.0 / s.sessions)::numeric(14, 2) as average,
    (s.prices[2] / 100.0)::numeric(14, 2) as median,
    (s.prices[1] / 100.0)::numeric(14, 2) as p10,
    (s.prices[3] / 100.0)::numeric(14, 2) as p90,
    coalesce(s.price_cents / 100.0, 0)::numeric(14, 2) as total
from unnest(%(edges)s::timestamptz[]) with ordinality as edge (at, step)
left join stepped s on s.step = edge.step
order by edge.at
