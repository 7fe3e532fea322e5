-- Take the erased events away.
with gone as materialized (
    select e.project_id, e.bucket, coalesce(b.is_bot, false) as is_bot, e.kind,
        sum(e.events) as events
    from stored_counts e
    left join sessions_before b on b.project_id = e.project_id and b.session_id = e.session_id
    group by 1, 2, 3, 4
),
emptied as (
    delete from rollup_events kept using gone
    where kept.project_id = gone.project_id and kept.bucket = gone.bucket
      and kept.is_bot = gone.is_bot and kept.kind = gone.kind and kept.events <= gone.events
)
update rollup_events kept set events = kept.events - gone.events
from gone
where kept.project_id = gone.project_id and kept.bucket = gone.bucket
  and kept.is_bot = gone.is_bot and kept.kind = gone.kind and kept.events > gone.events
