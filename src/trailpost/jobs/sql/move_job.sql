-- Checkpoint, lease renewal, fence and cancel check, and by its trigger the notification.
update job set
    step = %(step)s::text,
    step_at = case when step is distinct from %(step)s::text then clock_timestamp() else step_at end,
    step_progress = %(within)s::float8,
    progress = %(progress)s::float8,
    lease_until = clock_timestamp() + make_interval(secs => %(lease)s::float8)
where id = %(id)s::uuid and token = %(token)s::bigint and status = 'PROCESSING'
    and not cancel_requested
