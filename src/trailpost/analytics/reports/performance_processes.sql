-- Each of our processes that ran in the period; those that still run first.
select s.process,
    count(*)::bigint as samples,
    min(s.at) as first_seen,
    max(s.at) as last_seen,
    (array_agg(s.cpu_percent order by s.at desc))[1]::float8 as cpu_now,
    avg(s.cpu_percent)::float8 as cpu_average,
    max(s.cpu_percent)::float8 as cpu_highest,
    (array_agg(s.rss_bytes order by s.at desc))[1]::bigint as memory_now,
    max(s.rss_bytes)::bigint as memory_highest
from process_samples s
where s.at >= %(start)s::timestamptz and s.at < %(end)s::timestamptz
group by s.process
order by max(s.at) desc, s.process
limit 100
