-- Sums, extremes and sketches of the batch's timings, by metric and endpoint.
with binned as (
    select e.project_id, e.bucket, coalesce(a.is_bot, false) as is_bot, e.metric_name,
        coalesce(e.endpoint, '') as endpoint, log_bin(e.metric_value) as bin, count(*) as n,
        sum(e.metric_value) as total, min(e.metric_value) as lowest,
        max(e.metric_value) as highest, count(e.status) as answered,
        count(*) filter (where e.status >= 500) as failed
    from stored_timings e
    left join sessions_after a on a.project_id = e.project_id and a.session_id = e.session_id
    group by 1, 2, 3, 4, 5, 6
)
insert into rollup_timings as kept (
    project_id, bucket, is_bot, metric_name, endpoint, events, total, lowest, highest, sketch,
    answered, failed)
select project_id, bucket, is_bot, metric_name, endpoint, sum(n), sum(total), min(lowest),
    max(highest), array_agg(bin::bigint << 40 | n order by bin), sum(answered), sum(failed)
from binned
group by 1, 2, 3, 4, 5
order by 1, 2, 3, 4, 5
on conflict (project_id, bucket, is_bot, metric_name, endpoint) do update set
    events = kept.events + excluded.events,
    total = kept.total + excluded.total,
    lowest = least(kept.lowest, excluded.lowest),
    highest = greatest(kept.highest, excluded.highest),
    sketch = sketch_merge(kept.sketch, excluded.sketch),
    answered = kept.answered + excluded.answered,
    failed = kept.failed + excluded.failed
