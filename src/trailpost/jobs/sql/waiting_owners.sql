-- Who has jobs in a queue that wait.
select distinct owner from job where status = 'PENDING' and queue = %(queue)s::text order by owner
