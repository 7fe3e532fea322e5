-- Shared, until the transaction ends: who erases sessions waits for those who did not know of it.
select pg_advisory_xact_lock_shared(7302120)
