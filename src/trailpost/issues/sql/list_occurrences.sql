-- The last of an issue, newest first.
select occurrence_id, session_id, occurred_at, received_at, level::text as level, type, message,
    stack::text as stack, url, release, environment, tags, context::text as context
from issue_occurrences
where issue_id = %(issue_id)s::uuid
order by occurred_at desc, occurrence_id desc
limit %(most)s::int
