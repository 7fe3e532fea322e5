-- Waits for the writers that are adding to rollups, and keeps others waiting until commit.
select pg_advisory_xact_lock(7302116)
