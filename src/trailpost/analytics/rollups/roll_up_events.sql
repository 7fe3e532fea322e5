-- Count the batch's events. Those without a session are nobody's, so no bot's.
with whose as materialized (
    select s.project_id, s.session_id, s.is_bot
    from touched_sessions t
    join user_sessions s on s.project_id = t.project_id and s.session_id = t.session_id
)
insert into rollup_events as kept (project_id, bucket, is_bot, kind, events)
select e.project_id, bucket_of(e.occurred_at), coalesce(w.is_bot, false), e.kind, count(*)
from staged e
left join whose w on w.project_id = e.project_id and w.session_id = e.session_id
group by 1, 2, 3, 4
order by 1, 2, 3, 4
on conflict (project_id, bucket, is_bot, kind) do update set
    events = kept.events + excluded.events
