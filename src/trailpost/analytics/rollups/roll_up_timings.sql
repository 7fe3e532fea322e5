-- Sums and extremes of the batch's timings, by metric and endpoint.
insert into rollup_timings as kept (
    project_id, bucket, is_bot, metric_name, endpoint, events, total, lowest, highest)
select e.project_id, e.bucket, coalesce(a.is_bot, false), e.metric_name,
    coalesce(e.endpoint, ''), count(*), sum(e.metric_value), min(e.metric_value),
    max(e.metric_value)
from stored_timings e
left join sessions_after a on a.project_id = e.project_id and a.session_id = e.session_id
group by 1, 2, 3, 4, 5
order by 1, 2, 3, 4, 5
on conflict (project_id, bucket, is_bot, metric_name, endpoint) do update set
    events = kept.events + excluded.events,
    total = kept.total + excluded.total,
    lowest = least(kept.lowest, excluded.lowest),
    highest = greatest(kept.highest, excluded.highest)
