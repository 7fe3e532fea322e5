-- What waited for the place that became free; returns the tickets handed out.
select job_settle(%(owner)s::text, %(queue)s::text, %(kind)s::text, %(capped)s::bool) as given
