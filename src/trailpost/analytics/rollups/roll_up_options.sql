-- Options of the sessions whose choices, or whose bucket, the batch changed: as they are less as
-- they were. What did not change cancels out and touches no row.
with changed as (
    select a.project_id, a.is_bot, a.start_time, a.choices,
        b.start_time as start_before, b.choices as choices_before
    from sessions_after a
    left join sessions_before b
      on b.project_id = a.project_id and b.session_id = a.session_id
    where b.session_id is null or b.choices <> a.choices
       or bucket_of(b.start_time) <> bucket_of(a.start_time)
),
changes as (
    select c.project_id, bucket_of(c.start_time) as bucket, c.is_bot, o.category, o.value,
        1 as sessions, o.kept
    from changed c, session_options(c.choices) o
    union all
    select c.project_id, bucket_of(c.start_before), c.is_bot, o.category, o.value, -1, -o.kept
    from changed c, session_options(c.choices_before) o
)
insert into rollup_options as kept (project_id, bucket, is_bot, category, value, sessions, kept)
select project_id, bucket, is_bot, category, value, sum(sessions), sum(kept)
from changes
group by project_id, bucket, is_bot, category, value
having sum(sessions) <> 0 or sum(kept) <> 0
order by 1, 2, 3, 4, 5
on conflict (project_id, bucket, is_bot, category, value) do update set
    sessions = kept.sessions + excluded.sessions,
    kept = kept.kept + excluded.kept
