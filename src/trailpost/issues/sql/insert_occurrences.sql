-- Those that are new; the others are duplicates, whoever stored them. Those of an erased session
-- are kept as of none.
insert into issue_occurrences (
    project_id, occurrence_id, issue_id, session_id, occurred_at, received_at, level, type, message,
    stack, url, release, environment, tags, context
)
select project_id, occurrence_id, issue_id,
    case when not exists (
        select from erased_sessions e
        where e.project_id = t.project_id and e.session_id = t.session_id) then session_id end,
    to_timestamp(occurred_at / 1000000.0), to_timestamp(received_at / 1000000.0), level, type,
    message, stack, url, release, environment, tags, context
from jsonb_to_recordset(%(rows)s::jsonb) as t (
    project_id int, occurrence_id uuid, issue_id uuid, session_id uuid, occurred_at bigint,
    received_at bigint, level issue_level, type text, message text, stack jsonb, url text,
    release text, environment text, tags text[], context jsonb
)
order by project_id, occurrence_id
on conflict (project_id, occurrence_id) do nothing
returning project_id, occurrence_id
