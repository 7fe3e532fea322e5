-- The same by 15 minutes, with a sketch of the times. Each sketch comes as the text of an array.
insert into request_quarters as q (
    bucket, method, route, requests, failed, total_ms, max_ms, sketch)
select bucket_of(to_timestamp(minute / 1000000)), method, route, sum(requests),
    coalesce(sum(requests) filter (where status >= 500), 0), sum(total_ms), max(max_ms),
    sketch_sum(sketch::bigint[])
from unnest(
    %(minutes)s::bigint[], %(methods)s::text[], %(routes)s::text[], %(statuses)s::int[],
    %(requests)s::bigint[], %(total_ms)s::float8[], %(max_ms)s::float8[], %(sketches)s::text[]
) as t (minute, method, route, status, requests, total_ms, max_ms, sketch)
group by 1, 2, 3
order by 1, 2, 3
on conflict (bucket, method, route) do update
set requests = q.requests + excluded.requests,
    failed = q.failed + excluded.failed,
    total_ms = q.total_ms + excluded.total_ms,
    max_ms = greatest(q.max_ms, excluded.max_ms),
    sketch = sketch_merge(q.sketch, excluded.sketch)
