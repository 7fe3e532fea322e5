-- Seconds from a step to the end, over the last 200 runs that went well at the first attempt.
select count(*)::int as runs,
    percentile_cont(0.5) within group (order by rest) as rest_p50,
    percentile_cont(0.9) within group (order by rest) as rest_p90,
    percentile_cont(0.5) within group (order by waited) as wait_p50,
    percentile_cont(0.9) within group (order by waited) as wait_p90
from (
    select waited, (select sum(s) from unnest(seconds) with ordinality as t (s, n)
                    where n >= %(first)s::int)::float8 as rest
    from job_attempt
    where kind = %(kind)s::text and variant = %(variant)s::text and outcome = 'COMPLETED'
        and attempt = 1
    order by finished_at desc limit 200
) as clean
