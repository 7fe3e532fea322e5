-- Whose jobs wait without a ticket although their time has come.
select distinct owner, queue from job
where status = 'PENDING' and ticket is null and parked_at is null and run_after <= clock_timestamp()
    and queue not in (select name from job_queue where paused_at is not null)
