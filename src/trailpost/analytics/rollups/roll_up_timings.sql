-- Sums and extremes of the batch's timings, by metric and endpoint.
with whose as materialized (
    select s.project_id, s.session_id, s.is_bot
    from touched_sessions t
    join user_sessions s on s.project_id = t.project_id and s.session_id = t.session_id
)
insert into rollup_timings as kept (
    project_id, bucket, is_bot, metric_name, endpoint, events, total, lowest, highest)
select e.project_id, bucket_of(e.occurred_at), coalesce(w.is_bot, false), e.metric_name,
    coalesce(e.endpoint, ''), count(*), sum(e.metric_value), min(e.metric_value),
    max(e.metric_value)
from staged e
left join whose w on w.project_id = e.project_id and w.session_id = e.session_id
where e.kind = 'timing' and e.metric_name is not null and e.metric_value is not null
group by 1, 2, 3, 4, 5
order by 1, 2, 3, 4, 5
on conflict (project_id, bucket, is_bot, metric_name, endpoint) do update set
    events = kept.events + excluded.events,
    total = kept.total + excluded.total,
    lowest = least(kept.lowest, excluded.lowest),
    highest = greatest(kept.highest, excluded.highest)
