-- One worker at a time, whichever machine it runs on: the lock lives as long as the connection.
select pg_try_advisory_lock(7302120) as taken
