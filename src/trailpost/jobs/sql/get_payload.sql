-- What a job works on; null once it is dropped.
select payload::text as payload from job where id = %(id)s::uuid
