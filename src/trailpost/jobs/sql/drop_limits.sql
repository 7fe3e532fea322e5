-- Of kinds that the settings name no more.
delete from job_limit where kind <> all(%(kinds)s::text[])
