-- The sessions that one transaction changes, as they shall be.
create temp table if not exists sessions_after (like user_sessions) on commit delete rows
