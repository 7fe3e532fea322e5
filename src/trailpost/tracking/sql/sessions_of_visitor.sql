select session_id from user_sessions
where project_id = %(project_id)s::int and visitor = %(visitor)s::bigint and is_recognised
