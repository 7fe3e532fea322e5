-- Exact quantiles: the price at or above which the share of the sessions begins.
select
    coalesce(f.sessions, 0)::bigint as sessions,
    (f.lowest / 100.0)::numeric(14, 2) as lowest,
    (f.quantiles[1] / 100.0)::numeric(14, 2) as p10,
    (f.quantiles[2] / 100.0)::numeric(14, 2) as median,
    (f.price_cents / f.sessions / 100.0)::numeric(14, 2) as average,
    (f.quantiles[3] / 100.0)::numeric(14, 2) as p90,
    (f.highest / 100.0)::numeric(14, 2) as highest
from (select) as always
left join price_figures(
    %(project_id)s::int, %(closed)s::date[], %(live_from)s::timestamptz[],
    %(live_until)s::timestamptz[], %(bots)s::boolean, %(filters)s::jsonb, '{}', false, null,
    array[0.1, 0.5, 0.9]) f on true
