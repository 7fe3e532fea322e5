-- No row when the ticket is stale, the queue paused, the kind at its limit or the job cancelled.
select id, token, attempt, max_attempts, owner, queue, project_id, user_id,
    coalesce(payload, '{}')::text as payload
from job_start(%(id)s::uuid, %(ticket)s::bigint, %(kind)s::text, %(concurrency)s::int,
    %(lease)s::float8, %(worker)s::text)
