-- Finish what dead workers hold of the transport; returns how many.
select job_sweep(%(stalled)s::float8) as swept
