-- Bands of the core web vitals as the browser makers draw them, https://web.dev/articles/vitals .
-- A value within 2 %% of a border may fall on its other side; the rating follows the bands.
with known (metric, place, good, poor) as (
    values ('lcp', 1, 2500.0::float8, 4000.0::float8), ('inp', 2, 200, 500),
        ('cls', 3, 0.1, 0.25), ('fcp', 4, 1800, 3000), ('ttfb', 5, 800, 1800)
),
binned as (
    select lower(t.metric_name) as metric, c.bin, sum(c.n)::bigint as n
    from timings_over(
        %(project_id)s::int, %(zone)s::text, %(step)s::text, %(closed)s::date[],
        %(live_from)s::timestamptz[], %(live_until)s::timestamptz[], %(bots)s::boolean) t,
        sketch_cells(t.sketch) c
    where lower(t.metric_name) in ('lcp', 'inp', 'cls', 'fcp', 'ttfb')
    group by 1, 2
),
banded as (
    select k.metric, k.place, k.good, k.poor, sum(b.n) as events,
        coalesce(sum(b.n) filter (where b.bin <= log_bin(k.good)), 0) as is_good,
        coalesce(sum(b.n) filter (where b.bin > log_bin(k.poor)), 0) as is_poor,
        bin_quantile(array_agg(b.bin), array_agg(b.n), 0.75) as p75
    from known k join binned b on b.metric = k.metric
    group by 1, 2, 3, 4
)
select b.metric::text as metric,
    case when b.metric <> 'cls' then 'ms' end::text as unit,
    b.events::bigint as measurements,
    (100.0 * b.is_good / b.events)::float8 as good,
    (100.0 * (b.events - b.is_good - b.is_poor) / b.events)::float8 as needs_improvement,
    (100.0 * b.is_poor / b.events)::float8 as poor,
    b.p75::float8 as p75,
    (case when log_bin(b.p75) <= log_bin(b.good) then 'good'
        when log_bin(b.p75) <= log_bin(b.poor) then 'needs improvement' else 'poor' end)::text as rating,
    b.good as good_up_to,
    b.poor as poor_above
from banded b
order by b.place
