-- The slowest first, of those that the product measured.
with found as materialized (
    select t.*
    from timings_over(
        %(project_id)s::int, %(zone)s::text, %(step)s::text, %(closed)s::date[],
        %(live_from)s::timestamptz[], %(live_until)s::timestamptz[], %(bots)s::boolean) t
    where t.endpoint <> ''
      and (%(metric)s::text is null or t.metric_name = %(metric)s::text)
),
binned as (
    select f.endpoint, f.metric_name, c.bin, sum(c.n)::bigint as n
    from found f, sketch_cells(f.sketch) c
    group by 1, 2, 3
),
quantiles as (
    select b.endpoint, b.metric_name, bin_quantiles(
        array_agg(b.bin), array_agg(b.n), array[0.5, 0.95, 0.99]) as q
    from binned b
    group by 1, 2
),
sums as (
    select f.endpoint, f.metric_name, sum(f.events) as events, sum(f.answered) as answered,
        sum(f.failed) as failed
    from found f group by 1, 2
)
select s.endpoint, s.metric_name as metric,
    case when lower(s.metric_name) <> 'cls' then 'ms' end::text as unit,
    s.events::bigint as measurements,
    q.q[1] as p50, q.q[2] as p95, q.q[3] as p99,
    (100.0 * s.failed / nullif(s.answered, 0))::float8 as error_rate
from sums s
join quantiles q on q.endpoint = s.endpoint and q.metric_name = s.metric_name
order by q.q[2] desc, s.endpoint, s.metric_name
limit 50
