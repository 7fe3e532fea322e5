-- Every metric over the whole period.
with found as materialized (
    select t.*
    from timings_over(
        %(project_id)s::int, %(zone)s::text, %(step)s::text, %(closed)s::date[],
        %(live_from)s::timestamptz[], %(live_until)s::timestamptz[], %(bots)s::boolean) t
),
binned as (
    select f.metric_name, c.bin, sum(c.n)::bigint as n
    from found f, sketch_cells(f.sketch) c
    group by 1, 2
),
quantiles as (
    select b.metric_name, bin_quantiles(
        array_agg(b.bin), array_agg(b.n), array[0.5, 0.75, 0.95, 0.99]) as q
    from binned b
    group by b.metric_name
),
sums as (
    select f.metric_name, sum(f.events) as events, sum(f.total) as total
    from found f group by f.metric_name
)
select s.metric_name as metric,
    case when lower(s.metric_name) <> 'cls' then 'ms' end::text as unit,
    s.events::bigint as measurements,
    q.q[1] as p50, q.q[2] as p75, q.q[3] as p95, q.q[4] as p99,
    (s.total / s.events)::float8 as average
from sums s join quantiles q on q.metric_name = s.metric_name
order by s.events desc, s.metric_name
limit 200
