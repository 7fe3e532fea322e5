select
    f.price_list_version as version,
    f.sessions,
    f.first_start as first_seen,
    f.last_start as last_seen,
    (f.price_cents / f.sessions / 100.0)::numeric(14, 2) as average,
    (f.quantiles[1] / 100.0)::numeric(14, 2) as median,
    (100.0 * f.converted / f.sessions)::float8 as conversion_rate
from price_figures(
    %(project_id)s::int, %(closed)s::date[], %(live_from)s::timestamptz[],
    %(live_until)s::timestamptz[], %(bots)s::boolean, %(filters)s::jsonb, '{}', true, 100,
    array[0.5]) f
order by f.sessions desc, f.price_list_version
