select name, kind, cron, time_zone, catch_up, next_tick, last_tick, last_job, skipped
from job_schedule order by name
