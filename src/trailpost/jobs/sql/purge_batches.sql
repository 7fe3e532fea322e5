delete from job_batch b
where created_at < %(before)s::timestamptz and not exists (select from job where batch = b.id)
