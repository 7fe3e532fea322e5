-- Our own server, all projects together; the routes that took the most time first.
with found as materialized (
    select q.* from request_quarters q
    where q.bucket >= %(start)s::timestamptz and q.bucket < %(end)s::timestamptz
),
binned as (
    select f.method, f.route, c.bin, sum(c.n)::bigint as n
    from found f, sketch_cells(f.sketch) c
    group by 1, 2, 3
),
quantiles as (
    select b.method, b.route, bin_quantiles(
        array_agg(b.bin), array_agg(b.n), array[0.5, 0.95, 0.99]) as q
    from binned b
    group by 1, 2
),
sums as (
    select f.method, f.route, sum(f.requests) as requests, sum(f.failed) as failed,
        sum(f.total_ms) as total_ms, max(f.max_ms) as max_ms
    from found f group by 1, 2
)
select s.method, s.route,
    s.requests::bigint as requests,
    q.q[1] as p50, q.q[2] as p95, q.q[3] as p99,
    s.max_ms::float8 as slowest,
    (100.0 * s.failed / nullif(s.requests, 0))::float8 as error_rate
from sums s
left join quantiles q on q.method = s.method and q.route = s.route
order by s.total_ms desc, s.route, s.method
limit 50
