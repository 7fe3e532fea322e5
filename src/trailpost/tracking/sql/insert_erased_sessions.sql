insert into erased_sessions (project_id, session_id, erased_at)
select %(project_id)s::int, session_id, %(now)s::timestamptz
from unnest(%(session_ids)s::uuid[]) as wanted (session_id)
on conflict do nothing
