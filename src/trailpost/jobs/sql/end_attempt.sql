-- The status the job has now; null when the token holds it no longer.
select job_end(%(id)s::uuid, %(token)s::bigint, %(wish)s::text, %(result)s::text::jsonb,
    %(error)s::text, clock_timestamp() + make_interval(secs => %(again)s::float8),
    %(seconds)s::float8[]) as status
