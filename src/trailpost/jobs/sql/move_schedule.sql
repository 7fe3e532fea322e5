update job_schedule set next_tick = %(next)s::timestamptz, last_tick = %(last)s::timestamptz,
    last_job = coalesce(%(job)s::uuid, last_job), skipped = skipped + %(skipped)s::int
where name = %(name)s::text
