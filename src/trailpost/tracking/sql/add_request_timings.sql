insert into request_timings as r (minute, method, route, status, requests, total_ms, max_ms)
select to_timestamp(minute / 1000000), method, route, status::smallint, sum(requests), sum(total_ms),
    max(max_ms)
from unnest(
    %(minutes)s::bigint[], %(methods)s::text[], %(routes)s::text[], %(statuses)s::int[],
    %(requests)s::bigint[], %(total_ms)s::float8[], %(max_ms)s::float8[]
) as t (minute, method, route, status, requests, total_ms, max_ms)
group by 1, 2, 3, 4
order by 1, 2, 3, 4
on conflict (minute, method, route, status) do update
set requests = r.requests + excluded.requests,
    total_ms = r.total_ms + excluded.total_ms,
    max_ms = greatest(r.max_ms, excluded.max_ms)
