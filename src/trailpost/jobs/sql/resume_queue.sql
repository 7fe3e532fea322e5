update job_queue set paused_at = null where name = %(name)s::text
