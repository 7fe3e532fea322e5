-- Held until the connection ends: one writer reads a stream at a time.
select pg_try_advisory_lock(7302118, %(n)s::int)
