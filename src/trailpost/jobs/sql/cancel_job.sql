-- The status before; null when there is no such job.
select job_cancel(%(id)s::uuid) as was
