-- Of the jobs that this worker believes it runs, those that it does.
update job set lease_until = clock_timestamp() + make_interval(secs => %(lease)s::float8)
from unnest(%(ids)s::uuid[], %(tokens)s::bigint[]) as mine (id, token)
where job.id = mine.id and job.token = mine.token and job.status = 'PROCESSING'
returning job.token, job.cancel_requested
