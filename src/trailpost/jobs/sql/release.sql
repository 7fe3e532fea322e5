-- Tickets for an owner, up to their share; returns how many.
select job_release(%(owner)s::text, %(queue)s::text) as given
