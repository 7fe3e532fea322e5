-- Newest first; `before` is the last id of the page before.
select id, project_id, user_id, kind, variant, queue, batch, status, cancel_requested,
    priority::int as priority, attempt, max_attempts, lost, steps, step, step_progress, progress,
    version, run_after, created_at, started_at, step_at, finished_at, error,
    result::text as result
from job
where (%(project_id)s::int is null or project_id = %(project_id)s::int)
    and (%(user_id)s::bigint is null or user_id = %(user_id)s::bigint)
    and (%(kind)s::text is null or kind = %(kind)s::text)
    and (%(queue)s::text is null or queue = %(queue)s::text)
    and (%(status)s::text is null or status = %(status)s::text)
    and (%(batch)s::uuid is null or batch = %(batch)s::uuid)
    and (%(before)s::uuid is null or id < %(before)s::uuid)
order by id desc limit %(limit)s::int
