-- Shared by all writers, until their transaction ends: who erases waits for those who did not know.
select pg_advisory_xact_lock_shared(7302120)
