-- A step without a configured session has no price.
select edge.at as starts_at,
    coalesce(s.sessions, 0)::bigint as sessions,
    (s.price_cents / 100.0 / s.sessions)::numeric(14, 2) as average,
    (s.quantiles[2] / 100.0)::numeric(14, 2) as median,
    (s.quantiles[1] / 100.0)::numeric(14, 2) as p10,
    (s.quantiles[3] / 100.0)::numeric(14, 2) as p90,
    coalesce(s.price_cents / 100.0, 0)::numeric(14, 2) as total
from unnest(%(edges)s::timestamptz[]) with ordinality as edge (at, step)
left join price_figures(
    %(project_id)s::int, %(closed)s::date[], %(live_from)s::timestamptz[],
    %(live_until)s::timestamptz[], %(bots)s::boolean, %(filters)s::jsonb,
    %(edges)s::timestamptz[], false, null, array[0.1, 0.5, 0.9]) s on s.step = edge.step
order by edge.at
