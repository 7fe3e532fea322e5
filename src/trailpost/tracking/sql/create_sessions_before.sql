-- The sessions that one transaction changes, as they were. A new session is not in here.
create temp table if not exists sessions_before (like user_sessions) on commit delete rows
