-- A job's attempts, oldest first.
select number, attempt, worker, outcome, waited, seconds, step, error, started_at, finished_at
from job_attempt where job_id = %(id)s::uuid order by number
