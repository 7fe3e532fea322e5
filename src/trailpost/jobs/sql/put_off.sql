-- No worker here knows the kind; another release may, later.
update job set ticket = null, run_after = clock_timestamp() + interval '30 s',
    rank = job_rank(clock_timestamp() + interval '30 s', priority)
where id = %(id)s::uuid and ticket = %(ticket)s::bigint and status = 'PENDING'
