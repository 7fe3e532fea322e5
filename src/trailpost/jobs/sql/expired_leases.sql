-- Jobs whose worker has not been heard of.
select id, token, owner, queue, kind from job
where status = 'PROCESSING' and lease_until < clock_timestamp()
