select id, project_id, user_id, kind, variant, queue, batch, status, cancel_requested,
    priority::int as priority, attempt, max_attempts, lost, steps, step, step_progress, progress,
    version, run_after, created_at, started_at, step_at, finished_at, error,
    result::text as result
from job where id = %(id)s::uuid
