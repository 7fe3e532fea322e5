-- Waits for the writers that are storing, and keeps others waiting until commit: each of them has
-- either stored what is erased now, or knows of it.
select pg_advisory_xact_lock(7302120)
