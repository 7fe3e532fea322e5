-- Again from the beginning, with attempts of its own; no row unless it has ended badly.
update job set status = 'PENDING', finished_at = null, cancel_requested = false, ticket = null,
    step = null, step_progress = 0, progress = 0, error = null,
    max_attempts = attempt + %(attempts)s::int,
    run_after = clock_timestamp(), rank = job_rank(clock_timestamp(), priority)
where id = %(id)s::uuid and status in ('FAILED', 'CANCELLED') and payload is not null
returning owner, queue
