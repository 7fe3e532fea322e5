-- Held until the connection ends: one writer reads the stream of issues at a time.
select pg_try_advisory_lock(7302125, 0)
