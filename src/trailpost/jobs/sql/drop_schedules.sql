-- Those of jobs that are scheduled no more.
delete from job_schedule where name <> all(%(names)s::text[])
