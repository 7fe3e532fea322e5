-- Count the batch's events. Those without a session are nobody's, so no bot's.
insert into rollup_events as kept (project_id, bucket, is_bot, kind, events)
select e.project_id, e.bucket, coalesce(a.is_bot, false), e.kind, sum(e.events)
from stored_counts e
left join sessions_after a on a.project_id = e.project_id and a.session_id = e.session_id
group by 1, 2, 3, 4
order by 1, 2, 3, 4
on conflict (project_id, bucket, is_bot, kind) do update set
    events = kept.events + excluded.events
