-- The closed days that the batch touches: what is kept of them has to be made anew.
update closed_days c
set marked = c.marked + 1
from (
    select distinct d.project_id, d.date
    from (
        select project_id, bucket_of(start_time) as at from sessions_after
        union
        select project_id, bucket_of(start_time) from sessions_before
        union
        select project_id, bucket from stored_timings
    ) as batch
    join closed_days d on d.project_id = batch.project_id
      and d.ends_at > batch.at and d.starts_at <= batch.at
) as touched
where c.project_id = touched.project_id and c.date = touched.date
