insert into job_queue (name, share) values (%(name)s::text, %(share)s::int)
on conflict (name) do update set share = excluded.share where job_queue.share <> excluded.share
