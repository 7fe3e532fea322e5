-- The closed days, and the closed hours, that the batch touches: what is kept of them has to
-- be made anew. What is kept of hours is made of the sessions that began in them alone.
with begun as materialized (
    select project_id, bucket_of(start_time) as at from sessions_after
    union
    select project_id, bucket_of(start_time) from sessions_before
),
marked_hours as (
    update closed_hours c
    set marked = c.marked + 1
    from (
        select distinct s.project_id, s.starts_at
        from begun b
        join closed_hours s on s.project_id = b.project_id
          and s.ends_at > b.at and s.starts_at <= b.at
    ) as touched
    where c.project_id = touched.project_id and c.starts_at = touched.starts_at
)
update closed_days c
set marked = c.marked + 1
from (
    select distinct d.project_id, d.date
    from (
        select project_id, at from begun
        union
        select project_id, bucket from stored_timings
        union
        -- Pages belong to the day on which they were seen.
        select project_id, bucket from stored_counts where kind in ('page_view', 'interaction')
        union
        -- How a recognised visitor came first is said of the later sessions too.
        select later.project_id, bucket_of(later.start_time)
        from (
            select project_id, visitor, start_time from sessions_after where is_recognised
            union
            select project_id, visitor, start_time from sessions_before where is_recognised
        ) as changed
        join user_sessions later on later.project_id = changed.project_id
          and later.visitor = changed.visitor and later.is_recognised
          and later.start_time > changed.start_time
        where changed.start_time
            < (select max(ends_at) from closed_days c where c.project_id = changed.project_id)
    ) as batch
    join closed_days d on d.project_id = batch.project_id
      and d.ends_at > batch.at and d.starts_at <= batch.at
) as touched
where c.project_id = touched.project_id and c.date = touched.date
