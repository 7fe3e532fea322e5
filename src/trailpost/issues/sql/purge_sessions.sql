delete from issue_sessions where (issue_id, session_id) in (
    select issue_id, session_id from issue_sessions
    where seen_at < %(before)s::timestamptz limit %(most)s::int)
