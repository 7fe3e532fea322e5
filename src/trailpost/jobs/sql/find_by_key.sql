-- The job that has this key now.
select id from job
where kind = %(kind)s::text and dedupe = %(dedupe)s::text and status in ('PENDING', 'PROCESSING')
