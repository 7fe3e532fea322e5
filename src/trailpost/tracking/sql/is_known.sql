-- Whether there is such a session, or was one that is erased.
select exists (
    select from user_sessions
    where project_id = %(project_id)s::int and session_id = %(session_id)s::uuid
) or exists (
    select from erased_sessions
    where project_id = %(project_id)s::int and session_id = %(session_id)s::uuid
) as known
