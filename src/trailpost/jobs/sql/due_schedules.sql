-- Locked: one worker makes the run of a tick, the others pass on.
select name, kind, cron, time_zone, catch_up, next_tick, last_tick, last_job, skipped
from job_schedule where next_tick <= %(now)s::timestamptz order by next_tick
for update skip locked
