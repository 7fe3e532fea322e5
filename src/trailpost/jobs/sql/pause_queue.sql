insert into job_queue (name, paused_at) values (%(name)s::text, now())
on conflict (name) do update set paused_at = coalesce(job_queue.paused_at, now())
