-- One metric by step of time: the one asked for, else the one with the most measurements.
with found as materialized (
    select t.*
    from timings_over(
        %(project_id)s::int, %(zone)s::text, %(step)s::text, %(closed)s::date[],
        %(live_from)s::timestamptz[], %(live_until)s::timestamptz[], %(bots)s::boolean) t
    where (%(metric)s::text is null or t.metric_name = %(metric)s::text)
      and (%(endpoint)s::text is null or t.endpoint = %(endpoint)s::text)
),
shown as (
    select f.metric_name from found f
    group by f.metric_name order by sum(f.events) desc, f.metric_name limit 1
),
mine as (
    select width_bucket(f.at, %(edges)s::timestamptz[]) as step, f.*
    from found f join shown s on s.metric_name = f.metric_name
),
binned as (
    select m.step, c.bin, sum(c.n)::bigint as n
    from mine m, sketch_cells(m.sketch) c
    group by 1, 2
),
quantiles as (
    select b.step, bin_quantiles(
        array_agg(b.bin), array_agg(b.n), array[0.5, 0.75, 0.95, 0.99]) as q
    from binned b
    group by b.step
),
sums as (
    select m.step, sum(m.events) as events, sum(m.total) as total from mine m group by m.step
)
select edge.at as starts_at,
    shown.metric_name as metric,
    case when lower(shown.metric_name) <> 'cls' then 'ms' end::text as unit,
    coalesce(s.events, 0)::bigint as measurements,
    q.q[1] as p50, q.q[2] as p75, q.q[3] as p95, q.q[4] as p99,
    (s.total / nullif(s.events, 0))::float8 as average
from shown
cross join unnest(%(edges)s::timestamptz[]) with ordinality as edge (at, step)
left join sums s on s.step = edge.step
left join quantiles q on q.step = edge.step
order by edge.at
