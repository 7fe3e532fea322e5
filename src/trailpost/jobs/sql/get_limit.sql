-- The quota that the settings give a kind, if they do.
select most, extract(epoch from period)::float8 as seconds from job_limit
where kind = %(kind)s::text
