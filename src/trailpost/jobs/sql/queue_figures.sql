-- Each queue now, and its attempts since a moment.
with now_on as (
    select queue, count(*) filter (where status = 'PENDING')::int as waiting,
        count(*) filter (where status = 'PROCESSING')::int as running,
        min(run_after) filter (where status = 'PENDING' and run_after <= clock_timestamp())
            as oldest_waiting
    from job where status in ('PENDING', 'PROCESSING') group by queue
), ended as (
    select queue, count(*) filter (where outcome = 'COMPLETED')::int as completed,
        count(*) filter (where outcome = 'FAILED')::int as failed,
        count(*) filter (where outcome = 'RETRIED')::int as retries,
        count(*) filter (where outcome = 'LOST')::int as lost,
        percentile_cont(0.5) within group (order by waited) as wait_p50,
        percentile_cont(0.95) within group (order by waited) as wait_p95,
        percentile_cont(0.5) within group (order by extract(epoch from finished_at - started_at)::float8)
            filter (where outcome = 'COMPLETED') as run_p50,
        percentile_cont(0.95) within group (order by extract(epoch from finished_at - started_at)::float8)
            filter (where outcome = 'COMPLETED') as run_p95
    from job_attempt where finished_at >= %(since)s::timestamptz group by queue
)
select coalesce(q.name, n.queue, e.queue) as queue,
    (q.paused_at is not null) as paused,
    coalesce(n.waiting, 0) as waiting,
    coalesce(n.running, 0) as running,
    n.oldest_waiting,
    coalesce(e.completed, 0) as completed,
    coalesce(e.failed, 0) as failed,
    e.completed::float8 / nullif(e.completed + e.failed, 0) as success_rate,
    coalesce(e.retries, 0) as retries,
    coalesce(e.lost, 0) as lost,
    e.wait_p50, e.wait_p95, e.run_p50, e.run_p95
from job_queue q
full join now_on n on n.queue = q.name
full join ended e on e.queue = coalesce(q.name, n.queue)
order by 1
