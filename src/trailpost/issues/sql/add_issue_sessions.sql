-- A session counts once for an issue, however many of its occurrences it had.
with fresh as (
    insert into issue_sessions (issue_id, session_id, seen_at)
    select issue_id, session_id, to_timestamp(seen_at / 1000000.0)
    from unnest(%(issue_ids)s::uuid[], %(session_ids)s::uuid[], %(seen_at)s::bigint[])
        as t (issue_id, session_id, seen_at)
    where not exists (select from erased_sessions e where e.session_id = t.session_id)
    order by 1, 2
    on conflict (issue_id, session_id) do nothing
    returning issue_id
)
update issues i
set sessions = i.sessions + counted.sessions
from (select issue_id, count(*) as sessions from fresh group by issue_id) counted
where i.id = counted.issue_id
