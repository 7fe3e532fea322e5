-- Apdex of our own server: https://www.apdex.org . A request is satisfied up to T, tolerated up to
-- 4 T, and frustrated beyond or when it failed.
with found as (
    select q.requests, q.failed, q.sketch from request_quarters q
    where q.bucket >= %(start)s::timestamptz and q.bucket < %(end)s::timestamptz
),
totals as (
    select sum(requests) as requests, sum(failed) as failed from found
),
binned as (
    select c.bin, sum(c.n) as n from found f, sketch_cells(f.sketch) c group by c.bin
),
quick as (
    select coalesce(sum(n) filter (where bin <= log_bin(100)), 0) as satisfied,
        coalesce(sum(n) filter (where bin > log_bin(100) and bin <= log_bin(400)), 0)
            as tolerated,
        sum(n) as counted,
        bin_quantiles(array_agg(bin), array_agg(n::bigint), array[0.5, 0.95]) as q
    from binned
),
rated as (
    select t.requests, t.failed, k.q,
        greatest(k.satisfied - t.failed + k.tolerated / 2.0, 0) / nullif(k.counted, 0) as apdex
    from totals t, quick k
)
select coalesce(r.requests, 0)::bigint as requests,
    r.q[1] as p50, r.q[2] as p95,
    (100.0 * r.failed / nullif(r.requests, 0))::float8 as error_rate,
    r.apdex::float8 as apdex,
    (case when r.apdex >= 0.94 then 'excellent' when r.apdex >= 0.85 then 'good'
        when r.apdex >= 0.7 then 'fair' when r.apdex >= 0.5 then 'poor'
        when r.apdex is not null then 'unacceptable' end)::text as rating
from rated r
