-- Writers add to a project's rollups one after another: the row of the current bucket is everyone's.
-- The shared lock keeps them out while a rebuild holds it alone.
select pg_advisory_xact_lock_shared(7302116)
union all
select pg_advisory_xact_lock(7302117, project_id)
from (
    select project_id from sessions_after union select project_id from sessions_before
    order by project_id
) as touched
